import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AccountAccess } from '../../contract/adapter.ts';
import type { WebhookDelivery } from '../../contract/webhook.ts';
import { createWebhookReceiver } from './receiver.ts';

const account: AccountAccess = { accountId: 'acc_1', credentials: {}, baseUrl: 'http://fal.test' };
const noon = Date.parse('2026-11-23T12:00:00Z');
const hour = 3_600_000;

const pair = () => generateKeyPairSync('ed25519');
const jwkOf = (publicKey: KeyObject) => publicKey.export({ format: 'jwk' });

interface Signing {
  readonly key: KeyObject;
  readonly body?: string;
  readonly requestId?: string;
  readonly at?: number;
  readonly age?: number;
}

/** A delivery as fal signs it; written with Node's own crypto, which the receiver does not use. */
function delivery(signing: Signing): WebhookDelivery {
  const { key, requestId = 'abc', at = noon, age = 0 } = signing;
  const body = Buffer.from(signing.body ?? JSON.stringify({ request_id: requestId, status: 'OK' }));
  const timestamp = String(Math.floor(at / 1_000) - age);
  const hash = createHash('sha256').update(body).digest('hex');
  const signature = sign(null, Buffer.from(`${requestId}\nuser_1\n${timestamp}\n${hash}`), key);
  return {
    headers: {
      'x-fal-webhook-request-id': requestId,
      'x-fal-webhook-user-id': 'user_1',
      'x-fal-webhook-timestamp': timestamp,
      'x-fal-webhook-signature': signature.toString('hex'),
    },
    body,
    receivedAt: at,
  };
}

function receiverWith(published: () => readonly object[] | Response) {
  const fetched: string[] = [];
  const receiver = createWebhookReceiver({
    provider: 'Clip',
    endpointId: 'owner/app/model',
    fetch: async (input) => {
      fetched.push(input instanceof Request ? input.url : String(input));
      const keys = published();
      return keys instanceof Response ? keys : new Response(JSON.stringify({ keys }));
    },
  });
  return { receiver, fetched };
}

const refusedAs = (reason: string) => ({ outcome: 'refused', reason });

describe('a signed delivery', () => {
  const { privateKey, publicKey } = pair();

  it('names the request, with the handle that an answered submit would have had', async () => {
    const { receiver, fetched } = receiverWith(() => [jwkOf(publicKey)]);
    expect(await receiver.parse(account, delivery({ key: privateKey }))).toEqual({
      outcome: 'notice',
      providerJobId: 'abc',
      deliveryId: 'abc',
      handle: {
        request_id: 'abc',
        status_url: 'http://fal.test/owner/app/requests/abc/status',
        response_url: 'http://fal.test/owner/app/requests/abc',
        cancel_url: 'http://fal.test/owner/app/requests/abc/cancel',
      },
    });
    expect(fetched).toEqual(['http://fal.test/.well-known/jwks.json']);
  });

  it('is verified by the keys of the real service for an account without an address', async () => {
    const { receiver, fetched } = receiverWith(() => [jwkOf(publicKey)]);
    await receiver.parse({ ...account, baseUrl: null }, delivery({ key: privateKey }));
    expect(fetched).toEqual(['https://rest.fal.ai/.well-known/jwks.json']);
  });

  it('is signed by any of the keys, and other kinds of key are passed over', async () => {
    const others = [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }, { kty: 'OKP', crv: 'Ed25519', x: 'short' }, 7];
    const { receiver } = receiverWith(() => [
      ...(others as object[]),
      jwkOf(pair().publicKey),
      jwkOf(publicKey),
    ]);
    expect(await receiver.parse(account, delivery({ key: privateKey }))).toMatchObject({ outcome: 'notice' });
  });

  it('keeps the keys for a day and no longer', async () => {
    const { receiver, fetched } = receiverWith(() => [jwkOf(publicKey)]);
    for (const at of [noon, noon + hour, noon + 23 * hour]) {
      await receiver.parse(account, delivery({ key: privateKey, at }));
    }
    expect(fetched).toHaveLength(1);
    await receiver.parse(account, delivery({ key: privateKey, at: noon + 25 * hour }));
    expect(fetched).toHaveLength(2);
  });

  it('shares one fetch of the keys with those that arrive meanwhile', async () => {
    const { receiver, fetched } = receiverWith(() => [jwkOf(publicKey)]);
    const deliveries = Array.from({ length: 5 }, () => delivery({ key: privateKey }));
    await Promise.all(deliveries.map((one) => receiver.parse(account, one)));
    expect(fetched).toHaveLength(1);
  });

  it('repeats a delivery under one id', async () => {
    const { receiver } = receiverWith(() => [jwkOf(publicKey)]);
    const [first, second] = [
      await receiver.parse(account, delivery({ key: privateKey })),
      await receiver.parse(account, delivery({ key: privateKey, at: noon + hour })),
    ];
    expect(second).toEqual(first);
  });
});

describe('a change of keys', () => {
  it('is noticed by the first delivery that no kept key fits', async () => {
    const [before, after] = [pair(), pair()];
    let published = [jwkOf(before.publicKey)];
    const { receiver, fetched } = receiverWith(() => published);
    await receiver.parse(account, delivery({ key: before.privateKey }));
    published = [jwkOf(after.publicKey)];
    const next = delivery({ key: after.privateKey, at: noon + hour });
    expect(await receiver.parse(account, next)).toMatchObject({ outcome: 'notice' });
    expect(fetched).toHaveLength(2);
    expect(await receiver.parse(account, delivery({ key: before.privateKey, at: noon + hour }))).toEqual(
      refusedAs('wrong_signature'),
    );
  });

  it('is not asked about for each forgery', async () => {
    const { receiver, fetched } = receiverWith(() => [jwkOf(pair().publicKey)]);
    for (let second = 0; second < 50; second += 1) {
      const forged = delivery({ key: pair().privateKey, at: noon + second * 1_000 });
      expect(await receiver.parse(account, forged)).toEqual(refusedAs('wrong_signature'));
    }
    expect(fetched).toHaveLength(1);
  });
});

describe('a delivery that is not believed', () => {
  const { privateKey, publicKey } = pair();
  const signed = delivery({ key: privateKey });
  const without = (name: string) => ({
    ...signed,
    headers: Object.fromEntries(Object.entries(signed.headers).filter(([header]) => header !== name)),
  });
  const having = (headers: Record<string, string>) => ({
    ...signed,
    headers: { ...signed.headers, ...headers },
  });

  it.each<[string, WebhookDelivery, string]>([
    ['no request id', without('x-fal-webhook-request-id'), 'unsigned'],
    ['no timestamp', without('x-fal-webhook-timestamp'), 'unsigned'],
    ['no signature', without('x-fal-webhook-signature'), 'unsigned'],
    ['a timestamp that is no number', having({ 'x-fal-webhook-timestamp': 'noon' }), 'malformed'],
    ['a signature that is no hex', having({ 'x-fal-webhook-signature': 'z'.repeat(128) }), 'malformed'],
    ['a signature of another length', having({ 'x-fal-webhook-signature': 'ab' }), 'malformed'],
    ['301 s old', delivery({ key: privateKey, age: 301 }), 'outside_replay_window'],
    ['301 s ahead', delivery({ key: privateKey, age: -301 }), 'outside_replay_window'],
  ])('%s: %s', async (_, given, reason) => {
    const { receiver, fetched } = receiverWith(() => [jwkOf(publicKey)]);
    expect(await receiver.parse(account, given)).toEqual(refusedAs(reason));
    // Junk costs no call.
    expect(fetched).toEqual([]);
  });

  it.each([300, -300])('still is when it is off by %i s', async (age) => {
    const { receiver } = receiverWith(() => [jwkOf(publicKey)]);
    expect(await receiver.parse(account, delivery({ key: privateKey, age }))).toMatchObject({
      outcome: 'notice',
    });
  });

  it.each<[string, WebhookDelivery]>([
    ['another body', { ...signed, body: Buffer.from('{"request_id":"abc","status":"ERROR"}') }],
    ['another request', having({ 'x-fal-webhook-request-id': 'xyz' })],
    ['another user', having({ 'x-fal-webhook-user-id': 'user_2' })],
    ['another time', having({ 'x-fal-webhook-timestamp': String(noon / 1_000 - 1) })],
    ['another key', delivery({ key: pair().privateKey })],
  ])('%s than was signed', async (_, given) => {
    const { receiver } = receiverWith(() => [jwkOf(publicKey)]);
    expect(await receiver.parse(account, given)).toEqual(refusedAs('wrong_signature'));
  });

  it.each(['{"request_id":"xyz"}', '{}', '[]', 'no JSON', ''])(
    'a body that is about another request, though signed: %s',
    async (body) => {
      const { receiver } = receiverWith(() => [jwkOf(publicKey)]);
      expect(await receiver.parse(account, delivery({ key: privateKey, body }))).toEqual(
        refusedAs('malformed'),
      );
    },
  );
});

describe('keys that cannot be had', () => {
  it.each<[string, () => readonly object[] | Response]>([
    ['an error', () => new Response('', { status: 503 })],
    ['garbage', () => new Response('<html>')],
    ['no key', () => []],
    [
      'a broken connection',
      () => {
        throw new TypeError('fetch failed');
      },
    ],
  ])('%s: the delivery is not answered, so that fal sends it again', async (_, published) => {
    const { receiver } = receiverWith(published);
    await expect(receiver.parse(account, delivery({ key: pair().privateKey }))).rejects.toMatchObject({
      class: 'ProviderUnavailableError',
      retry: 'later',
      charged: 'no',
    });
  });

  it('are asked for after a growing pause, not for each delivery', async () => {
    const { receiver, fetched } = receiverWith(() => new Response('', { status: 503 }));
    for (let second = 0; second < 120; second += 1) {
      const at = noon + second * 1_000;
      const three = [1, 2, 3].map(() => receiver.parse(account, delivery({ key: pair().privateKey, at })));
      for (const { status } of await Promise.allSettled(three)) {
        expect(status).toBe('rejected');
      }
    }
    // At 0, 1, 3, 7, 15, 31, 63 s: a pause of a minute is the longest.
    expect(fetched).toHaveLength(7);
  });

  it('are had again at the first try after a pause', async () => {
    const { privateKey, publicKey } = pair();
    let published: readonly object[] | Response = new Response('', { status: 503 });
    const { receiver } = receiverWith(() => published);
    await expect(receiver.parse(account, delivery({ key: privateKey }))).rejects.toThrow(
      'could not be fetched',
    );
    published = [jwkOf(publicKey)];
    const next = delivery({ key: privateKey, at: noon + 1_000 });
    expect(await receiver.parse(account, next)).toMatchObject({ outcome: 'notice' });
  });
});
