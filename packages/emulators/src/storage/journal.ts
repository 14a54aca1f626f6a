import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';

/**
 * Facts in the order they happened. A group is one line of JSON and is read back whole or not at all, so a process that is
 * killed at any point leaves a true history (a machine that loses power may lose the last lines: nothing is synced).
 */
export interface Journal<Entry> {
  append(group: readonly Entry[]): void;
  close(): void;
}

/**
 * Reads the facts of a file that `keep` accepts, rewrites it with only those, and opens it for more. `null` keeps nothing.
 */
export function openJournal<Entry>(
  file: string | null,
  keep: (entry: Entry) => boolean,
): { journal: Journal<Entry>; entries: Entry[] } {
  if (file === null) {
    return { journal: { append() {}, close() {} }, entries: [] };
  }
  const groups = readGroups<Entry>(file).map((group) => group.filter(keep));
  const kept = groups.filter((group) => group.length > 0);
  writeFileSync(`${file}.part`, kept.map(lineOf).join(''));
  renameSync(`${file}.part`, file);
  const descriptor = openSync(file, 'a');
  return {
    journal: {
      append(group) {
        if (group.length > 0) {
          writeSync(descriptor, lineOf(group));
        }
      },
      close() {
        closeSync(descriptor);
      },
    },
    entries: kept.flat(),
  };
}

function lineOf(group: readonly unknown[]): string {
  return `${JSON.stringify(group)}\n`;
}

function readGroups<Entry>(file: string): Entry[][] {
  const lines = readText(file).split('\n');
  // After the last line break there is nothing, or a line that the process was killed while writing.
  lines.pop();
  return lines.map((line) => JSON.parse(line) as Entry[]);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return '';
    }
    throw error;
  }
}
