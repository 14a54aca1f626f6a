import { writeSync } from 'node:fs';

/** Counts of the log lines of this process. */
export interface LogStatistics {
  /** Lines that could not be written since the start. */
  readonly dropped: number;
  /** Whether the last line could not be written. */
  readonly failing: boolean;
}

export interface LogDestination {
  write(line: string): void;
  statistics(): LogStatistics;
}

/** Writes some of the bytes and says how many. @throws when the log cannot take them */
export type WriteChunk = (bytes: Uint8Array) => number;

/**
 * Writes log lines, and drops them while the log cannot take them: a full log disk, a pipe whose reader is gone. A log is
 * never a reason to stop. When it works again, one line says how many are missing.
 *
 * Synchronous, so the lines before a crash are there.
 *
 * @param format makes of a line what is written
 */
export function createLogDestination(
  write: WriteChunk = (bytes) => writeSync(2, bytes),
  now: () => number = Date.now,
  format: (line: string) => string = (line) => line,
): LogDestination {
  let dropped = 0;
  let untold = 0;
  /** A line was cut off in its middle, so the next one has to begin with a line break. */
  let isMidLine = false;

  function tryToWrite(text: string): boolean {
    let bytes: Uint8Array = Buffer.from(isMidLine ? `\n${text}` : text);
    try {
      while (bytes.byteLength > 0) {
        const written = write(bytes);
        // A file system that writes nothing and reports nothing would keep us here forever.
        if (written <= 0) {
          return false;
        }
        bytes = bytes.subarray(written);
        isMidLine = bytes.byteLength > 0;
      }
      return true;
    } catch {
      // There is nowhere to say it; the count is in the metrics and in /health.
      return false;
    }
  }

  return {
    write(line) {
      if (untold > 0 && tryToWrite(format(describeGap(untold, now())))) {
        untold = 0;
      }
      if (untold === 0 && tryToWrite(format(line))) {
        return;
      }
      dropped += 1;
      untold += 1;
    },
    statistics: () => ({ dropped, failing: untold > 0 }),
  };
}

/** In the form of the other lines; 40 is the level of a warning. */
function describeGap(lines: number, time: number): string {
  const msg = 'log lines were dropped: the log could not be written';
  return `${JSON.stringify({ level: 40, time, service: 'pixsim7', dropped: lines, msg })}\n`;
}

/**
 * Keeps a standard output or error that breaks (a full disk, a closed pipe) from ending the process: an 'error' event
 * without a listener does.
 */
export function surviveBrokenOutput(stream: NodeJS.WriteStream): void {
  stream.on('error', () => undefined);
}
