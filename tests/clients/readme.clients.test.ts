import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServerProcess } from '@pixsim7/testkit/servers';
import type { RunningProgram } from '@pixsim7/testkit/servers';

const run = promisify(execFile);
const readme = new URL('../../README.md', import.meta.url);

let folder: string;
let server: RunningProgram;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pixsim7-readme-'));
  server = await startServerProcess({ DATA_DIR: join(folder, 'data'), SANDBOX: 'on' });
});

afterAll(async () => {
  await server.terminate();
  await rm(folder, { recursive: true, force: true });
});

it('leads from a job to a video on the disk, when its commands are pasted', async () => {
  const [, script = ''] = /```sh\n(API=[\s\S]*?)```/u.exec(await readFile(readme, 'utf8')) ?? [];
  expect(script).toContain('http://127.0.0.1:8000');
  const here = script.replace('http://127.0.0.1:8000', server.ready);
  await run('bash', ['-euo', 'pipefail', '-c', here], { cwd: folder, timeout: 60_000 });
  const video = await readFile(join(folder, 'boat.mp4'));
  expect(video.subarray(4, 8).toString('latin1')).toBe('ftyp');
  expect(video.byteLength).toBeGreaterThan(10_000);
});
