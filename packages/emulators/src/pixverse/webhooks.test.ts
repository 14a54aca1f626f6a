import { describe, expect, it } from 'vitest';
import { emulatorFor, textBody } from '../__tests__/client.ts';
import { webhookReceiver } from '../__tests__/webhook-receiver.ts';
import type { Received } from '../__tests__/webhook-receiver.ts';
import { isJsonObject, parseLossless } from '../http/lossless-json.ts';
import { signatureOf, signedText } from './webhooks.ts';

async function announced(url: string, settings: object = {}) {
  const started = await emulatorFor({ renderSeconds: [5, 5], webhookInterval: null });
  await started.client.control('POST', '/settings', {
    webhooks: [{ id: '1234', url, secret: 'whsec' }],
    ...settings,
  });
  return started;
}

describe('the signature', () => {
  // Computed from the rule of the webhook guide.
  it.each([
    ['sorted', 'L6cUDWo/+2pUgS/sjVNzkK20LfjWb48q1wakrb4k1XE='],
    ['arrival', '4gHD5phmMQRcBM6TM+Nf0Z/Xqr4AwIoea2NwFInRzSU='],
  ] as const)('over members %s is that of the test vector', (order, expected) => {
    const body = { id: '123456789', status: 1, url: 'https://example.com/video.mp4', has_audio: true };
    const text = `1700000000\nabcdefghijklmnopqrstuvwxyzABCDEF\n${signedText(body, order)}`;
    expect(signatureOf('whsec_test_0001', text)).toBe(expected);
  });
});

describe('a webhook', () => {
  it.each(['sorted', 'arrival'] as const)('tells the end once, signed over members %s', async (order) => {
    const { url, received } = await webhookReceiver();
    const { emulator, client, clock } = await announced(url, { webhook_key_order: order });
    const id = await client.submit({ webhook_id: '1234' });
    await emulator.whenIdle();
    await emulator.sendWebhooks();
    expect(received).toEqual([]);
    clock.advance(5);
    await emulator.sendWebhooks();
    await emulator.sendWebhooks();
    expect(received).toHaveLength(1);

    const [{ headers, body }] = received as [Received];
    const fields = parseLossless(body);
    if (!isJsonObject(fields)) {
      throw new TypeError(body);
    }
    expect(fields).toMatchObject({ id: String(id), status: 1, has_audio: false, credits: 5 });
    const nonce = String(headers['webhook-nonce']);
    expect(nonce).toMatch(/^[A-Za-z0-9]{32}$/);
    const text = `${clock() / 1_000}\n${nonce}\n${signedText(fields, order)}`;
    expect(headers['webhook-signature']).toBe(signatureOf('whsec', text));
  });

  it('tells of failures too, without a file', async () => {
    const { url, received } = await webhookReceiver();
    const { emulator, client, clock } = await announced(url);
    await client.submit({ webhook_id: '1234', prompt: '[moderate]' });
    await client.submit({ webhook_id: '1234', prompt: '[fail]' });
    clock.advance(5);
    await emulator.sendWebhooks();
    const bodies = received.map(({ body }) => JSON.parse(body) as object);
    expect(bodies).toMatchObject([{ status: 7 }, { status: 8 }]);
    expect(bodies.every((body) => !('url' in body))).toBe(true);
  });

  it('is sent again, later each time, until the answer is exactly ok', async () => {
    const { url, received } = await webhookReceiver([500, ''], [200, 'OK'], [200, '{"ok":true}'], [204, '']);
    const { emulator, client, clock } = await announced(url);
    await client.submit({ webhook_id: '1234', prompt: '[fail]' });
    const after: number[] = [];
    for (const seconds of [5, 2.2, 11, 33, 66, 330, 1_000]) {
      clock.advance(seconds);
      await emulator.sendWebhooks();
      after.push(received.length);
    }
    expect(after).toEqual([1, 2, 3, 4, 5, 5, 5]);
    expect(new Set(received.map(({ headers }) => headers['webhook-nonce'])).size).toBe(5);
  });

  it('is given up after eight repeats', async () => {
    const { url, received } = await webhookReceiver(...Array.from({ length: 20 }, () => [500, ''] as const));
    const { emulator, client, clock } = await announced(url);
    await client.submit({ webhook_id: '1234', prompt: '[fail]' });
    for (let look = 0; look < 12; look += 1) {
      clock.advance(16_000);
      await emulator.sendWebhooks();
    }
    expect(received).toHaveLength(9);
  });

  it('is not sent without an id, for an id that nobody set up, or for another operation', async () => {
    const { url, received } = await webhookReceiver();
    const { emulator, client, clock } = await announced(url);
    await client.submit();
    await client.submit({ webhook_id: '99' });
    const image = await client.image();
    const frames = { first_frame_img: image, last_frame_img: image, webhook_id: '1234' };
    await client.post('/video/transition/generate', { ...textBody, duration: 5, ...frames });
    clock.advance(60);
    await emulator.whenIdle();
    await emulator.sendWebhooks();
    expect(received).toEqual([]);
  });

  it('goes to nobody outside', async () => {
    const { client } = await emulatorFor();
    for (const url of ['https://example.com/hooks', 'http://10.0.0.1/', 'nonsense']) {
      const { status, json } = await client.control('POST', '/settings', {
        webhooks: [{ id: '1', url, secret: 's' }],
      });
      expect([status, json['field']]).toEqual([400, 'webhooks']);
    }
  });

  it('is sent by itself when nobody tells the emulator to', async () => {
    const { url, received } = await webhookReceiver();
    const { client } = await emulatorFor({ webhookInterval: 5 });
    await client.control('POST', '/settings', { webhooks: [{ id: '1234', url, secret: 'whsec' }] });
    await client.submit({ webhook_id: '1234', prompt: '[fail]' });
    await expect.poll(() => received.length).toBe(1);
  });
});
