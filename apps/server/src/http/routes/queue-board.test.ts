import { createRequire } from 'node:module';
import { Hono } from 'hono';
import { afterEach, expect, it } from 'vitest';
import { stoppedBy, works } from '../../watch/part-state.ts';
import type { PartState } from '../../watch/part-state.ts';
import { apiKey, openBench } from '../__tests__/http-bench.ts';
import type { BenchOptions, HttpBench } from '../__tests__/http-bench.ts';

let bench: HttpBench;

const open = async (options: BenchOptions = {}): Promise<HttpBench> => {
  bench = await openBench(options);
  return bench;
};

afterEach(() => bench.close());

const board = async (): Promise<Hono> =>
  new Hono()
    .get('/admin/queues', (context) => context.html('<p>the board</p>'))
    .get('/admin/queues/api/queues', (context) => context.json({ queues: [] }));

const connected: BenchOptions = { queueBoard: board, redis: async () => works };

const basic = (password: string, user = 'anyone'): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

/** As a browser asks: without the header that programs send. */
const browse = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  Promise.resolve(bench.app.request(path, { headers }));

it('asks a browser for the key with a challenge, and takes it as a password', async () => {
  await open(connected);
  const refused = await bench.send('GET', '/admin/queues', { key: null });
  expect(refused.status).toBe(401);
  expect(refused.headers.get('www-authenticate')).toMatch(
    /^Basic realm="[^"]*password[^"]*", charset="UTF-8"$/,
  );
  const page = await browse('/admin/queues', basic(apiKey));
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('the board');
  expect((await browse('/admin/queues/api/queues', basic(apiKey, ''))).status).toBe(200);
});

it('takes the header of programs too', async () => {
  await open(connected);
  expect((await bench.app.request('/admin/queues', { headers: { 'x-api-key': apiKey } })).status).toBe(200);
});

it.each([
  ['a wrong password', basic('not-the-key')],
  ['the key as the user name', { authorization: `Basic ${btoa(`${apiKey}:`)}` }],
  ['the key without a user name', { authorization: `Basic ${btoa(apiKey)}` }],
  ['what is no base64', { authorization: 'Basic !!!' }],
  ['an empty header', { authorization: 'Basic ' }],
])('refuses %s', async (_, headers) => {
  await open(connected);
  expect((await browse('/admin/queues', headers)).status).toBe(401);
});

it('takes no key from the URL', async () => {
  await open(connected);
  expect((await browse(`/admin/queues?key=${apiKey}&api_key=${apiKey}`)).status).toBe(401);
});

it('takes passwords nowhere else', async () => {
  await open(connected);
  expect((await browse('/metrics', basic(apiKey))).status).toBe(401);
  expect((await browse('/api/v1/jobs', basic(apiKey))).status).toBe(401);
});

it('stops an address that guesses', async () => {
  await open({ ...connected, limits: { wrongKeyBurst: 2 } });
  for (let guess = 0; guess < 2; guess += 1) {
    await browse('/admin/queues', basic(`guess-${guess}`));
  }
  expect((await browse('/admin/queues', basic('guess-3'))).status).toBe(429);
});

it('lets nothing but reading through', async () => {
  await open(connected);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const reply = await bench.app.request('/admin/queues/api/queues', { method, headers: basic(apiKey) });
    expect(reply.status).toBe(405);
  }
});

it('is a page that loads nothing from elsewhere and stands in no frame', async () => {
  await open(connected);
  const { headers } = await browse('/admin/queues', basic(apiKey));
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toMatch(/https?:|\*/);
  expect(headers.get('x-frame-options')).toBe('DENY');
});

it('says why there is nothing to show, and loads no board for that', async () => {
  await open();
  const problem = await bench.problem('GET', '/admin/queues');
  expect(problem).toMatchObject({ status: 404, code: 'not_found' });
  expect(problem.detail).toContain('REDIS_URL');
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  expect(loaded.filter((path) => path.includes('@bull-board'))).toEqual([]);
});

it('says that Redis is away, and opens the board when it is back', async () => {
  let state: PartState = stoppedBy({ code: 'no_answer', summary: 'It is silent.', reason: '', advice: '' });
  let opened = 0;
  await open({
    redis: async () => state,
    queueBoard: () => {
      opened += 1;
      return board();
    },
  });
  expect(await bench.problem('GET', '/admin/queues')).toMatchObject({ code: 'unavailable', retryable: true });
  expect(opened).toBe(0);
  state = works;
  bench.system.advance(1_000);
  await browse('/admin/queues', basic(apiKey));
  await browse('/admin/queues', basic(apiKey));
  expect(opened).toBe(1);
});

it('tries again when the board could not be opened', async () => {
  let failures = 1;
  await open({
    ...connected,
    queueBoard: async () => {
      if (failures === 0) {
        return board();
      }
      failures -= 1;
      throw new Error('no memory');
    },
  });
  expect((await browse('/admin/queues', basic(apiKey))).status).toBe(500);
  expect((await browse('/admin/queues', basic(apiKey))).status).toBe(200);
});

it('counts in the metrics under one name', async () => {
  await open(connected);
  await browse('/admin/queues/static/js/one.js', basic(apiKey));
  await browse('/admin/queues/static/js/two.js', basic(apiKey));
  expect(await (await bench.send('GET', '/metrics')).text()).toContain(
    'pixsim7_http_requests_total{method="GET",route="/admin/queues/{page}",status="404"} 2',
  );
});
