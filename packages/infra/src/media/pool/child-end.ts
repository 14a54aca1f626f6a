import type { ChildProcess } from 'node:child_process';

/** Why a child is no more: for its time or memory, by its own fault, by somebody else's signal, or because it was closed. */
export type ChildEnd = 'time' | 'memory' | 'crash' | 'killed' | 'closed';

/** A child ended before it answered. */
export class ChildEndedError extends Error {
  override readonly name = 'ChildEndedError';
  readonly end: ChildEnd;

  constructor(end: ChildEnd, message: string) {
    super(message);
    this.end = end;
  }
}

/** No child could be started. This is not the fault of a file. */
export class ChildStartError extends Error {
  override readonly name = 'ChildStartError';
}

/** Explains the end of a child. `reason` is set when we ended it. */
export function childEnded(child: ChildProcess, reason: ChildEnd | null, lastWords: string): ChildEndedError {
  if (reason !== null) {
    return new ChildEndedError(reason, `ended for its ${reason}`);
  }
  const how = child.signalCode ?? `exit code ${String(child.exitCode)}`;
  const message = `${how}. ${lastWords.trim()}`.trim();
  if (child.signalCode === 'SIGKILL') {
    return new ChildEndedError('killed', message);
  }
  const isHeapFull = /heap out of memory|allocation failed/iu.test(lastWords);
  return new ChildEndedError(isHeapFull ? 'memory' : 'crash', message);
}

export function isGone(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Ends a child and every process that it started. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || isGone(child)) {
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Windows has no process groups; elsewhere the group is gone with its last process.
    child.kill('SIGKILL');
  }
}
