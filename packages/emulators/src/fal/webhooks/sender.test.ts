import { createHash, createPublicKey, verify } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { falEmulatorFor } from '../../__tests__/fal-client.ts';
import type { FalTestClient, Json } from '../../__tests__/fal-client.ts';
import { webhookReceiver } from '../../__tests__/webhook-receiver.ts';
import type { Received } from '../../__tests__/webhook-receiver.ts';

const endpointFor = (url: string) => `v2.2/text-to-video?fal_webhook=${encodeURIComponent(url)}`;

const deliveriesOf = async (client: FalTestClient) =>
  ((await client.control('GET', '/state')).json['webhooks'] as { result: unknown }[]).map(
    ({ result }) => result,
  );

async function publishedKeys(client: FalTestClient): Promise<readonly JsonWebKey[]> {
  return (await client.call('GET', '/.well-known/jwks.json')).json['keys'] as JsonWebKey[];
}

/** As a receiver that follows fal's page does it. */
function isSignedBy(key: JsonWebKey, { headers, body }: Received): boolean {
  const header = (name: string) => String(headers[`x-fal-webhook-${name}`]);
  const hash = createHash('sha256').update(body).digest('hex');
  const message = [header('request-id'), header('user-id'), header('timestamp'), hash].join('\n');
  return verify(
    null,
    Buffer.from(message),
    createPublicKey({ key, format: 'jwk' }),
    Buffer.from(header('signature'), 'hex'),
  );
}

async function setUp(...statuses: number[]) {
  const { url, received } = await webhookReceiver(...statuses.map((status) => [status, ''] as const));
  const { emulator, clock, client } = await falEmulatorFor();
  return {
    emulator,
    clock,
    client,
    received,
    run: async (body: Json = {}) => {
      const id = await client.request(body, endpointFor(url));
      await emulator.whenIdle();
      await emulator.deliverWebhooks();
      return id;
    },
  };
}

describe('the webhook of a request', () => {
  it('carries the output of a video', async () => {
    const { client, received, run } = await setUp();
    const id = await run();
    expect(received).toHaveLength(1);
    expect(received[0]?.json).toEqual({
      request_id: id,
      gateway_request_id: id,
      status: 'OK',
      payload: (await client.result(id)).json,
    });
    expect(received[0]?.headers).toMatchObject({ 'x-fal-webhook-request-id': id });
  });

  it('carries what the model refused with', async () => {
    const { received, run } = await setUp();
    await run({ duration: 8 });
    expect(received[0]?.json).toMatchObject({
      status: 'ERROR',
      error: 'Invalid status code: 422',
      payload: { detail: [{ type: 'literal_error' }] },
    });
  });

  it('carries an error without a payload', async () => {
    const { received, run } = await setUp();
    await run({ prompt: '[error:request_timeout]' });
    expect(received[0]?.json).toMatchObject({
      status: 'ERROR',
      error: expect.any(String) as string,
      payload: null,
    });
  });

  it('can say OK without a payload', async () => {
    const { received, run } = await setUp();
    await run({ prompt: '[payload_error]' });
    expect(received[0]?.json).toMatchObject({
      status: 'OK',
      payload: null,
      payload_error: expect.any(String) as string,
    });
  });

  it('is not sent before the end, and not for a request that named no address', async () => {
    const { emulator, client, received, run } = await setUp();
    await run({ prompt: 'a fox [seconds:60]' });
    await client.request();
    await emulator.deliverWebhooks();
    expect(received).toEqual([]);
  });

  it('is sent once, and again only when it was not taken', async () => {
    const { emulator, clock, client, received, run } = await setUp(500, 302, 204);
    await run();
    await emulator.deliverWebhooks();
    expect(received).toHaveLength(1);
    for (const seconds of [10, 20, 3_600]) {
      clock.advance(seconds);
      await emulator.deliverWebhooks();
    }
    expect(await deliveriesOf(client)).toEqual([500, 302, 204]);
  });

  it('is given up after eleven times', async () => {
    const { emulator, clock, received, run } = await setUp(...Array.from({ length: 20 }, () => 500));
    await run();
    for (let look = 0; look < 20; look += 1) {
      clock.advance(86_400);
      await emulator.deliverWebhooks();
    }
    expect(received).toHaveLength(11);
  });

  it('tries again where nobody listens', async () => {
    const { emulator, clock, client } = await falEmulatorFor();
    await client.request({ prompt: '[fail]' }, endpointFor('http://127.0.0.1:1/hooks'));
    await emulator.deliverWebhooks();
    clock.advance(10);
    await emulator.deliverWebhooks();
    expect(await deliveriesOf(client)).toEqual(['no_answer', 'no_answer']);
  });
});

describe('an address that is not of this machine', () => {
  it.each([
    'https://example.com/hooks',
    'http://10.0.0.1/',
    'http://127.0.0.1.example.com/',
    'http://localhost.example.com/',
    'http://[::2]/',
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'no address',
  ])('is never called: %s', async (url) => {
    const called: unknown[] = [];
    const { emulator, client } = await falEmulatorFor({
      fetchWebhook: async (input) => {
        called.push(input);
        return new Response();
      },
    });
    await client.request({ prompt: '[fail]' }, endpointFor(url));
    await emulator.deliverWebhooks();
    await emulator.deliverWebhooks();
    expect(called).toEqual([]);
    expect(await deliveriesOf(client)).toEqual(['not_loopback']);
  });

  it.each(['http://127.0.0.1:9/x', 'http://127.9.9.9/x', 'http://localhost/x', 'https://[::1]/x'])(
    'but is one of this machine: %s',
    async (url) => {
      const { emulator, client } = await falEmulatorFor({ fetchWebhook: async () => new Response() });
      await client.request({ prompt: '[fail]' }, endpointFor(url));
      await emulator.deliverWebhooks();
      expect(await deliveriesOf(client)).toEqual([200]);
    },
  );
});

describe('the signature', () => {
  it('is verified by the published key', async () => {
    const { client, received, run } = await setUp();
    await run();
    const [key, ...others] = await publishedKeys(client);
    expect(others).toEqual([]);
    expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519' });
    expect(key).not.toHaveProperty('d');
    if (key === undefined || received[0] === undefined) {
      throw new Error('nothing was published or sent');
    }
    expect(isSignedBy(key, received[0])).toBe(true);
    expect(isSignedBy(key, { ...received[0], body: `${received[0].body} ` })).toBe(false);
  });

  it('changes its key, and the one before stays published', async () => {
    const { client, received, run } = await setUp();
    await run();
    await client.control('POST', '/settings', { webhook_key: 2 });
    await run();
    const [older, newer] = await publishedKeys(client);
    const [first, second] = received;
    if (older === undefined || newer === undefined || first === undefined || second === undefined) {
      throw new Error('two keys and two deliveries were expected');
    }
    expect([isSignedBy(older, first), isSignedBy(newer, first)]).toEqual([true, false]);
    expect([isSignedBy(older, second), isSignedBy(newer, second)]).toEqual([false, true]);
  });

  it('can be wrong', async () => {
    const { client, received, run } = await setUp();
    await client.control('POST', '/settings', { webhook_bad_signature: true });
    await run();
    const [key] = await publishedKeys(client);
    if (key === undefined || received[0] === undefined) {
      throw new Error('nothing was published or sent');
    }
    expect(isSignedBy(key, received[0])).toBe(false);
  });

  it('can be old, and deliveries can come in copies', async () => {
    const { clock, client, received, run } = await setUp();
    await client.control('POST', '/settings', { webhook_age_seconds: 400, webhook_copies: 3 });
    await run();
    expect(received.map(({ headers }) => Number(headers['x-fal-webhook-timestamp']))).toEqual(
      Array.from({ length: 3 }, () => clock() / 1000 - 400),
    );
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  });

  it('can arrive before the answer of the submit', async () => {
    const { url, received } = await webhookReceiver();
    const { client } = await falEmulatorFor();
    await client.control('POST', '/settings', { webhook_before_reply: true });
    const id = await client.request({}, endpointFor(url));
    expect(received.map(({ json }) => json['request_id'])).toEqual([id]);
  });
});

it('is sent by itself when the pace is left on', async () => {
  const { url, received } = await webhookReceiver();
  const { client } = await falEmulatorFor({ webhookPaceMs: 5 });
  await client.request({ prompt: '[fail]' }, endpointFor(url));
  await expect.poll(() => received.length, { interval: 5, timeout: 10_000 }).toBe(1);
});
