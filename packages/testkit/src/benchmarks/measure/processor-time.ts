import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Linux counts in hundredths of a second, whatever the kernel's own clock is (`getconf CLK_TCK`). */
const ticksPerSecond = 100;

interface ProcessTime {
  readonly parent: number;
  readonly seconds: number;
}

/**
 * Processor seconds that a process, its running children and those that ended have used so far; null where there is no
 * `/proc`. PostgreSQL is such a group: a process for each connection.
 */
export function processorSeconds(pid: number): number | null {
  const own = readTime(pid, true);
  if (own === null) {
    return null;
  }
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => readTime(Number(name), false) ?? [])
    .filter(({ parent }) => parent === pid);
  return children.reduce((sum, { seconds }) => sum + seconds, own.seconds);
}

/** Processor seconds that this machine has spent on anything since it was started. */
export function busySeconds(): number {
  const milliseconds = cpus().reduce(
    (sum, { times }) => sum + times.user + times.nice + times.sys + times.irq,
    0,
  );
  return milliseconds / 1_000;
}

function readTime(pid: number, withEnded: boolean): ProcessTime | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It ended while the list was read, or this is no Linux: either way nothing can be said of it.
    return null;
  }
  // The name of the program stands in parentheses and may hold anything; proc(5) counts the fields behind it from 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  const ended = withEnded ? field(16) + field(17) : 0;
  return { parent: field(4), seconds: (field(14) + field(15) + ended) / ticksPerSecond };
}
