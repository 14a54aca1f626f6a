import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWatchdog } from './watchdog.ts';

/** Ends the processes that are noted in `$1` by their number, and removes everything in it. */
const cleanUp = `
  for file in "$1"/processes/*; do [ -e "$file" ] && kill -KILL "\${file##*/}"; done
  rm -rf "$1"`;

let root: string | null = null;

/** One folder for this test file or benchmark; it and the processes noted in it are gone when this process is, also by a kill. */
function openRoot(): string {
  if (root === null) {
    root = mkdtempSync(join(tmpdir(), 'pixsim7-test-'));
    mkdirSync(join(root, 'processes'));
    startWatchdog(cleanUp, [root]);
  }
  return root;
}

/** A folder for a test. A test that makes many removes them itself; the others go with this process. */
export function createTestFolder(name: string): Promise<string> {
  return mkdtemp(join(openRoot(), `${name}-`));
}

/** Sees to it that a process does not outlive this one. */
export function endWithThisProcess(child: ChildProcess): void {
  if (child.pid === undefined) {
    return;
  }
  const file = join(openRoot(), 'processes', String(child.pid));
  writeFileSync(file, '');
  child.once('exit', () => rmSync(file, { force: true }));
}
