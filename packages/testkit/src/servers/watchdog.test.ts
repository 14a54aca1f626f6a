import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startWatchdog } from './watchdog.ts';

let root: string;
let trace: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pixsim7-watchdog-'));
  trace = join(root, 'trace');
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('startWatchdog', () => {
  it('works when it is dismissed, not before', async () => {
    const watchdog = startWatchdog('touch "$1"', [trace]);
    expect(existsSync(trace)).toBe(false);
    await watchdog.dismiss();
    expect(existsSync(trace)).toBe(true);
  });

  it('works when its process is killed', async () => {
    const module = join(root, 'watchdog.mjs');
    buildSync({
      entryPoints: [fileURLToPath(new URL('./watchdog.ts', import.meta.url))],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: module,
    });
    const child = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { startWatchdog } from ${JSON.stringify(pathToFileURL(module).href)};
      startWatchdog('touch "$1"', [${JSON.stringify(trace)}]);
      console.log('ready');`,
    ]);
    await once(child.stdout, 'data');
    expect(existsSync(trace)).toBe(false);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(existsSync(trace)).toBe(true), 5_000);
  });
});
