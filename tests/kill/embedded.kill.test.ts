import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CreateJobRequest, Job } from '@pixsim7/contracts';
import { startServerProcess } from '@pixsim7/testkit/servers';
import type { RunningProgram } from '@pixsim7/testkit/servers';
import { control, emulatorState, TestClient } from '../support/client.ts';
import { startEmulatorProcess } from '../support/processes.ts';

/** Moments of the kills, in milliseconds after the server answers. Fixed, so a failure can be repeated. */
const lives = [150, 700, 350, 1_900, 90, 1_200, 2_600, 500];
const apiKey = 'pxs_a-key-for-the-kill-tests-only-000000000';
const picture = new URL('../../apps/server/assets/demo/dawn.jpg', import.meta.url);

const running: RunningProgram[] = [];
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pixsim7-kill-'));
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

/** The requests of the demo, several times over. */
async function requests(): Promise<CreateJobRequest[]> {
  const image = `data:image/jpeg;base64,${(await readFile(picture)).toString('base64')}`;
  const base = { provider_id: 'pixverse' } as const;
  const small = { quality: '360p', duration: 5 };
  const one: CreateJobRequest[] = [
    { ...base, operation_type: 'text_to_video', params: { prompt: 'a paper boat', ...small } },
    {
      ...base,
      operation_type: 'image_to_video',
      params: { prompt: 'the sun climbs', image_url: image, ...small },
    },
    {
      ...base,
      operation_type: 'video_transition',
      params: {
        prompt: 'day and night',
        image_urls: [image, image, image],
        quality: '360p',
        durations: [2, 2],
      },
    },
    {
      ...base,
      operation_type: 'fusion',
      params: {
        prompt: '@sky over the sea',
        fusion_assets: [{ image_url: image, name: 'sky', type: 'background' }],
        ...small,
      },
    },
  ];
  return [...one, ...one, ...one];
}

/** Creates every job, again and again with the same keys, until the server has said yes to each. */
async function createAll(
  client: TestClient,
  wanted: readonly CreateJobRequest[],
  jobs: Map<number, Job>,
): Promise<void> {
  for (const [index, request] of wanted.entries()) {
    if (!jobs.has(index)) {
      jobs.set(index, await client.createJob(request, `kill-${index}`));
    }
  }
}

async function untilAllEnded(client: TestClient, jobs: ReadonlyMap<number, Job>): Promise<Job[]> {
  const deadline = Date.now() + 90_000;
  for (;;) {
    const now = await Promise.all([...jobs.values()].map((job) => client.job(job.id)));
    if (now.every((job) => job.completed_at !== null)) {
      return now;
    }
    if (Date.now() > deadline) {
      const open = now.filter((job) => job.completed_at === null);
      throw new Error(`Not ended: ${open.map((job) => `${job.id} ${job.status}/${job.stage}`).join(', ')}`);
    }
    await sleep(250);
  }
}

/** One paid generation per job, a ledger that agrees with the provider, and every file with its right bytes. */
async function expectPromisesKept(
  client: TestClient,
  jobs: readonly Job[],
  emulatorUrl: string,
): Promise<void> {
  expect(jobs.map((job) => job.status)).toEqual(jobs.map(() => 'completed'));
  const state = await emulatorState(emulatorUrl);
  expect(state.generations).toHaveLength(jobs.length);
  const submissions = (await Promise.all(jobs.map((job) => client.submissions(job.id)))).flat();
  const stored = submissions.filter((submission) => submission.state === 'stored');
  expect(new Set(stored.map((submission) => submission.provider_job_id))).toEqual(
    new Set(state.generations.map((generation) => generation.id)),
  );
  const charged = jobs.reduce((sum, job) => sum + (job.credits.charged ?? Number.NaN), 0);
  expect(charged).toBe(state.generations.reduce((sum, generation) => sum + generation.credits, 0));
  for (const job of jobs) {
    expect(job.credits.held).toBe(0);
    expect(job.assets).toHaveLength(1);
    for (const asset of job.assets) {
      expect(await client.contentHash(asset.id)).toBe(asset.sha256);
    }
  }
}

async function runThroughKills(
  start: () => Promise<RunningProgram>,
  apiKeyToUse: string,
): Promise<{
  client: TestClient;
  jobs: Job[];
}> {
  let server = await started(start());
  const client = new TestClient(() => server.ready, apiKeyToUse);
  const wanted = await requests();
  const jobs = new Map<number, Job>();
  for (const life of lives) {
    const creating = createAll(client, wanted, jobs).catch((error: unknown) => error);
    await sleep(life);
    await server.kill();
    await creating;
    server = await started(start());
  }
  await createAll(client, wanted, jobs);
  return { client, jobs: await untilAllEnded(client, jobs) };
}

describe('kill -9 at any moment', () => {
  it('loses nothing and pays once, with a provider that goes on and loses replies', async () => {
    const emulator = await started(
      startEmulatorProcess(join(directory, 'provider'), ['--render-seconds', '1,3']),
    );
    const url = emulator.ready;
    await control(url, 'faults', {
      match: { method: 'POST', path: '/video/*' },
      action: 'drop_after_accept',
      times: 3,
    });
    await control(url, 'faults', {
      match: { method: 'GET', path: '/media/*' },
      action: 'truncate',
      times: 3,
    });
    const { client, jobs } = await runThroughKills(
      () =>
        startServerProcess({
          DATA_DIR: join(directory, 'data'),
          API_KEY: apiKey,
          SANDBOX: 'off',
          PIXVERSE_API_KEY: 'sk-kill',
          PIXVERSE_BASE_URL: `${url}/openapi/v2`,
        }),
      apiKey,
    );
    await expectPromisesKept(client, jobs, url);
    expect(jobs).toHaveLength(12);
  });

  it('loses nothing and pays once, with the sandbox that dies with the server', async () => {
    const { client, jobs } = await runThroughKills(
      () => startServerProcess({ DATA_DIR: join(directory, 'data'), API_KEY: apiKey, SANDBOX: 'on' }),
      apiKey,
    );
    const account = (await client.accounts()).find(({ provider_id: id }) => id === 'pixverse');
    await expectPromisesKept(client, jobs, new URL(account?.base_url ?? '').origin);
    expect(jobs).toHaveLength(12);
  });
});
