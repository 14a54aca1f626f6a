import { describe, expect, it } from 'vitest';
import { emulatorFor, pictureFile, textOf } from '../__tests__/client.ts';
import { filmFile, soundFile } from '../__tests__/media-files.ts';

describe('POST /image/upload', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('takes %s and serves it', async (format) => {
    const { client } = await emulatorFor();
    const image = await pictureFile({ format });
    const { code, resp } = await client.upload('/image/upload', { image });
    expect(code).toBe(0);
    const served = await fetch(textOf(resp, 'img_url'));
    expect(served.headers.get('content-type')).toBe(`image/${format}`);
    expect(new Uint8Array(await served.arrayBuffer())).toEqual(new Uint8Array(await image.arrayBuffer()));
  });

  it('looks at the bytes, not at the name', async () => {
    const { client } = await emulatorFor();
    const gif = await pictureFile({ format: 'gif', name: 'picture.png' });
    expect((await client.upload('/image/upload', { image: gif })).code).toBe(500032);
    const webp = await pictureFile({ format: 'webp', name: 'picture.gif' });
    expect((await client.upload('/image/upload', { image: webp })).code).toBe(0);
  });

  it('refuses what is not a picture, and what is too large', async () => {
    const { client } = await emulatorFor();
    const text = new File(['hello'], 'picture.png');
    expect((await client.upload('/image/upload', { image: text })).code).toBe(500031);
    const wide = await pictureFile({ width: 4001, height: 2 });
    expect((await client.upload('/image/upload', { image: wide })).code).toBe(500030);
    const heavy = new File([new Uint8Array(20 * 1024 * 1024)], 'picture.png');
    expect((await client.upload('/image/upload', { image: heavy })).code).toBe(500030);
  });

  it('refuses incomplete forms', async () => {
    const { client } = await emulatorFor();
    expect((await client.upload('/image/upload', { other: 'x' })).code).toBe(400011);
    expect((await client.upload('/image/upload', { image: new File([], 'a.png') })).code).toBe(400011);
    expect((await client.upload('/image/upload', { image: 'text' })).code).toBe(400013);
    const both = { image: await pictureFile(), image_url: 'http://127.0.0.1/x.png' };
    expect((await client.upload('/image/upload', both)).code).toBe(400017);
    expect((await client.post('/image/upload', {})).code).toBe(400013);
  });

  it('fails moderation with HTTP 500 and keys in lower case', async () => {
    const { client } = await emulatorFor();
    const image = await pictureFile({ name: 'please-moderate-me.png' });
    const answer = await client.upload('/image/upload', { image });
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text)).toEqual({ err_code: 500052, err_msg: expect.any(String), resp: '' });
  });

  it('takes the URL of an earlier upload, and no other', async () => {
    const { client, emulator } = await emulatorFor();
    const first = await client.upload('/image/upload', { image: await pictureFile() });
    const second = await client.upload('/image/upload', { image_url: textOf(first.resp, 'img_url') });
    expect(second.code).toBe(0);
    expect(second.resp['img_id']).not.toBe(first.resp['img_id']);
    for (const url of [
      `${emulator.url}/media/unknown.png`,
      `${emulator.url}/media/../journal.jsonl`,
      'http://192.0.2.1/picture.png',
      'text',
    ]) {
      expect((await client.upload('/image/upload', { image_url: url })).code).toBe(500042);
    }
  });

  it('fetches other URLs when it is given the means', async () => {
    const picture = await pictureFile();
    const asked: string[] = [];
    const { client } = await emulatorFor({
      fetchForeignUrl: async (input) => {
        const { url } = new Request(input);
        asked.push(url);
        return url.endsWith('.png') ? new Response(picture) : new Response('', { status: 404 });
      },
    });
    expect((await client.upload('/image/upload', { image_url: 'http://example.test/a.png' })).code).toBe(0);
    expect((await client.upload('/image/upload', { image_url: 'http://example.test/b' })).code).toBe(500042);
    expect(asked).toEqual(['http://example.test/a.png', 'http://example.test/b']);
  });
});

describe('POST /media/upload', () => {
  it('takes a video, which can be extended', async () => {
    const { client, emulator } = await emulatorFor();
    const file = await filmFile(320, 180, 1.5);
    const { resp } = await client.upload('/media/upload', { file });
    expect(resp).toMatchObject({ media_type: 'video', url: expect.stringMatching(/\/media\/.+\.mp4$/) });
    const extended = await client.post('/video/extend/generate', {
      model: 'v6',
      prompt: 'on',
      quality: '360p',
      duration: 1,
      video_media_id: resp['media_id'] ?? null,
    });
    await emulator.whenIdle();
    const result = await client.get(`/video/result/${extended.resp['video_id'] as bigint}`);
    expect(result.resp).toMatchObject({ status: 1, outputWidth: 320, outputHeight: 180 });
    const second = await client.upload('/media/upload', { file_url: textOf(resp, 'url') });
    expect(second.code).toBe(0);
  });

  it('takes sound, which cannot', async () => {
    const { client } = await emulatorFor();
    const { resp } = await client.upload('/media/upload', { file: soundFile(2) });
    expect(resp).toMatchObject({ media_type: 'audio', url: expect.stringMatching(/\.wav$/) });
    const body = { model: 'v6', prompt: 'on', quality: '360p', duration: 1 };
    const id = resp['media_id'] ?? null;
    expect((await client.post('/video/extend/generate', { ...body, video_media_id: id })).code).toBe(400017);
  });

  it('reads how long a sound is, which is what a lip sync costs', async () => {
    const { client, emulator } = await emulatorFor();
    const body = {
      video_media_id: await client.media(await filmFile(160, 90, 1)),
      audio_media_id: await client.media(soundFile(2.5)),
    };
    const { resp } = await client.post('/video/lip_sync/generate', body);
    expect((await client.get(`/video/result/${textOf(resp, 'video_id')}`)).resp['credits']).toBe(12);
    await emulator.whenIdle();
  });

  it('refuses what is too long, too large or something else', async () => {
    const { client } = await emulatorFor();
    expect((await client.upload('/media/upload', { file: soundFile(31) })).code).toBe(400017);
    expect((await client.upload('/media/upload', { file: await filmFile(1922, 16, 1) })).code).toBe(400017);
    expect((await client.upload('/media/upload', { file: await pictureFile() })).code).toBe(400017);
    const heavy = new File([new Uint8Array(50 * 1024 * 1024 + 1)], 'film.mp4');
    expect((await client.upload('/media/upload', { file: heavy })).code).toBe(400017);
  });
});
