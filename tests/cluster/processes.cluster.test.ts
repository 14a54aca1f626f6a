import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Event, Health, Job } from '@pixsim7/contracts';
import { describeWithPostgres, describeWithRedis, startServerProcess } from '@pixsim7/testkit/servers';
import type { RunningProgram } from '@pixsim7/testkit/servers';
import { emulatorState, TestClient } from '../support/client.ts';
import { startEmulatorProcess } from '../support/processes.ts';

const apiKey = 'pxs_a-key-for-the-cluster-tests-only-0000000';
const jobCount = 6;
const slots = 4;

const running: RunningProgram[] = [];
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pixsim7-cluster-'));
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

async function untilAllEnded(client: TestClient, ids: readonly string[]): Promise<Job[]> {
  for (let asked = 0; asked < 600; asked += 1) {
    const jobs = await Promise.all(ids.map((id) => client.job(id)));
    if (jobs.every((job) => job.completed_at !== null)) {
      return jobs;
    }
    await sleep(250);
  }
  throw new Error('Not all jobs ended.');
}

/** Reads the stream of events until it has as many ends of jobs as wanted. */
async function readEnds(client: TestClient, wanted: number, signal: AbortSignal): Promise<Event[]> {
  const response = await client.request('/api/v1/events', { headers: { 'last-event-id': '0' }, signal });
  const events: Event[] = [];
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk);
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/mu.exec(block)?.[1];
      if (data !== undefined) {
        events.push(JSON.parse(data) as Event);
      }
    }
    if (events.filter((event) => event.type === 'job.completed').length >= wanted) {
      return events;
    }
  }
  return events;
}

describeWithPostgres('several processes', (postgres) => {
  describeWithRedis('and Redis', (redis) => {
    // The kill suites cover the case that one of them dies.
    it('share the work by their roles', async () => {
      const emulator = await started(
        startEmulatorProcess(join(directory, 'provider'), ['--render-seconds', '0,1']),
      );
      const start = (role: 'api' | 'worker'): Promise<RunningProgram> =>
        started(
          startServerProcess({
            ROLE: role,
            DATA_DIR: join(directory, 'data'),
            DATABASE_URL: postgres().url(),
            REDIS_URL: redis().url,
            API_KEY: apiKey,
            SECRET_KEY: 'a-secret-key-for-the-cluster-tests-only',
            SANDBOX: 'off',
          }),
        );
      const api = await start('api');
      const [firstWorker] = [await start('worker'), await start('worker')];
      const client = new TestClient(() => api.ready, apiKey);
      expect(await client.json<Health>('/health')).toMatchObject({
        status: 'healthy',
        database: 'connected',
        redis: 'connected',
        mode: 'cluster',
      });
      const worker = new TestClient(() => firstWorker?.ready ?? '', apiKey);
      expect((await worker.request('/api/v1/jobs')).status).toBe(404);
      expect(await (await worker.request('/metrics')).text()).toMatch(
        /^pixsim7_build_info\{.*role="worker"\} 1$/mu,
      );
      const board = await fetch(`${api.ready}/admin/queues`, {
        headers: { authorization: `Basic ${btoa(`:${apiKey}`)}` },
      });
      expect(await board.text()).toContain('<title>PixSim7 steps</title>');
      await client.json('/api/v1/accounts', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          provider_id: 'pixverse',
          label: 'cluster',
          credentials: { api_key: 'sk-cluster' },
          base_url: `${emulator.ready}/openapi/v2`,
          max_concurrent: slots,
        }),
      });
      const listening = new AbortController();
      const heard = readEnds(client, jobCount, listening.signal);
      // Awaited at the end; a failure before that must not count twice.
      heard.catch(() => undefined);
      const ids: string[] = [];
      for (let index = 0; index < jobCount; index += 1) {
        const job = await client.createJob(
          {
            operation_type: 'text_to_video',
            provider_id: 'pixverse',
            params: { prompt: `boat ${index}`, quality: '360p' },
          },
          `cluster-${index}`,
        );
        ids.push(job.id);
      }
      const jobs = await untilAllEnded(client, ids);
      expect(jobs.map((job) => job.status)).toEqual(jobs.map(() => 'completed'));
      const state = await emulatorState(emulator.ready);
      expect(state.generations).toHaveLength(jobCount);
      expect(state.max_running).toBeLessThanOrEqual(slots);
      expect(jobs.reduce((sum, job) => sum + (job.credits.charged ?? Number.NaN), 0)).toBe(
        state.generations.reduce((sum, generation) => sum + generation.credits, 0),
      );
      for (const job of jobs) {
        for (const asset of job.assets) {
          expect(await client.contentHash(asset.id)).toBe(asset.sha256);
        }
      }
      const events = await heard;
      listening.abort();
      expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index + 1));
    }, 180_000);
  });
});
