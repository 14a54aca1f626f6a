import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * A directory that the test removes at its end. A second emulator on the directory of one that was never closed is what a
 * kill -9 leaves.
 */
export async function stateDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'emulator-state-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
