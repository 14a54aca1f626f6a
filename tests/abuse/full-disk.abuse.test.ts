import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Health, Job, Problem } from '@pixsim7/contracts';
import { startServerProcess } from '@pixsim7/testkit/servers';
import type { RunningProgram } from '@pixsim7/testkit/servers';
import { control, emulatorState, TestClient } from '../support/client.ts';
import { startEmulatorProcess } from '../support/processes.ts';
import { report } from '../support/report.ts';
import { hasSmallDisks, mountSmallDisk } from '../support/small-disk.ts';
import type { SmallDisk } from '../support/small-disk.ts';

const apiKey = 'pxs_a-key-for-the-abuse-tests-only-00000000';
const megabyte = 1024 ** 2;
const picture = new URL('../../apps/server/assets/demo/dawn.jpg', import.meta.url);

const running: RunningProgram[] = [];
let directory = '';
let disk: SmallDisk;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pixsim7-abuse-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((program) => program.kill()));
  await disk.close();
  await rm(directory, { recursive: true, force: true });
});

async function started(program: Promise<RunningProgram>): Promise<RunningProgram> {
  const result = await program;
  running.push(result);
  return result;
}

async function startOnSmallDisk(
  megabytes: number,
  environment: Record<string, string> = {},
): Promise<{ server: RunningProgram; client: TestClient; emulator: string }> {
  disk = mountSmallDisk(megabytes);
  const emulator = await started(
    startEmulatorProcess(join(directory, 'provider'), ['--render-seconds', '1,2']),
  );
  const server = await started(
    startServerProcess({
      DATA_DIR: join(disk.path, 'data'),
      API_KEY: apiKey,
      SANDBOX: 'off',
      PIXVERSE_API_KEY: 'sk-abuse',
      PIXVERSE_BASE_URL: `${emulator.ready}/openapi/v2`,
      MIN_FREE_BYTES: String(40 * megabyte),
      ...environment,
    }),
  );
  return { server, client: new TestClient(() => server.ready, apiKey), emulator: emulator.ready };
}

const requestOf = (index: number) => ({
  operation_type: 'text_to_video' as const,
  provider_id: 'pixverse',
  params: { prompt: `boat ${index}`, quality: '360p', duration: 5 },
});

/** The answer to a POST; null when the connection broke. */
async function post(
  client: TestClient,
  path: string,
  init: RequestInit,
): Promise<{ status: number; body: Problem; retryAfter: string | null } | null> {
  try {
    const reply = await client.request(path, { method: 'POST', ...init });
    const retryAfter = reply.headers.get('retry-after');
    return { status: reply.status, body: (await reply.json()) as Problem, retryAfter };
  } catch {
    return null;
  }
}

const create = (client: TestClient, index: number) =>
  post(client, '/api/v1/jobs', {
    headers: { 'content-type': 'application/json', 'idempotency-key': `abuse-${index}` },
    body: JSON.stringify(requestOf(index)),
  });

async function health(client: TestClient): Promise<{ status: number; body: Health }> {
  const reply = await client.request('/health');
  return { status: reply.status, body: (await reply.json()) as Health };
}

async function until<Result>(what: string, look: () => Promise<Result | null>): Promise<Result> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const found = await look().catch(() => null);
    if (found !== null) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error(`${what} did not happen.`);
    }
    await sleep(250);
  }
}

const untilEnded = (client: TestClient, ids: readonly string[]): Promise<Job[]> =>
  until(`The end of ${ids.length} jobs`, async () => {
    const jobs = await Promise.all(ids.map((id) => client.job(id)));
    return jobs.every((job) => job.completed_at !== null) ? jobs : null;
  });

/** One paid generation for each job, and every file with its right bytes. */
async function expectPromisesKept(
  client: TestClient,
  ids: readonly string[],
  emulator: string,
): Promise<void> {
  const jobs = await untilEnded(client, ids);
  expect(jobs.map((job) => job.status)).toEqual(jobs.map(() => 'completed'));
  for (const asset of jobs.flatMap((job) => job.assets)) {
    expect(await client.contentHash(asset.id)).toBe(asset.sha256);
  }
  expect((await emulatorState(emulator)).generations).toHaveLength(ids.length);
}

describe.skipIf(!hasSmallDisks())('a disk that fills', () => {
  it('refuses new work below the reserve, while accepted jobs end, and takes it again by itself', async () => {
    const { server, client, emulator } = await startOnSmallDisk(200);
    const ids: string[] = [];
    for (let index = 0; index < 4; index += 1) {
      ids.push((await client.createJob(requestOf(index), `abuse-${index}`)).id);
    }
    disk.fillUntil(30 * megabyte);
    await until('The refusal', async () => ((await create(client, 99))?.status === 507 ? true : null));

    const refused = await create(client, 99);
    expect(refused).toMatchObject({
      status: 507,
      retryAfter: '60',
      body: { code: 'insufficient_storage', retryable: true, charged: 'no' },
    });
    const form = new FormData();
    form.append('file', new Blob([await readFile(picture)]), 'dawn.jpg');
    expect(await post(client, '/api/v1/assets', { body: form })).toMatchObject({
      status: 507,
      body: { retryable: true, charged: 'no' },
    });
    // A job that was created before is still found by its key.
    expect((await create(client, 0))?.status).toBeLessThan(300);
    const { status, body } = await health(client);
    expect([status, body.status, body.checks['disk']?.status]).toEqual([200, 'degraded', 'down']);
    expect(await (await client.request('/metrics')).text()).toMatch(/pixsim7_disk_free_bytes \d+/u);

    await expectPromisesKept(client, ids, emulator);
    disk.makeRoom();
    await until('The end of the refusals', async () =>
      (await create(client, 99))?.status === 201 ? true : null,
    );
    expect((await health(client)).body.checks['disk']?.status).toBe('ok');
    expect(server.output()).toContain('disk nearly full: new work is refused');
    await until('The line about the room', async () =>
      server.output().includes('disk has space again') ? true : null,
    );
  });

  it('that is full to the last byte loses no acknowledged job, and works again without a restart', async () => {
    // The smallest reserve, so requests meet the full disk itself.
    const { server, client, emulator } = await startOnSmallDisk(200, { MIN_FREE_BYTES: '0' });
    await control(emulator, 'faults', {
      match: { method: 'GET', path: '/media/*' },
      action: 'truncate',
      times: 2,
    });
    const ids = new Set<string>();
    const refusals: unknown[] = [];
    const statuses = new Map<string, number>();
    const note = (outcome: Awaited<ReturnType<typeof create>>): void => {
      const name = outcome === null ? 'no answer' : `${outcome.status} ${outcome.body.code ?? ''}`.trim();
      statuses.set(name, (statuses.get(name) ?? 0) + 1);
      if (outcome !== null && outcome.status < 300) {
        ids.add((outcome.body as unknown as Job).id);
      } else if (outcome !== null) {
        refusals.push(outcome.body);
      }
    };
    for (let index = 0; index < 6; index += 1) {
      note(await create(client, index));
    }
    disk.fillUntil(0);
    // Enough writes to use up the log file that PostgreSQL has: then it ends, and the next one cannot start.
    const label = 'x'.repeat(90);
    for (let round = 0; round < 400 && disk.freeBytes() < megabyte; round += 1) {
      note(await create(client, 6 + (round % 20)));
      const accounts = await client.accounts().catch(() => []);
      await client
        .request(`/api/v1/accounts/${accounts[0]?.id ?? ''}`, {
          method: 'PATCH',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ label: `${label}${round % 10}` }),
        })
        .catch(() => undefined);
      if (round % 100 === 0) {
        disk.fillUntil(0);
      }
    }
    const whileFull = await health(client);
    disk.makeRoom();
    await until('A database that answers', async () => ((await health(client)).status === 200 ? true : null));
    for (let index = 0; index < 26; index += 1) {
      await until(`Job ${index}`, async () => {
        const outcome = await create(client, index);
        note(outcome);
        return outcome !== null && outcome.status < 300 ? true : null;
      });
    }
    await expectPromisesKept(client, [...ids], emulator);
    expect(ids.size).toBe(26);
    const stopped = server.output().split('embedded database stopped; opening').length - 1;
    report(
      `full disk: ${ids.size} jobs, ${ids.size} generations; answers ${JSON.stringify(Object.fromEntries(statuses))}; ` +
        `health while full ${whileFull.status}; the database stopped ${stopped} times; 0 exits`,
    );
    expect([...statuses.keys()].filter((name) => name.startsWith('500'))).toEqual([]);
    expect(refusals).toEqual(refusals.map(() => expect.objectContaining({ retryable: true })));
  });

  it('of the log loses lines and nothing else, and says so once', async () => {
    disk = mountSmallDisk(1);
    const errorFile = join(disk.path, 'server.log');
    const server = await started(
      startServerProcess(
        { DATA_DIR: join(directory, 'data'), API_KEY: apiKey, SANDBOX: 'on', LOG_LEVEL: 'debug' },
        { errorFile },
      ),
    );
    const client = new TestClient(() => server.ready, apiKey);
    disk.fillUntil(0);
    // A full disk still takes what fits into the last page of the file: 4,096 bytes are fewer than 30 lines.
    const requests = 80;
    for (let request = 0; request < requests; request += 1) {
      expect((await client.request('/api/v1/jobs')).status).toBe(200);
    }
    await sleep(1_100);
    expect((await health(client)).body.checks['log']).toMatchObject({ status: 'degraded' });
    disk.makeRoom();
    const job = await client.createJob(requestOf(0), 'log');
    expect((await untilEnded(client, [job.id]))[0]?.status).toBe('completed');
    await sleep(1_100);
    const { log } = (await health(client)).body.checks;
    expect(log?.status).toBe('ok');
    const dropped = Number(/(\d+) lines were dropped/u.exec(log?.detail ?? '')?.[1]);
    expect(dropped).toBeGreaterThanOrEqual(50);
    const metrics = await (await client.request('/metrics')).text();
    expect(metrics).toContain(`pixsim7_log_lines_dropped_total ${dropped}`);
    const text = await readFile(errorFile, 'utf8');
    expect(text.split('log lines were dropped').length - 1).toBe(1);
    report(`full log disk: ${dropped} lines dropped, ${requests} of ${requests} requests answered`);
  });

  it('of the log whose reader is gone does not end the server either', async () => {
    disk = mountSmallDisk(1);
    const server = await started(
      startServerProcess({
        DATA_DIR: join(directory, 'data'),
        API_KEY: apiKey,
        SANDBOX: 'on',
        LOG_LEVEL: 'debug',
      }),
    );
    const client = new TestClient(() => server.ready, apiKey);
    server.hangUp();
    for (let request = 0; request < 20; request += 1) {
      expect((await client.request('/api/v1/jobs')).status).toBe(200);
    }
    const job = await client.createJob(requestOf(0), 'hang-up');
    expect((await untilEnded(client, [job.id]))[0]?.status).toBe('completed');
    expect(await server.terminate()).toBe(0);
  });

  it('or is read-only, or too small, at the first start is named, without a stack', async () => {
    disk = mountSmallDisk(20);
    const start = (): Promise<string> =>
      startServerProcess({ DATA_DIR: join(disk.path, 'data'), API_KEY: apiKey, SANDBOX: 'off' }).then(
        async (server) => {
          await server.kill();
          return 'It started.';
        },
        (error: unknown) => String(error),
      );
    const tooSmall = await start();
    expect(tooSmall).toMatch(
      /could not be created in .*: the disk is full: \d+ MB are free, \d+ MB are needed\./u,
    );
    expect(tooSmall).not.toContain('    at ');
    await writeFile(join(disk.path, 'here'), '');
    disk.remount('ro');
    const readOnly = await start();
    expect(readOnly).toMatch(/EROFS|read-only/u);
    expect(readOnly).not.toContain('    at ');
  });
});
