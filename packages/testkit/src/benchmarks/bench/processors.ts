import { processorSeconds } from '../measure/processor-time.ts';

/** Processor seconds of some processes so far, each with its children; NaN where it cannot be told. */
export function readProcessors<Name extends string>(
  pids: Readonly<Record<Name, number | null>>,
): Readonly<Record<Name, number>> {
  const entries = Object.entries<number | null>(pids).map(([name, pid]) => [name, secondsOf(pid)]);
  return Object.fromEntries(entries) as Record<Name, number>;
}

export function usedMilliseconds<Name extends string>(
  before: Readonly<Record<Name, number>>,
  after: Readonly<Record<Name, number>>,
): Readonly<Record<Name, number>> {
  const entries = Object.entries<number>(after).map(([name, seconds]) => [
    name,
    (seconds - before[name as Name]) * 1_000,
  ]);
  return Object.fromEntries(entries) as Record<Name, number>;
}

function secondsOf(pid: number | null): number {
  if (pid === process.pid) {
    // The servers that this process started are its children, and are no part of it.
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
  return pid === null ? Number.NaN : (processorSeconds(pid) ?? Number.NaN);
}
