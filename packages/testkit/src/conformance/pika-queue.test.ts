import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startFalEmulator } from '@pixsim7/emulators';
import type { FalEmulator } from '@pixsim7/emulators';
import { createPikaAdapter } from '@pixsim7/providers';
import type { AccountAccess, JsonObject, WebhookDelivery } from '@pixsim7/providers';
import { createEmulatorControl } from './emulator-control.ts';
import type { EmulatorControl } from './emulator-control.ts';

// A queue has places, cancellations in every state, and webhooks. Each test has an account of its own.

const adapter = createPikaAdapter({ fetch, createUuid: () => crypto.randomUUID() });
const settings = {
  render_seconds: [10, 10],
  max_concurrent: 1,
  obey_cancel: false,
  forget_dropped: false,
  webhook_copies: 1,
  webhook_age_seconds: 0,
  webhook_bad_signature: false,
  webhook_before_reply: false,
};

let emulator: FalEmulator;
let control: EmulatorControl;
let now = Date.now();
let accounts = 0;
let account: AccountAccess;

beforeAll(async () => {
  emulator = await startFalEmulator({
    clock: () => now,
    sizeDivisor: 8,
    maxFrameRate: 1,
    webhookPaceMs: null,
  });
  control = createEmulatorControl(emulator.url);
});
afterAll(() => emulator.close());
beforeEach(async () => {
  await control.changeSettings(settings);
  accounts += 1;
  account = {
    accountId: `acc_${accounts}`,
    credentials: { api_key: `queue:secret-${String(accounts).padStart(4, '0')}` },
    baseUrl: emulator.baseUrl,
  };
});

async function submit(prompt = 'a paper boat', webhookUrl: string | null = null) {
  const mapping = adapter.mapParameters('text_to_video', { prompt });
  if (!mapping.ok) {
    throw new Error(JSON.stringify(mapping.issues));
  }
  const request = adapter.buildRequest(mapping.mapped, new Map(), { account, webhookUrl });
  return adapter.execute('text_to_video', account, request, 'no token');
}

async function accepted(prompt?: string): Promise<JsonObject> {
  const result = await submit(prompt);
  if (result.outcome !== 'accepted') {
    throw new Error(result.error.message);
  }
  return result.handle;
}

const check = (handle: JsonObject, cancelAsked = false) =>
  adapter.checkStatus(account, handle, { cancelAsked });
const cancel = (handle: JsonObject) => adapter.cancel?.(account, handle);

async function finish(): Promise<void> {
  await emulator.whenIdle();
  now += 10_000;
}

describe('over the limit of the account', () => {
  it('a request is taken, and says its place', async () => {
    const [first, second, third] = [await accepted(), await accepted(), await accepted()];
    expect(await check(first)).toMatchObject({ status: 'processing', queuePosition: null });
    expect(await check(second)).toMatchObject({ status: 'pending', queuePosition: 0 });
    expect(await check(third)).toMatchObject({ status: 'pending', queuePosition: 1 });
    await finish();
    expect(await check(third)).toMatchObject({ status: 'pending', queuePosition: 0 });
  });
});

describe('a cancellation', () => {
  it.each([false, true])('of what waits ends it without cost (forgotten: %j)', async (forget) => {
    await control.changeSettings({ forget_dropped: forget });
    await accepted();
    const waiting = await accepted();
    expect(await cancel(waiting)).toEqual({ outcome: 'cancelled' });
    expect(await check(waiting, true)).toMatchObject({ status: 'cancelled', credits: 0, error: null });
  });

  it('that nobody of us asked for is a failure, or a job that is not known', async () => {
    await accepted();
    const waiting = await accepted();
    await cancel(waiting);
    expect(await check(waiting)).toMatchObject({ status: 'failed', error: { code: 'provider_failed' } });
    await control.changeSettings({ forget_dropped: true });
    await expect(check(waiting)).rejects.toMatchObject({ class: 'JobNotFoundError' });
  });

  it('of what runs is a wish: ignored, the video still comes', async () => {
    const running = await accepted();
    expect(await cancel(running)).toEqual({ outcome: 'requested' });
    expect(await check(running, true)).toMatchObject({ status: 'processing' });
    await finish();
    const end = await check(running, true);
    expect(end).toMatchObject({ status: 'completed' });
    expect(end.outputs).toHaveLength(1);
  });

  it('of what runs is a wish: obeyed, it is cancelled', async () => {
    await control.changeSettings({ obey_cancel: true });
    const running = await accepted();
    expect(await cancel(running)).toEqual({ outcome: 'requested' });
    expect(await check(running, true)).toMatchObject({ status: 'cancelled', credits: 0 });
  });

  it('of what has ended is too late, a second one too', async () => {
    const ended = await accepted();
    await finish();
    expect(await cancel(ended)).toEqual({ outcome: 'too_late' });
    await accepted();
    const waiting = await accepted();
    await cancel(waiting);
    expect(await cancel(waiting)).toEqual({ outcome: 'too_late' });
  });

  it('of another account’s request finds nothing', async () => {
    const handle = await accepted();
    const stranger = { ...account, credentials: { api_key: 'somebody:else' } };
    await expect(adapter.cancel?.(stranger, handle)).rejects.toMatchObject({ class: 'JobNotFoundError' });
  });
});

describe('webhooks', () => {
  /** Runs a request to its end and gives what arrived at the address that it named. */
  async function deliveriesOf(prompt: string): Promise<{ id: string; deliveries: WebhookDelivery[] }> {
    const deliveries: WebhookDelivery[] = [];
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        deliveries.push({ headers, body: Buffer.concat(parts), receivedAt: now });
        const reply = adapter.webhook?.acknowledgement;
        response.writeHead(200, { 'content-type': reply?.contentType ?? '' }).end(reply?.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const result = await submit(prompt, `http://127.0.0.1:${port}/hooks/pika/token?x=1`);
      if (result.outcome !== 'accepted') {
        throw new Error(result.error.message);
      }
      await finish();
      await emulator.deliverWebhooks();
      return { id: result.providerJobId, deliveries };
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }

  const parse = (delivery: WebhookDelivery | undefined) => {
    if (delivery === undefined || adapter.webhook === undefined) {
      throw new Error('Nothing arrived.');
    }
    return adapter.webhook.parse(account, delivery);
  };

  it.each(['a boat', 'a boat [refuse]', 'a boat [error:request_timeout]', 'a boat [payload_error]'])(
    'wake a check: %s',
    async (prompt) => {
      const { id, deliveries } = await deliveriesOf(prompt);
      expect(deliveries).toHaveLength(1);
      expect(await parse(deliveries[0])).toMatchObject({ outcome: 'notice', providerJobId: id });
    },
  );

  it('settle a submit without an answer: their handle is all that a check needs', async () => {
    const { deliveries } = await deliveriesOf('a boat');
    const notice = await parse(deliveries[0]);
    if (notice.outcome !== 'notice' || notice.handle === null) {
      throw new Error('no handle');
    }
    expect(await check(notice.handle)).toMatchObject({ status: 'completed' });
  });

  it('may come more than once, under one id', async () => {
    await control.changeSettings({ webhook_copies: 3 });
    const { deliveries } = await deliveriesOf('a boat [fail]');
    const ids = [];
    for (const delivery of deliveries) {
      const result = await parse(delivery);
      ids.push(result.outcome === 'notice' ? result.deliveryId : result.reason);
    }
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });

  it('are refused with a wrong signature, or when they are old', async () => {
    await control.changeSettings({ webhook_bad_signature: true });
    const forged = await deliveriesOf('a boat [fail]');
    expect(await parse(forged.deliveries[0])).toEqual({ outcome: 'refused', reason: 'wrong_signature' });
    await control.changeSettings({ webhook_bad_signature: false, webhook_age_seconds: 400 });
    const old = await deliveriesOf('a boat [fail]');
    expect(await parse(old.deliveries[0])).toEqual({ outcome: 'refused', reason: 'outside_replay_window' });
  });

  it('are believed after a change of keys', async () => {
    expect(await parse((await deliveriesOf('a boat [fail]')).deliveries[0])).toMatchObject({
      outcome: 'notice',
    });
    await control.changeSettings({ webhook_key: 2 });
    now += 3_600_000;
    expect(await parse((await deliveriesOf('a boat [fail]')).deliveries[0])).toMatchObject({
      outcome: 'notice',
    });
  });
});
