import { describe, expect, it } from 'vitest';
import { falEmulatorFor } from '../__tests__/fal-client.ts';
import type { FalTestClient, Json } from '../__tests__/fal-client.ts';

async function endOf(
  client: FalTestClient,
  emulator: { whenIdle(): Promise<void> },
  body: Json,
  endpoint?: string,
) {
  const id = await client.request(body, endpoint);
  await emulator.whenIdle();
  expect((await client.status(id)).json['status']).toBe('COMPLETED');
  return client.result(id);
}

const problemsOf = ({ json }: { json: Json }) =>
  (json['detail'] as { loc: (string | number)[]; type: string }[]).map(({ loc, type }) => [
    loc.join('/'),
    type,
  ]);

describe('what a model refuses', () => {
  it.each<[string, Json, string, string]>([
    ['v2.2/text-to-video', { prompt: null }, 'body/prompt', 'missing'],
    ['v2.2/text-to-video', { prompt: 7 }, 'body/prompt', 'type_error.str'],
    ['v2.2/text-to-video', { duration: 8 }, 'body/duration', 'literal_error'],
    ['v2.2/text-to-video', { duration: 'five' }, 'body/duration', 'type_error.integer'],
    ['v2.2/text-to-video', { resolution: '480p' }, 'body/resolution', 'literal_error'],
    ['v2.2/text-to-video', { aspect_ratio: '4:3' }, 'body/aspect_ratio', 'literal_error'],
    ['v2.2/text-to-video', { seed: 1.5 }, 'body/seed', 'type_error.integer'],
    ['v2.2/image-to-video', {}, 'body/image_url', 'missing'],
    [
      'v2.2/image-to-video',
      { image_url: 'http://127.0.0.1:1/x.png' },
      'body/image_url',
      'file_download_error',
    ],
    [
      'v2.2/image-to-video',
      { image_url: 'data:image/png;base64,AAAA' },
      'body/image_url',
      'image_load_error',
    ],
    ['v2.2/pikaframes', {}, 'body/image_urls', 'missing'],
    ['v2.2/pikaframes', { image_urls: [] }, 'body/image_urls', 'sequence_too_short'],
    ['v2.2/pikascenes', { image_urls: 'x' }, 'body/image_urls', 'type_error.list'],
  ])('%s %j', async (endpoint, body, place, type) => {
    const { emulator, client } = await falEmulatorFor();
    const answer = await endOf(client, emulator, body, endpoint);
    expect(answer.status).toBe(422);
    expect(answer.headers.get('x-fal-retryable')).toBe('false');
    expect(problemsOf(answer)).toContainEqual([place, type]);
  });

  it('is said all at once, with a link for each', async () => {
    const { emulator, client } = await falEmulatorFor();
    const answer = await endOf(client, emulator, { prompt: null, duration: 8, resolution: '4k' });
    expect(problemsOf(answer).map(([place]) => place)).toEqual([
      'body/prompt',
      'body/duration',
      'body/resolution',
    ]);
    expect(answer.json['detail']).toEqual(
      expect.arrayContaining([expect.objectContaining({ url: 'https://docs.fal.ai/errors/#missing' })]),
    );
  });

  it('is said by the submit already when the settings want it, and costs nothing either way', async () => {
    const { client } = await falEmulatorFor();
    await client.control('POST', '/settings', { refuse_at_submit: true });
    expect((await client.submit({ duration: 8 })).status).toBe(422);
    const { json } = await client.control('GET', '/state');
    expect(json).toMatchObject({ generations: [], credits_left: 10_000 });
  });
});

describe('what a model takes', () => {
  it.each<[string, Json]>([
    ['v2.2/text-to-video', { duration: 5 }],
    ['v2.2/text-to-video', { duration: '5' }],
    ['v2.1/text-to-video', { aspect_ratio: '9:16' }],
    ['v2/turbo/text-to-video', { negative_prompt: 'text', seed: 42 }],
    ['v2.5/text-to-video', { resolution: '480p' }],
  ])('%s %j', async (endpoint, body) => {
    const { emulator, client } = await falEmulatorFor();
    expect((await endOf(client, emulator, body, endpoint)).status).toBe(200);
  });

  it('a picture by address or as data', async () => {
    const { emulator, client } = await falEmulatorFor();
    const image_url = await client.picture();
    expect((await endOf(client, emulator, { image_url }, 'v2.2/image-to-video')).status).toBe(200);
    const file = await globalThis.fetch(image_url);
    const data = Buffer.from(await file.arrayBuffer()).toString('base64');
    const body = { image_url: `data:image/png;base64,${data}` };
    expect((await endOf(client, emulator, body, 'v2.1/image-to-video')).status).toBe(200);
  });

  it('pictures of other hosts only when it was given a way to them', async () => {
    const { client: owner } = await falEmulatorFor();
    const picture = await owner.picture();
    const { emulator, client } = await falEmulatorFor({ fetchForeignUrl: globalThis.fetch });
    const answer = await endOf(client, emulator, { image_url: picture }, 'v2.2/image-to-video');
    expect(answer.status).toBe(200);
  });

  it('references for a scene', async () => {
    const { emulator, client } = await falEmulatorFor();
    const image_urls = [await client.picture(), await client.picture({ colour: '#00f' })];
    const body = { image_urls, ingredients_mode: 'creative' };
    expect((await endOf(client, emulator, body, 'v2.2/pikascenes')).status).toBe(200);
  });
});

describe('pikaframes', () => {
  async function framesOf(body: (pictures: string[]) => Json) {
    const { emulator, client } = await falEmulatorFor();
    const pictures = [await client.picture(), await client.picture({ colour: '#0f0' })];
    const end = await endOf(client, emulator, { prompt: 'morph', ...body(pictures) }, 'v2.2/pikaframes');
    const { json } = await client.control('GET', '/state');
    return { end, credits: (json['generations'] as { credits: number }[])[0]?.credits };
  }

  it('lasts five seconds a transition unless it says otherwise, and costs four cents each', async () => {
    const { end, credits } = await framesOf(([a, b]) => ({ image_urls: [a, b, a] }));
    expect([end.status, credits]).toEqual([200, 40]);
  });

  it('takes lengths and prompts of its own, and bills at least five seconds', async () => {
    const { end, credits } = await framesOf(([a, b]) => ({
      image_urls: [a, b],
      resolution: '1080p',
      transitions: [{ duration: 1, prompt: 'spring' }],
    }));
    expect([end.status, credits]).toEqual([200, 30]);
  });

  it.each<[Json, string, string]>([
    [{ transitions: [{ duration: 5 }, { duration: 5 }] }, 'body/transitions', 'value_error'],
    [{ transitions: [{ duration: 26 }] }, 'body/transitions', 'value_error'],
    [{ transitions: [{ duration: 0 }] }, 'body/transitions/0/duration', 'greater_than_equal'],
    [{ transitions: [{ duration: 2.5 }] }, 'body/transitions/0/duration', 'type_error.integer'],
    [{ transitions: [{ prompt: 7 }] }, 'body/transitions/0/prompt', 'type_error.str'],
  ])('refuses %j', async (body, place, type) => {
    const { end } = await framesOf(([a, b]) => ({ image_urls: [a, b], ...body }));
    expect(end.status).toBe(422);
    expect(problemsOf(end)).toContainEqual([place, type]);
  });

  it('takes five pictures at most', async () => {
    const { end } = await framesOf(([a, b]) => ({
      image_urls: [a, b, a, b, a, b],
      transitions: Array.from({ length: 5 }, () => ({ duration: 1 })),
    }));
    expect(problemsOf(end)).toEqual([['body/image_urls', 'sequence_too_long']]);
  });
});

describe('credits', () => {
  it('are cents, and charged for a video that is there and for nothing else', async () => {
    const { emulator, clock, client } = await falEmulatorFor({ renderSeconds: [5, 5], credits: 100 });
    const left = async () => (await client.control('GET', '/state')).json['credits_left'];
    await client.request({ resolution: '1080p' });
    await client.request({ prompt: 'x [fail]' });
    expect(await left()).toBe(100);
    await emulator.whenIdle();
    clock.advance(5);
    expect(await left()).toBe(55);
  });

  it('that are used up lock the account for submits and uploads, and for no read', async () => {
    const { emulator, client } = await falEmulatorFor({ credits: 20 });
    const id = await client.request();
    await emulator.whenIdle();
    const upload = { content_type: 'image/png', file_name: 'x.png' };
    for (const answer of [
      await client.submit(),
      await client.call('POST', '/storage/upload/initiate', upload),
    ]) {
      expect(answer).toMatchObject({
        status: 403,
        json: { detail: expect.stringContaining('Exhausted balance') as string },
      });
    }
    expect((await client.result(id)).status).toBe(200);
    await client.control('POST', '/settings', { credits: 50 });
    expect((await client.submit()).status).toBe(200);
  });
});
