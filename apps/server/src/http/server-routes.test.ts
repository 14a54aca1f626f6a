import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Health, Job, TroubleCode } from '@pixsim7/contracts';
import { messageOf } from '@pixsim7/core';
import type { Trouble } from '@pixsim7/infra';
import { buildAccount } from '@pixsim7/testkit/builders';
import { impairedBy, stoppedBy, works } from '../watch/part-state.ts';
import type { PartState } from '../watch/part-state.ts';
import { openBench } from './__tests__/http-bench.ts';
import type { BenchOptions, HttpBench } from './__tests__/http-bench.ts';

let bench: HttpBench;

const open = async (options: BenchOptions = {}): Promise<HttpBench> => {
  bench = await openBench(options);
  return bench;
};

afterEach(() => bench.close());

const trouble = (code: TroubleCode): Trouble => ({
  code,
  summary: 'Redis has trouble.',
  reason: 'at 10.0.0.5 as user pixsim7',
  advice: 'Mend it.',
});
const redisIs = (state: PartState): BenchOptions => ({ redis: async () => state, mode: 'cluster' });

const addAccounts = (...changes: Parameters<typeof buildAccount>[0][]): Promise<void> =>
  bench.database.transaction(async ({ accounts }) => {
    for (const change of changes) {
      await accounts.insert(buildAccount({ providerId: 'pixverse', ...change }));
    }
  });

const health = async (): Promise<{ status: number; body: Health }> => {
  const reply = await bench.send('GET', '/health', { key: null });
  return { status: reply.status, body: (await reply.json()) as Health };
};

describe('GET /health', () => {
  it('is open and has the promised shape', async () => {
    await open();
    const providers = bench.dependencies.registry.ids();
    expect(await health()).toEqual({
      status: 200,
      body: {
        status: 'healthy',
        database: 'connected',
        redis: 'not_configured',
        providers,
        mode: 'embedded',
        version: '0.0.0-test',
        checks: {
          database: { status: 'ok', detail: expect.any(String) as string },
          redis: { status: 'not_configured', detail: expect.any(String) as string },
          storage: { status: 'ok', detail: expect.any(String) as string },
          queue: { status: 'ok', detail: 'Waiting steps: 0. Running: 0.' },
          ...Object.fromEntries(
            providers.map((id) => [id, { status: 'not_configured', detail: 'No account in use.' }]),
          ),
        },
      },
    });
  });

  it('is degraded without accounts that work, and says how many do', async () => {
    await open();
    await addAccounts({}, { status: 'exhausted' }, { enabled: false });
    expect((await health()).body).toMatchObject({
      status: 'degraded',
      checks: {
        pixverse: { status: 'degraded', detail: 'Usable accounts: 1 of 2; 1 without credits.' },
      },
    });
  });

  it('is down for a provider whose accounts are all refused', async () => {
    await open();
    const cooldownUntil = bench.system.now() + 60_000;
    await addAccounts({ status: 'disabled' }, { status: 'cooldown', cooldownUntil });
    const detail =
      'Usable accounts: 0 of 2; 1 in a pause that the provider asked for; 1 whose key the provider refuses.';
    expect(await health()).toMatchObject({
      status: 200,
      body: { checks: { pixverse: { status: 'down', detail } } },
    });
  });

  it('answers 503 when the database is gone, without saying why to strangers', async () => {
    await open();
    await bench.database.close();
    const { status, body } = await health();
    expect(status).toBe(503);
    expect(body).toMatchObject({
      status: 'degraded',
      database: 'disconnected',
      checks: { database: { status: 'down' }, pixverse: { status: 'down' } },
    });
    expect(JSON.stringify(body)).not.toContain('is closed');
    expect(JSON.stringify(bench.log)).toContain('is closed');
  });

  it('answers within 2 s when something hangs', async () => {
    await open({ redis: () => new Promise(() => undefined), mode: 'cluster' });
    const timers = bench.system.timers;
    const waiting = health();
    // Each part of a look has a timer while it lasts; at the end only the one that hangs has one.
    await vi.waitFor(() => expect(bench.system.timers).toBe(timers + 1));
    bench.system.advance(2_000);
    expect(await waiting).toMatchObject({
      status: 200,
      body: { status: 'degraded', redis: 'disconnected', checks: { redis: { code: 'no_answer' } } },
    });
  });

  it.each([
    ['away', stoppedBy(trouble('connection_refused')), 'disconnected', 'down', /no step runs/u],
    ['refusing', stoppedBy(trouble('rights_missing')), 'refused', 'down', /no step runs/u],
    [
      'refusing its channel',
      impairedBy(trouble('channel_rights_missing'), 'late_events'),
      'connected',
      'degraded',
      /Steps run/u,
    ],
  ] as const)(
    'says what it means that Redis is %s, and no address',
    async (_, state, redis, status, detail) => {
      await open(redisIs(state));
      const { status: httpStatus, body } = await health();
      expect(httpStatus).toBe(200);
      const code = state.status === 'works' ? '' : state.trouble.code;
      expect(body).toMatchObject({
        status: 'degraded',
        redis,
        checks: { redis: { status, code, detail: expect.stringMatching(detail) as string } },
      });
      expect(JSON.stringify(body)).not.toMatch(/10\.0|pixsim7/u);
    },
  );

  it('is degraded when the files cannot be written', async () => {
    await open({
      change: ({ blobs }) => ({
        blobs: { ...blobs, ping: () => Promise.reject(new Error('read-only /data')) },
      }),
    });
    const { body } = await health();
    expect(body).toMatchObject({
      status: 'degraded',
      checks: { storage: { status: 'down', code: 'unknown' } },
    });
    expect(JSON.stringify(body)).not.toContain('/data');
  });

  it('is degraded when steps are late by more than a minute, unless they are posters', async () => {
    await open();
    await bench.queue.offer(messageOf('poster', 'ast_1'), bench.system.now());
    bench.system.advance(60_001);
    expect((await health()).body.checks['queue']).toMatchObject({ status: 'ok' });
    await bench.queue.offer(messageOf('check', 'sub_1'), bench.system.now());
    bench.system.advance(60_001);
    expect((await health()).body.checks['queue']).toEqual({
      status: 'degraded',
      detail:
        'Waiting steps: 2. Running: 0. Steps that were due 60 s ago have not run (check): no workers are running, or too few.',
    });
  });

  it('looks once a second however often it is asked', async () => {
    let looks = 0;
    await open({
      redis: async () => {
        looks += 1;
        return works;
      },
    });
    await Promise.all([health(), health(), health()]);
    expect(looks).toBe(1);
    bench.system.advance(1_000);
    await health();
    expect(looks).toBe(2);
  });
});

describe('GET /ready', () => {
  it('is open, and says no when the database is gone or the server stops', async () => {
    await open();
    expect((await bench.send('GET', '/ready', { key: null })).status).toBe(200);
    bench.system.advance(1_000);
    await bench.database.close();
    expect((await bench.send('GET', '/ready', { key: null })).status).toBe(503);
    bench.stopping.abort();
    expect(await (await bench.send('GET', '/ready', { key: null })).json()).toEqual({
      ready: false,
      detail: 'The server stops.',
    });
  });
});

describe('GET /metrics', () => {
  const metrics = async (): Promise<string[]> =>
    (await (await bench.send('GET', '/metrics')).text()).split('\n').filter((line) => !line.startsWith('#'));

  it('needs a key', async () => {
    await open();
    expect((await bench.problem('GET', '/metrics', { key: null })).code).toBe('unauthorized');
  });

  it('shows jobs, waits, steps, accounts and requests', async () => {
    await open();
    await addAccounts({ id: 'acc_0000000000000000000000000z' as never, maxConcurrent: 3 });
    const job = await bench.json<Job>('POST', '/api/v1/jobs', {
      json: { operation_type: 'text_to_video', provider_id: 'pixverse', params: { prompt: 'a boat' } },
    });
    await bench.send('GET', `/api/v1/jobs/${job.id}`);
    await bench.send('GET', '/nowhere');
    await bench.app.request('/nowhere', { method: 'BREW' });
    bench.system.advance(5_000);
    const account = 'account_id="acc_0000000000000000000000000z",provider_id="pixverse"';
    expect(await metrics()).toEqual(
      expect.arrayContaining([
        'pixsim7_database_up 1',
        'pixsim7_jobs{status="pending"} 1',
        'pixsim7_jobs{status="failed"} 0',
        'pixsim7_jobs_waiting{reason="slot"} 1',
        'pixsim7_queue_waiting{step="dispatch"} 1',
        'pixsim7_queue_overdue_seconds{step="dispatch"} 5',
        `pixsim7_account_slots_used{${account}} 0`,
        `pixsim7_account_slots_max{${account}} 3`,
        `pixsim7_account_credits_held{${account}} 0`,
        'pixsim7_http_requests_total{method="POST",route="/api/v1/jobs",status="201"} 1',
        'pixsim7_http_requests_total{method="GET",route="/api/v1/jobs/{id}",status="200"} 1',
        'pixsim7_http_requests_total{method="GET",route="unmatched",status="404"} 1',
        'pixsim7_http_requests_total{method="other",route="unmatched",status="404"} 1',
        'pixsim7_http_request_duration_seconds_count{method="POST",route="/api/v1/jobs",status="201"} 1',
      ]),
    );
    expect((await metrics()).join('\n')).not.toContain(job.id);
    // An unknown balance is left out.
    expect((await metrics()).join('\n')).not.toContain('credits_spendable{');
  });

  it('is read by many at once', async () => {
    await open();
    const [first, second] = await Promise.all([metrics(), metrics()]);
    expect(first).toEqual(second);
  });

  it('still answers when the queue is gone, and says whether Redis is', async () => {
    await open({
      ...redisIs(stoppedBy(trouble('read_only'))),
      change: ({ queue }) => ({
        queue: { ...queue, statistics: () => Promise.reject(new Error('Redis does not answer')) },
      }),
    });
    expect(await metrics()).toEqual(
      expect.arrayContaining([
        'pixsim7_redis_up 0',
        'pixsim7_database_up 1',
        'pixsim7_trouble{part="redis",code="read_only"} 1',
      ]),
    );
  });

  it('still answers when the database is gone', async () => {
    await open();
    await bench.database.close();
    expect(await metrics()).toContain('pixsim7_database_up 0');
  });
});

describe('a process that only runs steps', () => {
  it('has health, readiness and metrics, and no API', async () => {
    await open({ serves: 'operations' });
    expect((await bench.send('GET', '/health', { key: null })).status).toBe(200);
    expect((await bench.send('GET', '/ready', { key: null })).status).toBe(200);
    expect((await bench.problem('GET', '/metrics', { key: null })).code).toBe('unauthorized');
    expect((await bench.send('GET', '/metrics')).status).toBe(200);
    for (const path of ['/api/v1/jobs', '/docs', '/openapi.json', '/admin/queues', '/']) {
      const problem = await bench.problem('GET', path);
      expect(problem).toMatchObject({ status: 404, code: 'not_found' });
      expect(problem.detail).toContain('is a worker');
    }
  });
});

describe('the access log', () => {
  it('has one line per request, and no query, body or key', async () => {
    await open();
    await bench.send('GET', '/api/v1/jobs?q=private-words', { headers: { cookie: 'private-cookie' } });
    await bench.send('GET', '/health', { key: null });
    const lines = bench.log.filter(({ message }) => message === 'request');
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'request',
        fields: {
          request_id: expect.stringMatching(/^req_/) as string,
          method: 'GET',
          route: '/api/v1/jobs',
          status: 200,
          ms: 0,
        },
      },
      expect.objectContaining({ level: 'debug' }),
    ]);
    expect(JSON.stringify(bench.log)).not.toMatch(/private|px7_/);
  });
});
