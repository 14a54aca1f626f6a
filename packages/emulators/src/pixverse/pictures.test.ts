import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { clientOf, emulatorFor, textOf } from '../__tests__/client.ts';
import type { TestClient } from '../__tests__/client.ts';
import { filmFile } from '../__tests__/media-files.ts';
import { stateDirectory } from '../__tests__/state-directory.ts';
import { isJsonObject } from '../http/lossless-json.ts';
import type { JsonObject } from '../http/lossless-json.ts';

async function pixelsAt(url: string) {
  const bytes = await (await fetch(url)).arrayBuffer();
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { width, height, middle: data[Math.floor(height / 2) * width + Math.floor(width / 2)] };
}

function masksOf({ mask_info: masks }: JsonObject): JsonObject[] {
  return Array.isArray(masks) ? masks.filter(isJsonObject) : [];
}

async function monthly(client: TestClient): Promise<unknown> {
  return (await client.get('/account/balance')).resp['credit_monthly'];
}

describe('POST /image/template/generate', () => {
  const templateId = 384_631_857_552_768;

  it('makes a picture that is served when it is done', async () => {
    const { client, clock, emulator } = await emulatorFor({ renderSeconds: [3, 3], credits: 100 });
    const image = await client.image({ width: 200, height: 100 });
    const body = { img_ids: [image], template_id: templateId };
    const { resp } = await client.post('/image/template/generate', body);
    expect(resp).toEqual({ image_id: expect.any(BigInt), credits: 10 });
    const id = textOf(resp, 'image_id');
    const early = await client.get(`/image/result/${id}`);
    expect(early.resp).toMatchObject({ status: 5, url: '', outputWidth: 0, outputHeight: 0 });
    expect((await fetch(`${emulator.url}/media/${id}.png`)).status).toBe(404);
    clock.advance(3);
    const { resp: done } = await client.get(`/image/result/${id}`);
    expect(done).toEqual({
      image_id: BigInt(id),
      prompt: 'Studio Portrait',
      url: `${emulator.url}/media/${id}.png`,
      seed: expect.any(Number),
      status: 1,
      prompt_translate: '',
      template_id: templateId,
      create_time: '2026-03-01T12:00:00.000Z',
      modify_time: '2026-03-01T12:00:03.000Z',
      outputWidth: 1024,
      outputHeight: 512,
      credits: 10,
      customer_paths: {
        ext_info: null,
        agent_info: null,
        cameo_id_list: null,
        duration_type: '',
        fusion_id_list: null,
        model_evaluator: '',
        customer_img_paths: [expect.stringContaining(`${emulator.url}/media/`)],
        gen_img_req_img_ids: [image],
      },
    });
    expect(await pixelsAt(textOf(done, 'url'))).toMatchObject({ width: 1024, height: 512 });
    const again = await client.post('/image/template/generate', body);
    clock.advance(3);
    const other = await fetch(`${emulator.url}/media/${textOf(again.resp, 'image_id')}.png`);
    const first = await fetch(textOf(done, 'url'));
    expect(other.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await other.arrayBuffer()).equals(Buffer.from(await first.arrayBuffer()))).toBe(false);
    expect(await monthly(client)).toBe(80);
  });

  it('fails by a word in the name of its picture, and gives its credits back', async () => {
    const { client } = await emulatorFor({ credits: 100 });
    const picture = await sharp({ create: { width: 60, height: 60, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const image = new File([new Uint8Array(picture)], 'face [fail].png');
    const { resp } = await client.upload('/image/upload', { image });
    const body = { img_ids: [resp['img_id'] ?? null], template_id: templateId };
    const made = await client.post('/image/template/generate', body);
    const result = await client.get(`/image/result/${textOf(made.resp, 'image_id')}`);
    expect(result.resp).toMatchObject({ status: 8, url: '' });
    expect(await monthly(client)).toBe(100);
  });

  it('has results of its own: a video is no picture, and a picture no source', async () => {
    const { client, emulator } = await emulatorFor();
    const video = await client.submit();
    const image = await client.image();
    const made = await client.post('/image/template/generate', { img_ids: [image], template_id: templateId });
    const picture = made.resp['image_id'] ?? null;
    expect((await client.get(`/image/result/${video}`)).code).toBe(500008);
    expect((await client.get(`/video/result/${textOf(made.resp, 'image_id')}`)).code).toBe(500008);
    const upscale = await client.post('/video/upscale/generate', { source_video_id: picture });
    expect(upscale.code).toBe(500008);
    expect(
      (await clientOf(emulator, 'sk-other').get(`/image/result/${textOf(made.resp, 'image_id')}`)).code,
    ).toBe(500008);
    await emulator.whenIdle();
  });
});

describe('POST /video/mask/selection', () => {
  it('finds masks of the size of the video, for 2 credits, and swaps with them', async () => {
    const { client, emulator } = await emulatorFor({ credits: 100 });
    const film = await client.media(await filmFile(160, 90, 2));
    const { resp, message } = await client.post('/video/mask/selection', {
      video_media_id: film,
      keyframe_id: 5,
    });
    expect(message).toBe('Success');
    expect(resp).toMatchObject({ keyframe_id: 5, credits: 2 });
    expect(await monthly(client)).toBe(98);
    expect(await pixelsAt(textOf(resp, 'keyframe_url'))).toMatchObject({ width: 160, height: 90 });
    const [person, object, background] = masksOf(resp);
    expect([person?.['mask_name'], object?.['mask_name'], background?.['mask_name']]).toEqual([
      'person',
      'object',
      'background',
    ]);
    const shown = await Promise.all(masksOf(resp).map((mask) => pixelsAt(textOf(mask, 'mask_url'))));
    expect(shown).toEqual([255, 0, 0].map((middle) => ({ width: 160, height: 90, middle })));

    const swap = {
      video_media_id: film,
      keyframe_id: 5,
      mask_id: textOf(person ?? {}, 'mask_id'),
      img_id: await client.image(),
      quality: '360p',
    };
    const swapped = await client.post('/video/swap/generate', swap);
    expect(swapped.resp).toEqual({ video_id: expect.any(BigInt), credits: 18 });
    expect((await client.post('/video/swap/generate', { ...swap, keyframe_id: 6 })).code).toBe(400017);
    const other = await client.media(await filmFile(160, 90, 2));
    expect((await client.post('/video/swap/generate', { ...swap, video_media_id: other })).code).toBe(400017);
    await emulator.whenIdle();
  });

  it('answers the same trace id with the same masks, and is charged once', async () => {
    const { client } = await emulatorFor({ credits: 100 });
    const body = { video_media_id: await client.media(await filmFile(160, 90, 1)) };
    const first = await client.post('/video/mask/selection', body, 'trace');
    expect(first.resp['keyframe_id']).toBe(1);
    expect((await client.post('/video/mask/selection', body, 'trace')).text).toBe(first.text);
    expect(await monthly(client)).toBe(98);
    expect(
      (await client.post('/video/mask/selection', { ...body, keyframe_id: 0 })).resp['keyframe_id'],
    ).toBe(1);
    expect((await client.post('/video/mask/selection', { ...body, keyframe_id: 31 })).code).toBe(400017);
  });

  it('needs the credits, and takes [refuse] from the name of the file', async () => {
    const { client } = await emulatorFor({ credits: 1 });
    const film = await client.media(await filmFile(160, 90, 1));
    expect((await client.post('/video/mask/selection', { video_media_id: film })).code).toBe(500090);
    const refused = await client.media(await filmFile(160, 90, 1, '[refuse].mp4'));
    expect((await client.post('/video/mask/selection', { video_media_id: refused })).code).toBe(500063);
  });

  it('is there after a restart', async () => {
    const stateDir = await stateDirectory();
    const first = await emulatorFor({ stateDir });
    const film = await first.client.media(await filmFile(160, 90, 1));
    const { resp } = await first.client.post('/video/mask/selection', { video_media_id: film });
    const second = await emulatorFor({ stateDir, clock: first.clock });
    const [mask] = masksOf(resp);
    const name = textOf(mask ?? {}, 'mask_url')
      .split('/')
      .pop();
    expect(await pixelsAt(`${second.emulator.url}/media/${name}`)).toMatchObject({ width: 160, height: 90 });
    expect(await monthly(second.client)).toBe(14_998);
  });

  it.each(['mask-1.png', 'keyframe-1.png', 'template-1.png', 'restyle-99.png', 'mask-..%2F1.png'])(
    'serves no %s that it did not name',
    async (name) => {
      const { emulator } = await emulatorFor();
      expect((await fetch(`${emulator.url}/media/${name}`)).status).toBe(404);
    },
  );
});
