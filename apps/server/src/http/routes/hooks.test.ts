import { randomUUID } from 'node:crypto';
import { serve } from '@hono/node-server';
import type { ServerType } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Account, Job, List, Submission } from '@pixsim7/contracts';
import { createStepHandlers } from '@pixsim7/core';
import type { StepHandlers } from '@pixsim7/core';
import { startPixverseEmulator } from '@pixsim7/emulators';
import type { PixverseEmulator } from '@pixsim7/emulators';
import { createOutgoingHttp } from '@pixsim7/infra';
import { openBench } from '../__tests__/http-bench.ts';
import type { HttpBench } from '../__tests__/http-bench.ts';

const secret = 'whsec_of_the_dashboard';
/** Webhooks that the bench takes at once, of strangers and of an account. */
const limits = { wrongKeyBurst: 3, wrongKeysPerSecond: 0.1, webhookBurst: 4, webhookBytes: 1_000 };

let bench: HttpBench;
let emulator: PixverseEmulator;
let server: ServerType;
let account: Account;
let steps: StepHandlers;
/** Path of the account's webhooks. */
let path: string;

beforeEach(async () => {
  const outgoing = createOutgoingHttp();
  bench = await openBench({
    limits,
    change: () => ({ outgoing, publicUrl: 'https://pixsim.example' }),
  });
  steps = createStepHandlers(bench.dependencies);
  emulator = await startPixverseEmulator({
    maxFrameRate: 1,
    // Done before the first look, which comes after two seconds.
    renderSeconds: [1, 1],
    credits: 1_000,
    clock: () => bench.system.now(),
    webhookInterval: null,
  });
  account = await bench.json('POST', '/api/v1/accounts', {
    json: {
      provider_id: 'pixverse',
      label: 'Main',
      credentials: { api_key: `sk-${randomUUID()}`, webhook_id: '1234', webhook_secret: secret },
      base_url: emulator.baseUrl,
    },
  });
  path = new URL(account.webhook_url ?? '').pathname;
  const url = await new Promise<string>((resolve) => {
    server = serve({ fetch: bench.app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
      resolve(`http://127.0.0.1:${port}`),
    );
  });
  await setWebhookSecret(`${url}${path}`, secret);
});

afterEach(async () => {
  await emulator.whenIdle();
  await emulator.close();
  if ('closeAllConnections' in server) {
    server.closeAllConnections();
  }
  await new Promise((resolve) => server.close(resolve));
  await bench.close();
});

async function setWebhookSecret(url: string, key: string): Promise<void> {
  const reply = await fetch(`${emulator.url}/_emulator/settings`, {
    method: 'POST',
    body: JSON.stringify({ webhooks: [{ id: '1234', url, secret: key }] }),
  });
  expect(reply.status).toBe(200);
}

/** A job that the provider has, and that nobody has asked about yet. */
async function acceptedJob(prompt = 'a paper boat'): Promise<Job> {
  const job: Job = await bench.json('POST', '/api/v1/jobs', {
    json: {
      operation_type: 'text_to_video',
      provider_id: 'pixverse',
      params: { prompt, model: 'v6', quality: '360p', duration: 1 },
    },
  });
  const signal = new AbortController().signal;
  await steps.dispatch?.('pixverse', signal);
  const { data } = await bench.json<List<Submission>>('GET', `/api/v1/jobs/${job.id}/submissions`);
  const [attempt] = data;
  if (attempt !== undefined) {
    await steps.submit?.(attempt.id, signal);
  }
  await emulator.whenIdle();
  return job;
}

const stateOf = async (id: string): Promise<Job> => bench.json('GET', `/api/v1/jobs/${id}`);

async function nextCheck(): Promise<number | null> {
  const statistics = await bench.dependencies.queue.statistics();
  return statistics.find(({ step }) => step === 'check')?.earliest ?? null;
}

async function requestsOf(route: string): Promise<number> {
  const reply = await fetch(`${emulator.url}/_emulator/state`);
  const { requests } = (await reply.json()) as { requests: Record<string, number> };
  return requests[route] ?? 0;
}

const answers = (): unknown[] =>
  bench.log
    .filter(({ message, fields }) => message === 'request' && fields['route'] === '/hooks/{provider}/{token}')
    .map(({ fields }) => fields['status']);

describe('a webhook of the provider', () => {
  it('completes a job through the one check that it wakes', async () => {
    const job = await acceptedJob();
    bench.system.advance(1_000);
    expect(await nextCheck()).toBeGreaterThan(bench.system.now());
    await emulator.sendWebhooks();
    expect(answers()).toEqual([200]);
    expect(await nextCheck()).toBe(bench.system.now());
    expect((await stateOf(job.id)).stage).toBe('generating');
    await bench.queue.runUntilIdle();
    expect(await stateOf(job.id)).toMatchObject({
      status: 'completed',
      completed_at: expect.any(String) as string,
    });
    expect(await requestsOf('GET /video/result/{id}')).toBe(1);
    // Taken, so it is not sent again.
    bench.system.advance(3_600_000);
    await emulator.sendWebhooks();
    expect(answers()).toEqual([200]);
  });

  it('tells of a refusal by the safety check in the same way', async () => {
    const job = await acceptedJob('[moderate] a paper boat');
    bench.system.advance(1_000);
    await emulator.sendWebhooks();
    await bench.queue.runUntilIdle();
    expect(await stateOf(job.id)).toMatchObject({ status: 'failed', error: { code: 'output_moderated' } });
  });

  it('signed with another secret is refused, and the job is found by asking', async () => {
    await setWebhookSecret(`http://127.0.0.1:${portOf(server)}${path}`, 'whsec_of_somebody_else');
    const job = await acceptedJob();
    bench.system.advance(1_000);
    await emulator.sendWebhooks();
    expect(answers()).toEqual([401]);
    expect(await nextCheck()).toBeGreaterThan(bench.system.now());
    await bench.queue.runUntilIdle();
    expect((await stateOf(job.id)).status).toBe('completed');
  });
});

describe('what is no webhook', () => {
  it.each([
    ['nonsense', '{"id":', {}],
    ['an unsigned body', '{"id":"1","status":1}', {}],
    [
      'a signature over something else',
      '{"id":"1","status":1}',
      {
        'webhook-timestamp': '1767268800',
        'webhook-nonce': 'abcdefghijklmnopqrstuvwxyzABCDEF',
        'webhook-signature': 'L6cUDWo/+2pUgS/sjVNzkK20LfjWb48q1wakrb4k1XE=',
      },
    ],
  ])('is refused: %s', async (_, body, headers) => {
    expect(await bench.problem('POST', path, { body, headers, key: null })).toMatchObject({
      status: 401,
      code: 'delivery_refused',
      charged: 'no',
    });
  });

  it('has no address: an unknown provider or token', async () => {
    for (const address of [`/hooks/pixverse/${'0'.repeat(32)}`, path.replace('pixverse', 'nobody')]) {
      expect(await bench.problem('POST', address, { body: '{}', key: null })).toMatchObject({
        status: 404,
        code: 'not_found',
      });
    }
  });

  it('is bounded in length', async () => {
    const problem = await bench.problem('POST', path, { body: 'x'.repeat(1_001), key: null });
    expect(problem.code).toBe('payload_too_large');
  });

  it('is bounded in number, and does not lock out an account whose webhooks arrive', async () => {
    await acceptedJob('[fail] a');
    bench.system.advance(1_000);
    await emulator.sendWebhooks();
    expect(answers()).toEqual([200]);
    const stranger = `/hooks/pixverse/${'0'.repeat(32)}`;
    const statuses: number[] = [];
    for (let request = 0; request < 5; request += 1) {
      statuses.push((await bench.send('POST', stranger, { body: '{}', key: null })).status);
    }
    expect(statuses).toEqual([404, 404, 404, 429, 429]);
    expect((await bench.problem('POST', path, { body: '{}', key: null })).status).toBe(401);
  });
});

describe('the address of an account', () => {
  it('is shown to the operator, stays the same, and stands in no event', async () => {
    expect(account.webhook_url).toMatch(/^https:\/\/pixsim\.example\/hooks\/pixverse\/[0-9a-f]{32}$/);
    const changed: Account = await bench.json('PATCH', `/api/v1/accounts/${account.id}`, {
      json: { label: 'Other' },
    });
    expect(changed.webhook_url).toBe(account.webhook_url);
    await bench.core.events.publish();
    const events = await bench.database.transaction((transaction) => transaction.events.after(0, 100));
    expect(events.length).toBeGreaterThan(0);
    expect(JSON.stringify([events, bench.log])).not.toContain(path.split('/').at(-1));
  });

  it('belongs to one key, whatever webhook is set up for it', async () => {
    const sameKey = { api_key: 'sk-the-same', webhook_id: '1', webhook_secret: 'a' };
    const json = { provider_id: 'pixverse', label: 'Again', base_url: emulator.baseUrl };
    await bench.json('POST', '/api/v1/accounts', { json: { ...json, credentials: sameKey } });
    const { webhook_id: _, ...without } = sameKey;
    const problem = await bench.problem('POST', '/api/v1/accounts', {
      json: { ...json, credentials: { ...without, webhook_secret: 'b' } },
    });
    expect(problem.code).toBe('state_conflict');
  });
});

function portOf(listening: ServerType): number {
  const address = listening.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
