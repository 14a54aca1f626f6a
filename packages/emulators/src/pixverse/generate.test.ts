import { describe, expect, it } from 'vitest';
import { clientOf, emulatorFor, textBody, textOf } from '../__tests__/client.ts';
import type { TestClient } from '../__tests__/client.ts';
import { filmFacts, soundFile } from '../__tests__/media-files.ts';
import type { JsonObject } from '../http/lossless-json.ts';

async function balanceOf(client: TestClient): Promise<[unknown, unknown]> {
  const { resp } = await client.get('/account/balance');
  return [resp['credit_monthly'], resp['credit_package']];
}

describe('a generation', () => {
  it('renders for the drawn time and then has a file of the size and length asked for', async () => {
    const { emulator, client, clock } = await emulatorFor({ renderSeconds: [2, 6], random: () => 0.5 });
    const id = await client.submit({
      duration: 2,
      aspect_ratio: '9:16',
      seed: 7,
      generate_audio_switch: true,
    });
    await emulator.whenIdle();
    clock.advance(3.999);
    expect((await client.get(`/video/result/${id}`)).resp).toMatchObject({ status: 5, url: '', size: 0 });
    clock.advance(0.001);
    const { resp } = await client.get(`/video/result/${id}`);
    expect(resp).toMatchObject({
      id,
      status: 1,
      prompt: 'a red fox',
      negative_prompt: '',
      seed: 7,
      style: '',
      resolution_ratio: 360,
      outputWidth: 360,
      outputHeight: 640,
      create_time: '2026-03-01T12:00:00.000Z',
      modify_time: '2026-03-01T12:00:04.000Z',
      has_audio: true,
      credits: 14,
    });
    const file = await fetch(textOf(resp, 'url'));
    expect((await file.arrayBuffer()).byteLength).toBe(resp['size']);
    expect(await filmFacts(textOf(resp, 'url'))).toEqual({
      width: 360,
      height: 640,
      seconds: 2,
      sound: 'aac',
    });
  });

  it('is not finished while its file is not, however late it is', async () => {
    const { emulator, client } = await emulatorFor();
    const id = await client.submit({ duration: 10 });
    expect(await client.status(id)).toBe(5);
    await emulator.whenIdle();
    expect(await client.status(id)).toBe(1);
  });

  it('of another key or number is unknown', async () => {
    const { client } = await emulatorFor();
    expect((await client.get('/video/result/1')).code).toBe(500008);
    expect((await client.get('/video/result/x')).code).toBe(500008);
  });
});

describe('trigger words', () => {
  it.each([
    ['[refuse]', 500063],
    ['[code:500069]', 500069],
  ])('%s refuses at submit and costs nothing', async (word, code) => {
    const { client } = await emulatorFor();
    expect((await client.post('/video/text/generate', { ...textBody, prompt: word })).code).toBe(code);
    expect(await balanceOf(client)).toEqual([15_000, 0]);
  });

  it.each([
    ['[moderate]', 7, 0],
    ['[fail]', 8, 0],
    ['[delete]', 6, 5],
  ])('%s ends with %i and %i credits are charged', async (word, status, charged) => {
    const { client, clock } = await emulatorFor({ renderSeconds: [1, 1], credits: 100 });
    const id = await client.submit({ prompt: `a fox ${word}` });
    expect([await client.status(id), ...(await balanceOf(client))]).toEqual([5, 95, 0]);
    clock.advance(1);
    expect([await client.status(id), ...(await balanceOf(client))]).toEqual([status, 100 - charged, 0]);
    expect((await client.get(`/video/result/${id}`)).resp['url']).toBe('');
  });

  it('[stuck] never ends', async () => {
    const { client, clock } = await emulatorFor();
    const id = await client.submit({ prompt: '[stuck]' });
    clock.advance(1e6);
    expect(await client.status(id)).toBe(5);
  });

  it('[status:NN] is reported while it renders and twice after', async () => {
    const { emulator, client, clock } = await emulatorFor({ renderSeconds: [9, 9] });
    const id = await client.submit({ prompt: '[status:10]' });
    await emulator.whenIdle();
    const shown = [await client.status(id), await client.status(id), await client.status(id)];
    clock.advance(9);
    shown.push(await client.status(id), await client.status(id), await client.status(id));
    expect(shown).toEqual([10, 10, 10, 10, 10, 1]);
  });

  it('[status:1] is a success without a file while it renders', async () => {
    const { emulator, client, clock } = await emulatorFor({ renderSeconds: [9, 9] });
    const id = await client.submit({ prompt: '[status:1]' });
    await emulator.whenIdle();
    const early = await client.get(`/video/result/${id}`);
    expect(early.resp).toMatchObject({ status: 1, url: '', size: 0, outputWidth: 0 });
    clock.advance(9);
    expect((await client.get(`/video/result/${id}`)).resp).toMatchObject({ status: 1, outputWidth: 640 });
  });

  it('[slow] takes ten times as long, [seconds:N] as long as it says', async () => {
    const { emulator, client, clock } = await emulatorFor({ renderSeconds: [1, 1] });
    const slow = await client.submit({ prompt: '[slow]' });
    const exact = await client.submit({ prompt: '[seconds:3]' });
    await emulator.whenIdle();
    clock.advance(3);
    expect([await client.status(slow), await client.status(exact)]).toEqual([5, 1]);
    clock.advance(7);
    expect(await client.status(slow)).toBe(1);
  });
});

describe('credits', () => {
  it('are taken from the plan first, then from the package, and refused when there are too few', async () => {
    const { client } = await emulatorFor({ credits: 8 });
    await client.control('POST', '/settings', { credit_package: 5 });
    await client.submit();
    expect(await balanceOf(client)).toEqual([3, 5]);
    await client.submit();
    expect(await balanceOf(client)).toEqual([0, 3]);
    expect((await client.post('/video/text/generate', textBody)).code).toBe(500090);
    expect(await balanceOf(client)).toEqual([0, 3]);
  });

  it('are those of each key', async () => {
    const { emulator, client } = await emulatorFor({ credits: 100 });
    await client.submit();
    expect(await balanceOf(clientOf(emulator, 'sk-other'))).toEqual([100, 0]);
  });

  it('are set for the present by the control API', async () => {
    const { client } = await emulatorFor({ credits: 100 });
    await client.submit();
    await client.control('POST', '/settings', { credits: 40, credit_package: 7 });
    expect(await balanceOf(client)).toEqual([40, 7]);
  });
});

describe('concurrency', () => {
  it('is limited by account, and a finished generation makes room', async () => {
    const { emulator, client, clock } = await emulatorFor({ maxConcurrent: 2, renderSeconds: [10, 10] });
    await client.submit();
    await client.submit();
    expect((await client.post('/video/text/generate', textBody)).code).toBe(500044);
    expect((await clientOf(emulator, 'sk-other').post('/video/text/generate', textBody)).code).toBe(0);
    await emulator.whenIdle();
    clock.advance(10);
    expect((await client.post('/video/text/generate', textBody)).code).toBe(0);
    const { json } = await client.control('GET', '/state');
    expect(json['max_running']).toBe(2);
  });

  it('no longer counts what has been generating for ten minutes', async () => {
    const { client, clock } = await emulatorFor({ maxConcurrent: 1 });
    await client.submit({ prompt: '[stuck]' });
    clock.advance(599);
    expect((await client.post('/video/text/generate', textBody)).code).toBe(500044);
    clock.advance(1);
    expect((await client.post('/video/text/generate', textBody)).code).toBe(0);
  });

  it('holds for requests that come at the same moment', async () => {
    const { client } = await emulatorFor({ maxConcurrent: 3, renderSeconds: [10, 10] });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => client.post('/video/text/generate', textBody)),
    );
    expect(answers.filter(({ code }) => code === 0)).toHaveLength(3);
    expect(answers.filter(({ code }) => code === 500044)).toHaveLength(5);
  });
});

describe('the other operations', () => {
  it('extend a video by the length asked for', async () => {
    const { emulator, client } = await emulatorFor();
    const source = await client.submit({ duration: 2 });
    const body = { model: 'v6', prompt: 'and on', quality: '540p', duration: 3, source_video_id: source };
    await emulator.whenIdle();
    const { resp, message } = await client.post('/video/extend/generate', body);
    expect(message).toBe('Success');
    await emulator.whenIdle();
    const result = await client.get(`/video/result/${resp['video_id'] as bigint}`);
    expect(await filmFacts(textOf(result.resp, 'url'))).toEqual({
      width: 640,
      height: 360,
      seconds: 5,
      sound: null,
    });
  });

  it('do not extend what is unfinished or deleted', async () => {
    const { client } = await emulatorFor();
    const body = { model: 'v6', prompt: 'and on', quality: '360p', duration: 3 };
    const stuck = await client.submit({ prompt: '[stuck]' });
    const deleted = await client.submit({ prompt: '[delete]' });
    expect((await client.post('/video/extend/generate', { ...body, source_video_id: stuck })).code).toBe(
      400017,
    );
    expect((await client.post('/video/extend/generate', { ...body, source_video_id: deleted })).code).toBe(
      500064,
    );
  });

  it('make files from pictures', async () => {
    const { emulator, client } = await emulatorFor();
    const wide = await client.image({ width: 200, height: 100 });
    const tall = await client.image({ width: 100, height: 200, colour: '#0033cc' });
    const common = { quality: '360p', prompt: 'a fox' };
    const answers = [
      await client.post('/video/img/generate', { ...common, model: 'v6', duration: 1, img_id: tall }),
      await client.post('/video/transition/generate', {
        ...common,
        model: 'c1',
        duration: 2,
        first_frame_img: wide,
        last_frame_img: tall,
      }),
      await client.post('/video/multi_transition/generate', {
        quality: '360p',
        model: 'v5',
        multi_transition: [
          { img_id: wide, duration: 1, prompt: 'one' },
          { img_id: tall, duration: 2 },
          { img_id: wide, duration: 0 },
        ],
      }),
      await client.post('/video/fusion/generate', {
        ...common,
        prompt: '@fox in @wood',
        model: 'v6',
        duration: 1,
        aspect_ratio: '1:1',
        image_references: [
          { type: 'subject', img_id: tall, ref_name: 'fox' },
          { type: 'background', img_id: wide, ref_name: 'wood' },
        ],
      }),
    ];
    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(answers[2]?.resp['credits']).toBe(27);
    await emulator.whenIdle();
    const films = await Promise.all(
      answers.map(async ({ resp }) => {
        const result = await client.get(`/video/result/${resp['video_id'] as bigint}`);
        return filmFacts(textOf(result.resp, 'url'));
      }),
    );
    expect(films).toEqual([
      { width: 320, height: 640, seconds: 1, sound: null },
      { width: 640, height: 320, seconds: 2, sound: null },
      { width: 640, height: 320, seconds: 3, sound: null },
      { width: 640, height: 640, seconds: 1, sound: null },
    ]);
  });

  it('make sounds and changes of a source, in its length', async () => {
    const { emulator, client } = await emulatorFor({ maxConcurrent: 9 });
    const source = { source_video_id: await client.submit({ duration: 2 }) };
    const audio = await client.media(soundFile(3));
    const image = await client.image();
    await emulator.whenIdle();
    const bodies: [string, JsonObject, string | null][] = [
      ['lip_sync', { ...source, audio_media_id: audio }, 'aac'],
      ['sound_effect', { ...source }, 'aac'],
      ['restyle', { ...source, restyle_id: 1 }, null],
      ['upscale', { ...source }, null],
      ['mimic', { ...source, img_id: image, quality: '360p' }, null],
      ['modify', { ...source, prompt: 'at night', quality: '360p' }, null],
      ['avatar', { img_id: image, quality: '360p', audio_media_id: audio }, 'aac'],
    ];
    for (const [operation, body, sound] of bodies) {
      const { resp, text } = await client.post(`/video/${operation}/generate`, body);
      expect(text).toContain('"ErrCode":0');
      await emulator.whenIdle();
      const result = await client.get(`/video/result/${textOf(resp, 'video_id')}`);
      expect(result.resp['has_audio']).toBe(sound !== null);
      const { seconds, ...film } = await filmFacts(textOf(result.resp, 'url'));
      expect(film).toEqual({
        width: result.resp['outputWidth'],
        height: result.resp['outputHeight'],
        sound,
      });
      expect(seconds).toBe(operation === 'avatar' ? 3 : 2);
    }
  });
});
