import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { falEmulatorFor } from '../__tests__/fal-client.ts';
import { stateDirectory } from '../__tests__/state-directory.ts';
import { webhookReceiver } from '../__tests__/webhook-receiver.ts';
import { startFalEmulator } from './emulator.ts';

let stateDir: string;

beforeEach(async () => {
  stateDir = await stateDirectory();
});

afterEach(() => vi.unstubAllEnvs());

describe('an emulator with a state directory', () => {
  it('knows after a kill what it has accepted, started, dropped and charged', async () => {
    const first = await falEmulatorFor({ stateDir, credits: 100, renderSeconds: [5, 5], maxConcurrent: 1 });
    const ids = [await first.client.request(), await first.client.request(), await first.client.request()];
    const [running = '', waiting = '', dropped = ''] = ids;
    await first.client.cancel(dropped);
    await first.emulator.whenIdle();
    const before = await first.client.control('GET', '/state');

    const second = await falEmulatorFor({
      stateDir,
      credits: 999,
      renderSeconds: [5, 5],
      maxConcurrent: 1,
      clock: first.clock,
    });
    await second.emulator.whenIdle();
    const after = await second.client.control('GET', '/state');
    expect(after.json['generations']).toEqual(before.json['generations']);
    expect(after.json['accounts']).toEqual(before.json['accounts']);
    expect((await second.client.status(running)).json['status']).toBe('IN_PROGRESS');
    expect((await second.client.status(waiting)).json['status']).toBe('IN_QUEUE');
    first.clock.advance(5);
    expect((await second.client.result(running)).status).toBe(200);
    expect((await second.client.control('GET', '/state')).json['credits_left']).toBe(80);
  });

  it('renders again what has no file', async () => {
    const first = await falEmulatorFor({ stateDir });
    const id = await first.client.request();
    await first.emulator.whenIdle();
    await rm(join(stateDir, 'videos', `${id}.mp4`));

    const second = await falEmulatorFor({ stateDir, clock: first.clock });
    await second.emulator.whenIdle();
    expect((await second.client.result(id)).status).toBe(200);
  });

  it('keeps uploads, and draws with them', async () => {
    const first = await falEmulatorFor({ stateDir });
    const address = new URL(await first.client.picture());

    const second = await falEmulatorFor({ stateDir, clock: first.clock });
    const image_url = `${second.emulator.url}${address.pathname}`;
    const id = await second.client.request({ image_url }, 'v2.2/image-to-video');
    await second.emulator.whenIdle();
    expect((await second.client.result(id)).status).toBe(200);
  });

  it('signs with the same key, and sends what it had not delivered', async () => {
    const { url, received } = await webhookReceiver();
    const endpoint = `v2.2/text-to-video?fal_webhook=${encodeURIComponent(url)}`;
    const first = await falEmulatorFor({ stateDir });
    const keys = await first.client.call('GET', '/.well-known/jwks.json');
    const sent = await first.client.request({ prompt: '[fail]' }, endpoint);
    await first.emulator.deliverWebhooks();
    const unsent = await first.client.request({ prompt: '[fail]' }, endpoint);

    const second = await falEmulatorFor({ stateDir, clock: first.clock });
    await second.emulator.deliverWebhooks();
    expect(received.map(({ json }) => json['request_id'])).toEqual([sent, unsent]);
    expect((await second.client.call('GET', '/.well-known/jwks.json')).json).toEqual(keys.json);
  });
});

describe('an emulator without one', () => {
  it('leaves nothing behind when it is closed, or cannot start', async () => {
    vi.stubEnv('TMPDIR', stateDir);
    const emulator = await startFalEmulator();
    expect(await readdir(stateDir)).toHaveLength(1);
    await expect(startFalEmulator({ port: emulator.port })).rejects.toThrow('EADDRINUSE');
    await emulator.close();
    expect(await readdir(stateDir)).toEqual([]);
  });
});
