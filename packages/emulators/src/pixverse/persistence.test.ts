import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clientOf, emulatorFor, textBody } from '../__tests__/client.ts';
import { stateDirectory } from '../__tests__/state-directory.ts';
import { startPixverseEmulator } from './emulator.ts';

let stateDir: string;

beforeEach(async () => {
  stateDir = await stateDirectory();
});

afterEach(() => vi.unstubAllEnvs());

describe('an emulator with a state directory', () => {
  it('knows after a kill what it has accepted, charged and replied', async () => {
    const first = await emulatorFor({ stateDir, credits: 100, renderSeconds: [5, 5] });
    const image = await first.client.image();
    const reply = await first.client.post('/video/text/generate', textBody, 'trace');
    const before = await first.client.control('GET', '/state');

    const second = await emulatorFor({ stateDir, credits: 999, renderSeconds: [5, 5], clock: first.clock });
    const after = await second.client.control('GET', '/state');
    expect(after.json['generations']).toEqual(before.json['generations']);
    expect(after.json['accounts']).toEqual(before.json['accounts']);
    expect(after.json['max_running']).toBe(1);
    expect((await second.client.get('/account/balance')).resp['credit_monthly']).toBe(95);
    expect((await second.client.post('/video/text/generate', textBody, 'trace')).text).toBe(reply.text);
    const body = { model: 'v6', prompt: 'a fox', duration: 1, quality: '360p', img_id: image };
    expect((await second.client.post('/video/img/generate', body)).code).toBe(0);
    expect((await clientOf(second.emulator, 'sk-new').get('/account/balance')).resp['credit_monthly']).toBe(
      999,
    );
    await second.emulator.whenIdle();
  });

  it('renders again what has no file', async () => {
    const first = await emulatorFor({ stateDir });
    const id = await first.client.submit();
    await first.emulator.whenIdle();
    await rm(join(stateDir, 'videos', `${id}.mp4`));

    const second = await emulatorFor({ stateDir, clock: first.clock });
    await second.emulator.whenIdle();
    expect(await second.client.status(id)).toBe(1);
    expect(await readdir(join(stateDir, 'videos'))).toEqual([`${id}.mp4`]);
  });

  it('keeps credits that were set, and the refund of what failed meanwhile', async () => {
    const first = await emulatorFor({ stateDir, renderSeconds: [5, 5] });
    await first.client.submit({ prompt: '[fail]' });
    await first.client.control('POST', '/settings', { credits: 50 });
    first.clock.advance(5);
    const second = await emulatorFor({ stateDir, clock: first.clock });
    expect((await second.client.get('/account/balance')).resp['credit_monthly']).toBe(55);
  });

  it('forgets replies that are too old, at its start', async () => {
    const first = await emulatorFor({ stateDir });
    const reply = await first.client.post('/video/text/generate', textBody, 'trace');
    first.clock.advance(25 * 60 * 60);
    const second = await emulatorFor({ stateDir, clock: first.clock });
    expect((await second.client.post('/video/text/generate', textBody, 'trace')).text).not.toBe(reply.text);
    await Promise.all([first.emulator.whenIdle(), second.emulator.whenIdle()]);
  });
});

describe('an emulator without a state directory', () => {
  it('leaves nothing behind when it is closed', async () => {
    vi.stubEnv('TMPDIR', stateDir);
    const emulator = await startPixverseEmulator();
    await clientOf(emulator).submit();
    expect(await readdir(stateDir)).toHaveLength(1);
    await emulator.close();
    expect(await readdir(stateDir)).toEqual([]);
  });

  it('leaves nothing behind when it cannot start', async () => {
    const { emulator } = await emulatorFor();
    vi.stubEnv('TMPDIR', stateDir);
    await expect(startPixverseEmulator({ port: emulator.port })).rejects.toThrow('EADDRINUSE');
    expect(await readdir(stateDir)).toEqual([]);
  });
});
