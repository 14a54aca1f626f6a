import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Asset, Job } from '@pixsim7/contracts';
import { startServerProcess } from '@pixsim7/testkit/servers';
import type { RunningProgram } from '@pixsim7/testkit/servers';
import { emulatorState, TestClient } from '../support/client.ts';
import { startEmulatorProcess } from '../support/processes.ts';

const apiKey = 'pxs_a-key-for-the-backup-tests-only-00000000';
const jobCount = 6;

const running: RunningProgram[] = [];
let directory = '';
let emulator: RunningProgram;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pixsim7-backup-'));
  emulator = await started(startEmulatorProcess(join(directory, 'provider'), ['--render-seconds', '1,3']));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((program) => program.kill()));
  await rm(directory, { recursive: true, force: true });
});

async function started(program: Promise<RunningProgram>): Promise<RunningProgram> {
  const result = await program;
  running.push(result);
  return result;
}

const startServer = (dataDirectory: string): Promise<RunningProgram> =>
  started(
    startServerProcess({
      DATA_DIR: join(directory, dataDirectory),
      API_KEY: apiKey,
      SANDBOX: 'off',
      PIXVERSE_API_KEY: 'sk-backup',
      PIXVERSE_BASE_URL: `${emulator.ready}/openapi/v2`,
    }),
  );

/** Runs a command of the command line to its end. @returns what it said */
async function run(name: string, dataDirectory: string, parameters: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [`apps/server/dist/commands/${name}.js`, ...parameters],
    { env: environmentOf(dataDirectory) },
  );
  return stdout;
}

function environmentOf(dataDirectory: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', DATA_DIR: join(directory, dataDirectory), LOG_LEVEL: 'warn' };
}

async function createJobs(client: TestClient): Promise<Job[]> {
  const jobs: Job[] = [];
  for (let index = 0; index < jobCount; index += 1) {
    const params = { prompt: `boat ${index}`, quality: '360p', duration: 5 };
    jobs.push(
      await client.createJob(
        { operation_type: 'text_to_video', provider_id: 'pixverse', params },
        `backup-${index}`,
      ),
    );
  }
  return jobs;
}

async function untilEnded(client: TestClient, ids: readonly string[], wanted = ids.length): Promise<Job[]> {
  for (let asked = 0; asked < 480; asked += 1) {
    const jobs = await Promise.all(ids.map((id) => client.job(id)));
    if (jobs.filter((job) => job.completed_at !== null).length >= wanted) {
      return jobs;
    }
    await sleep(250);
  }
  throw new Error('The jobs did not end.');
}

/** A job is complete before its poster is made, so one compared too early differs by its poster alone. */
async function untilPostersMade(client: TestClient, id: string): Promise<Job> {
  for (let asked = 0; asked < 240; asked += 1) {
    const job = await client.job(id);
    if (job.assets.every((asset) => asset.poster_state === 'made')) {
      return job;
    }
    await sleep(250);
  }
  throw new Error(`The posters of job ${id} were not made.`);
}

/** Everything that the API tells of jobs that had ended, and the hashes of all their files. */
async function history(client: TestClient, jobs: readonly Job[]): Promise<unknown> {
  const ended = jobs.filter((job) => job.completed_at !== null);
  return Promise.all(
    ended.map(async ({ id }) => {
      const job = await untilPostersMade(client, id);
      const hashes = await Promise.all(job.assets.map((asset) => client.contentHash(asset.id)));
      expect(hashes).toEqual(job.assets.map((asset) => asset.sha256));
      return { job, hashes, submissions: await client.submissions(id) };
    }),
  );
}

describe('npm run backup', () => {
  it('while the server works makes an installation that has everything and goes on', async () => {
    const server = await startServer('data');
    const client = new TestClient(() => server.ready, apiKey);
    const ids = (await createJobs(client)).map((job) => job.id);
    const atBackup = await untilEnded(client, ids, 2);
    const output = await run('backup', 'data', ['--to', join(directory, 'backup')]);
    expect(output).toContain('It contains the keys');
    expect((await stat(join(directory, 'backup', 'keys', 'secret-key'))).mode & 0o777).toBe(0o600);

    await untilEnded(client, ids);
    const expected = await history(client, atBackup);
    const assets = await client.json<{ data: Asset[] }>('/api/v1/assets');
    expect(assets.data).toHaveLength(jobCount);
    await server.kill();

    await run('restore', 'restored', ['--from', join(directory, 'backup')]);
    const restored = await startServer('restored');
    const restoredClient = new TestClient(() => restored.ready, apiKey);
    const jobs = await untilEnded(restoredClient, ids);
    expect(jobs.map((job) => job.status)).toEqual(jobs.map(() => 'completed'));
    expect(await history(restoredClient, atBackup)).toEqual(expected);
    const account = (await restoredClient.accounts())[0];
    expect(account?.status).toBe('active');
  });

  it('without a server opens the folder itself, and a restore of it is the same', async () => {
    const server = await startServer('data');
    const client = new TestClient(() => server.ready, apiKey);
    const ids = (await createJobs(client)).map((job) => job.id);
    const jobs = await untilEnded(client, ids);
    const expected = await history(client, jobs);
    await server.kill();

    const output = await run('backup', 'data', ['--to', join(directory, 'backup.tar'), '--without-keys']);
    expect(output).toContain('does not contain the secret key');
    expect((await readdir(directory)).sort()).toEqual(['backup.tar', 'data', 'provider']);
    await run('restore', 'restored', ['--from', join(directory, 'backup.tar')]);
    const restored = await startServer('restored');
    expect(await history(new TestClient(() => restored.ready, apiKey), jobs)).toEqual(expected);
    expect((await emulatorState(emulator.ready)).generations).toHaveLength(jobCount);
  });
});
