import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clientOf, emulatorFor, textBody, textOf } from '../__tests__/client.ts';
import { filmFile, soundFile } from '../__tests__/media-files.ts';
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

  it('keeps voices and pictures', async () => {
    const first = await emulatorFor({ stateDir });
    const audio = await first.client.media(soundFile(1));
    const voice = { name: 'mine', audio_media_id: audio };
    const { resp } = await first.client.post('/video/tts_speaker', voice);
    const deleted = await first.client.post('/video/tts_speaker', { ...voice, name: 'deleted' });
    await first.client.delete(`/video/tts_speaker/${textOf(deleted.resp, 'speaker_id')}`);
    const template = { img_ids: [await first.client.image()], template_id: 384_631_857_552_768 };
    const picture = await first.client.post('/image/template/generate', template);

    const { client, emulator } = await emulatorFor({ stateDir, clock: first.clock });
    const speakers = await client.get('/video/tts_speaker?speaker_type=custom');
    expect(speakers.resp).toMatchObject({ total: 1, data: [resp] });
    const result = await client.get(`/image/result/${textOf(picture.resp, 'image_id')}`);
    expect(result.resp).toMatchObject({ status: 1, credits: 10 });
    expect((await fetch(textOf(result.resp, 'url').replace(first.emulator.url, emulator.url))).status).toBe(
      200,
    );
  });

  it('reads a journal from before uploads had names', async () => {
    const first = await emulatorFor({ stateDir });
    const image = await first.client.image();
    const film = await first.client.media(await filmFile(160, 90, 1));
    const journal = join(stateDir, 'journal.jsonl');
    const text = await readFile(journal, 'utf8');
    const before = text.replaceAll(/"name":"[^"]*",/g, '');
    expect(before).not.toBe(text);
    await writeFile(journal, before);

    const { client, emulator } = await emulatorFor({ stateDir, clock: first.clock });
    const mimic = { img_id: image, video_media_id: film, quality: '360p' };
    expect((await client.post('/video/mimic/generate', mimic)).code).toBe(0);
    await emulator.whenIdle();
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
