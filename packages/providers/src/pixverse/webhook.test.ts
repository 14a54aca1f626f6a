import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { WebhookResult } from '../contract/webhook.ts';
import { pixverseWebhook } from './webhook.ts';

const secret = 'whsec_test_0001';
const signedAt = 1_700_000_000;
const nonce = 'abcdefghijklmnopqrstuvwxyzABCDEF';
const sample = '{"id":"123456789","status":1,"url":"https://example.com/video.mp4","has_audio":true}';
/** Of the sample, computed from the rule of the webhook guide. */
const sortedSignature = 'L6cUDWo/+2pUgS/sjVNzkK20LfjWb48q1wakrb4k1XE=';
const arrivalSignature = '4gHD5phmMQRcBM6TM+Nf0Z/Xqr4AwIoea2NwFInRzSU=';

interface Delivery {
  readonly body?: string | Uint8Array;
  readonly signature?: string;
  readonly headers?: Record<string, string>;
  readonly credentials?: Record<string, string>;
  readonly receivedAt?: number;
}

function parse({
  body = sample,
  signature = sortedSignature,
  ...rest
}: Delivery = {}): Promise<WebhookResult> {
  return pixverseWebhook.parse(
    {
      accountId: 'acc_1',
      baseUrl: null,
      credentials: rest.credentials ?? { api_key: 'sk-1', webhook_secret: secret },
    },
    {
      headers: rest.headers ?? {
        'webhook-timestamp': String(signedAt),
        'webhook-nonce': nonce,
        'webhook-signature': signature,
      },
      body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
      receivedAt: rest.receivedAt ?? signedAt * 1_000,
    },
  );
}

const sign = (text: string): string =>
  createHmac('sha256', secret).update(`${signedAt}\n${nonce}\n${text}`).digest('base64');

const notice = {
  outcome: 'notice',
  providerJobId: '123456789',
  deliveryId: '123456789/1',
  handle: { video_id: '123456789' },
};

describe('a delivery', () => {
  it.each([
    ['sorted', sortedSignature],
    ['as they arrive', arrivalSignature],
  ])('is believed when its members are signed %s', async (_, signature) => {
    expect(await parse({ signature })).toEqual(notice);
  });

  it.each([
    ['Go and Python', 'id=7&note=a+b%21%27%28%29%2A~&size=10.50&status=1'],
    ['Node and browsers', 'id=7&note=a+b%21%27%28%29*%7E&size=10.50&status=1'],
  ])('is believed as %s would sign it, numbers as they were written', async (_, text) => {
    const body = `{"status":1,"id":"7","size":10.50,"note":"a b!'()*~"}`;
    expect(await parse({ body, signature: sign(text) })).toMatchObject({ providerJobId: '7' });
  });

  it('keeps the digits of an id that comes as a number', async () => {
    const body = '{"id":343252978602905123,"status":8}';
    expect(await parse({ body, signature: sign('id=343252978602905123&status=8') })).toMatchObject({
      providerJobId: '343252978602905123',
      deliveryId: '343252978602905123/8',
    });
  });

  it.each([0, 300, -300])('is taken %i seconds off', async (offset) => {
    expect(await parse({ receivedAt: (signedAt + offset) * 1_000 })).toEqual(notice);
  });

  it.each<[string, Delivery, string]>([
    ['of an account without a secret', { credentials: { api_key: 'sk-1' } }, 'not_configured'],
    ['of an account with an empty secret', { credentials: { webhook_secret: '' } }, 'not_configured'],
    ['without headers', { headers: {} }, 'unsigned'],
    ['with an empty signature', { signature: '' }, 'unsigned'],
    ['with another signature', { signature: sign('id=1') }, 'wrong_signature'],
    ['with nonsense for a signature', { signature: '§§' }, 'wrong_signature'],
    ['with another body', { body: sample.replace('"status":1', '"status":8') }, 'wrong_signature'],
    ['with a member more', { body: sample.replace('}', ',"x":1}') }, 'wrong_signature'],
    ['that is old', { receivedAt: (signedAt + 301) * 1_000 }, 'outside_replay_window'],
    ['of the future', { receivedAt: (signedAt - 301) * 1_000 }, 'outside_replay_window'],
    ['that is empty', { body: '' }, 'malformed'],
    ['that is no object', { body: '[1]' }, 'malformed'],
    ['that is a number', { body: '12' }, 'malformed'],
    ['that is no text', { body: Uint8Array.of(0xff, 0xfe) }, 'malformed'],
    ['without an id', { body: '{"status":1}', signature: sign('status=1') }, 'malformed'],
    ['with a path for an id', { body: '{"id":"../1"}', signature: sign('id=..%2F1') }, 'malformed'],
  ])('%s is refused', async (_, delivery, reason) => {
    expect(await parse(delivery)).toEqual({ outcome: 'refused', reason });
  });

  it('with a timestamp that is no number is outside of every window, though it is signed', async () => {
    const text = `soon\n${nonce}\nid=1`;
    const headers = {
      'webhook-timestamp': 'soon',
      'webhook-nonce': nonce,
      'webhook-signature': createHmac('sha256', secret).update(text).digest('base64'),
    };
    expect(await parse({ body: '{"id":"1"}', headers })).toEqual({
      outcome: 'refused',
      reason: 'outside_replay_window',
    });
  });
});

it('is acknowledged by two letters', () => {
  expect(pixverseWebhook.acknowledgement).toEqual({ contentType: 'text/plain', body: 'ok' });
});
