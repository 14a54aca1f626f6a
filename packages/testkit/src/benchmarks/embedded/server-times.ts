import { readFileSync } from 'node:fs';
import { processorSeconds } from '../measure/processor-time.ts';

/** Processor seconds of a server so far. */
export interface ServerTimes {
  /** The thread of its event loop. */
  readonly main: number;
  readonly others: number;
  /** Programs that it started. */
  readonly children: number;
}

const ticksPerSecond = 100;

/** Needs Linux. */
export function timesOf(pid: number): ServerTimes {
  const main = secondsIn(`/proc/${pid}/task/${pid}/stat`);
  const threads = secondsIn(`/proc/${pid}/stat`);
  return { main, others: threads - main, children: (processorSeconds(pid) ?? threads) - threads };
}

function secondsIn(path: string): number {
  const text = readFileSync(path, 'utf8');
  // The name of the program stands in parentheses and may hold anything; proc(5) counts the fields behind it from 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[14 - 3]) + Number(fields[15 - 3])) / ticksPerSecond;
}

/** Memory of the process now, or the most it ever had. */
export function megabytesOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'mu').exec(status)?.[1]) / 1_024;
}
