import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Job } from '@pixsim7/contracts';
import { describeWithPostgres, describeWithRedis, startServerProcess } from '@pixsim7/testkit/servers';
import type { RunningProgram } from '@pixsim7/testkit/servers';
import { control, emulatorState, TestClient } from '../support/client.ts';
import { startEmulatorProcess } from '../support/processes.ts';

const apiKey = 'pxs_a-key-for-the-moving-tests-only-00000000';
const jobCount = 8;
const postersWithinMs = 60_000;

const running: RunningProgram[] = [];
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pixsim7-move-'));
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

async function untilEnded(client: TestClient, ids: readonly string[], wanted = ids.length): Promise<Job[]> {
  for (let asked = 0; asked < 600; asked += 1) {
    const jobs = await Promise.all(ids.map((id) => client.job(id)));
    if (jobs.filter((job) => job.completed_at !== null).length >= wanted) {
      return jobs;
    }
    await sleep(250);
  }
  throw new Error('The jobs did not end.');
}

const execute = promisify(execFile);

describeWithPostgres('an embedded installation', (postgres) => {
  describeWithRedis('and Redis', (redis) => {
    it('moves to PostgreSQL in the middle of its work, and pays for nothing twice', async () => {
      const emulator = await started(
        startEmulatorProcess(join(directory, 'provider'), ['--render-seconds', '1,4']),
      );
      await control(emulator.ready, 'faults', {
        match: { method: 'POST', path: '/video/*' },
        action: 'drop_after_accept',
        times: 2,
      });
      const data = join(directory, 'data');
      const environment = { DATA_DIR: data, API_KEY: apiKey, SANDBOX: 'off' };
      const embedded = await started(
        startServerProcess({
          ...environment,
          PIXVERSE_API_KEY: 'sk-move',
          PIXVERSE_BASE_URL: `${emulator.ready}/openapi/v2`,
        }),
      );
      const before = new TestClient(() => embedded.ready, apiKey);
      const ids: string[] = [];
      for (let index = 0; index < jobCount; index += 1) {
        const params = { prompt: `boat ${index}`, quality: '360p', duration: 5 };
        const request = { operation_type: 'text_to_video', provider_id: 'pixverse', params } as const;
        ids.push((await before.createJob(request, `move-${index}`)).id);
      }
      const seen = (await untilEnded(before, ids, 1)).filter((job) => job.completed_at !== null);

      const move = (): Promise<unknown> =>
        execute(process.execPath, ['apps/server/dist/commands/migrate-to-postgres.js'], {
          env: { PATH: process.env['PATH'] ?? '', DATA_DIR: data, DATABASE_URL: postgres().url() },
        });
      await expect(move()).rejects.toMatchObject({
        stderr: expect.stringContaining('is using this data directory'),
      });
      await embedded.kill();
      await move();
      await expect(move()).rejects.toMatchObject({
        stderr: expect.stringContaining('was moved to PostgreSQL'),
      });
      await expect(startServerProcess(environment)).rejects.toThrow('was moved to PostgreSQL');
      await rm(join(data, 'database.moved'));
      await expect(move()).rejects.toMatchObject({ stderr: expect.stringContaining('is not empty') });

      const cluster = await started(
        startServerProcess({
          ...environment,
          DATABASE_URL: postgres().url(),
          REDIS_URL: redis().url,
          SECRET_KEY: (await readFile(join(data, 'secret-key'), 'utf8')).trim(),
        }),
      );
      const after = new TestClient(() => cluster.ready, apiKey);
      const jobs = await untilEnded(after, ids);
      expect(jobs.map((job) => job.status)).toEqual(jobs.map(() => 'completed'));
      for (const job of seen) {
        expect(withoutPosters(await after.job(job.id))).toEqual(withoutPosters(job));
      }
      for (const job of jobs) {
        for (const asset of job.assets) {
          expect(await after.contentHash(asset.id)).toBe(asset.sha256);
        }
      }
      // Those that were due before the move are made after it.
      await vi.waitFor(async () => {
        const assets = (await Promise.all(ids.map((id) => after.job(id)))).flatMap((job) => job.assets);
        expect(assets.map((asset) => asset.poster_state)).toEqual(ids.map(() => 'made'));
      }, postersWithinMs);
      expect((await emulatorState(emulator.ready)).generations).toHaveLength(jobCount);
      expect((await after.accounts()).map((account) => account.status)).toEqual(['active']);
    }, 240_000);
  });
});

/** A poster is made after its job is completed, so it may have come since. */
function withoutPosters(job: Job): Job {
  return {
    ...job,
    assets: job.assets.map((asset) => ({ ...asset, poster_state: 'pending', poster_url: null })),
  };
}
