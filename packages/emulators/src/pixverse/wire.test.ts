import { describe, expect, it } from 'vitest';
import { clientOf, emulatorFor, pictureFile, textBody } from '../__tests__/client.ts';

describe('headers', () => {
  it.each<[string, Record<string, string>, number]>([
    ['no key', { 'Ai-trace-id': 't' }, 10004],
    ['a key of another form', { 'API-KEY': 'key', 'Ai-trace-id': 't' }, 400012],
    ['no trace id', { 'API-KEY': 'sk-a' }, 400011],
    ['both, in any case', { 'api-key': 'sk-a', 'AI-TRACE-ID': 't' }, 0],
  ])('%s', async (_, headers, code) => {
    const { emulator } = await emulatorFor();
    const response = await fetch(`${emulator.baseUrl}/account/balance`, { headers });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ ErrCode: code });
  });

  it('has no route beside the documented ones', async () => {
    const { client } = await emulatorFor();
    expect((await client.get('/video/list')).status).toBe(404);
  });
});

describe('envelope', () => {
  it('is HTTP 200 with a null Resp for an error', async () => {
    const { client } = await emulatorFor();
    const answer = await client.post('/video/text/generate', { ...textBody, model: 'v99' });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({
      ErrCode: 400017,
      ErrMsg: expect.stringContaining('Invalid parameter'),
      Resp: null,
    });
  });

  it('refuses a body that is no JSON', async () => {
    const { client } = await emulatorFor();
    expect((await client.post('/video/text/generate', 'model=v6')).code).toBe(400013);
  });
});

describe('ids', () => {
  it('are bare numbers beyond 2^53, in both directions', async () => {
    const { client } = await emulatorFor();
    const uploaded = await client.upload('/image/upload', { image: await pictureFile() });
    expect(uploaded.text).toMatch(/"img_id":\d{18},/);
    const imageId = uploaded.resp['img_id'] as bigint;
    const body = { model: 'v6', prompt: 'a fox', duration: 1, quality: '360p' };

    const accepted = await client.post('/video/img/generate', { ...body, img_id: imageId });
    expect(accepted.text).toMatch(/^\{"ErrCode":0,"ErrMsg":"success","Resp":\{"video_id":\d{18}\}\}$/);
    const quoted = await client.post('/video/img/generate', { ...body, img_id: imageId.toString() });
    expect(quoted.code).toBe(400013);
    const rounded = await client.post('/video/img/generate', { ...body, img_id: BigInt(Number(imageId)) });
    expect(rounded.code).toBe(400032);
  });

  it('of a result are the ones of its submission', async () => {
    const { client } = await emulatorFor();
    const id = await client.submit();
    expect((await client.get(`/video/result/${id}`)).resp['id']).toBe(id);
  });

  it('of another key are unknown', async () => {
    const { emulator, client } = await emulatorFor();
    const stranger = clientOf(emulator, 'sk-stranger');
    const imageId = await client.image();
    const videoId = await client.submit();
    await emulator.whenIdle();
    expect((await stranger.get(`/video/result/${videoId}`)).code).toBe(500008);
    const body = { model: 'v6', prompt: 'a fox', duration: 1, quality: '360p' };
    expect((await stranger.post('/video/img/generate', { ...body, img_id: imageId })).code).toBe(400032);
    expect((await stranger.post('/video/extend/generate', { ...body, source_video_id: videoId })).code).toBe(
      500008,
    );
    expect((await client.post('/video/extend/generate', { ...body, source_video_id: videoId })).code).toBe(0);
  });
});

describe('trace ids', () => {
  it('give the first reply again, byte for byte, and charge once', async () => {
    const { client } = await emulatorFor();
    const first = await client.post('/video/text/generate', textBody, 'same');
    const repeated = await client.post('/video/text/generate', { ...textBody, prompt: 'another' }, 'same');
    expect(repeated.text).toBe(first.text);
    expect((await client.get('/account/balance')).resp['credit_monthly']).toBe(14_995);
  });

  it('are of one key, one method and one path', async () => {
    const { emulator, client } = await emulatorFor();
    const other = clientOf(emulator, 'sk-other');
    const texts = [
      (await client.post('/video/text/generate', textBody, 'same')).text,
      (await other.post('/video/text/generate', textBody, 'same')).text,
      (await client.get('/account/balance', 'same')).text,
    ];
    expect(new Set(texts).size).toBe(3);
  });

  it('are forgotten after 24 hours', async () => {
    const { client, clock } = await emulatorFor();
    const first = await client.post('/video/text/generate', textBody, 'same');
    clock.advance(24 * 60 * 60 - 1);
    expect((await client.post('/video/text/generate', textBody, 'same')).text).toBe(first.text);
    clock.advance(1);
    expect((await client.post('/video/text/generate', textBody, 'same')).text).not.toBe(first.text);
  });

  it('of an error are not remembered, unless that is switched on', async () => {
    const { client } = await emulatorFor();
    expect((await client.post('/video/text/generate', {}, 'one')).code).toBe(400011);
    expect((await client.post('/video/text/generate', textBody, 'one')).code).toBe(0);
    await client.control('POST', '/settings', { replay_errors: true });
    expect((await client.post('/video/text/generate', {}, 'two')).code).toBe(400011);
    expect((await client.post('/video/text/generate', textBody, 'two')).code).toBe(400011);
  });

  it('make a poll stale, unless that is switched off', async () => {
    const { emulator, client, clock } = await emulatorFor({ renderSeconds: [5, 5] });
    const id = await client.submit();
    const poll = () => client.get(`/video/result/${id}`, 'same');
    expect((await poll()).resp['status']).toBe(5);
    clock.advance(5);
    await emulator.whenIdle();
    expect((await poll()).resp['status']).toBe(5);
    expect(await client.status(id)).toBe(1);
    await client.control('POST', '/settings', { replay_gets: false });
    expect((await poll()).resp['status']).toBe(1);
  });

  it('can be made to count only with the same body, or not at all', async () => {
    const { client } = await emulatorFor();
    const first = await client.post('/video/text/generate', textBody, 'same');
    await client.control('POST', '/settings', { replay_changed_bodies: false });
    expect((await client.post('/video/text/generate', textBody, 'same')).text).toBe(first.text);
    const changed = { ...textBody, prompt: 'another' };
    expect((await client.post('/video/text/generate', changed, 'same')).text).not.toBe(first.text);
    await client.control('POST', '/settings', { replay_posts: false });
    expect((await client.post('/video/text/generate', textBody, 'same')).text).not.toBe(first.text);
  });

  it('let requests at the same time share one generation', async () => {
    const { client } = await emulatorFor();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => client.post('/video/text/generate', textBody, 'same')),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const { json } = await client.control('GET', '/state');
    expect(json['generations']).toHaveLength(1);
  });

  it('work for uploads too', async () => {
    const { client } = await emulatorFor();
    const image = await pictureFile();
    const first = await client.upload('/image/upload', { image }, 'same');
    expect((await client.upload('/image/upload', { image }, 'same')).text).toBe(first.text);
  });
});
