import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  Asset,
  Choice,
  Job,
  JobParameters,
  List,
  MaskSelection,
  OperationType,
} from '@pixsim7/contracts';
import { createVideoFile, createWavFile } from '@pixsim7/testkit/builders';
import { openProviderBench } from './__tests__/provider-bench.ts';
import type { ProviderBench } from './__tests__/provider-bench.ts';

// Things that live at a provider: they can be listed, and a job that names one that is not there costs nothing.

const path = '/api/v1/providers/pixverse/choices';

let bench: ProviderBench;
let clip: Asset;
let otherClip: Asset;
let image: Asset;
let mask: Asset;

beforeAll(async () => {
  bench = await openProviderBench();
  image = await bench.uploadImage();
  clip = await uploadClip(2);
  otherClip = await uploadClip(3);
  mask = (await masksOf(clip))[0] ?? image;
});
afterAll(() => bench.closeAll());

async function uploadClip(seconds: number): Promise<Asset> {
  return bench.upload(await createVideoFile({ width: 64, height: 64, fps: 5, seconds }), 'clip.mp4');
}

function create(operation: OperationType, params: JobParameters): Promise<Job> {
  return bench.createJob({ provider_id: 'pixverse', operation_type: operation, params });
}

async function masksOf(video: Asset): Promise<Asset[]> {
  const { id } = await create('mask_selection', { video_url: video.id });
  await bench.run();
  return (await bench.readJob(id)).assets;
}

const list = (kind: string, query = ''): Promise<List<Choice>> =>
  bench.json('GET', `${path}/${kind}${query}`);

describe('choices of a provider', () => {
  it.each(['voices', 'styles', 'effects', 'image_effects'])('lists %s', async (kind) => {
    const { data } = await list(kind);
    expect(data.length).toBeGreaterThan(0);
    expect(data.every((choice) => choice.kind === kind && choice.id !== '' && choice.name !== '')).toBe(true);
  });

  it('shows the cover and the number of pictures of an effect', async () => {
    const { data } = await list('effects', '?q=handshake');
    expect(data).toMatchObject([{ id: '302325299692609', name: 'Handshake', images: 2 }]);
    expect((await fetch(data[0]?.cover_url ?? '')).status).toBe(200);
  });

  it('goes through all of them page by page', async () => {
    const { data: all } = await list('styles', '?limit=100');
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: List<Choice> = await list('styles', `?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(all.map(({ id }) => id));
  });

  it('asks the provider once for what many ask for', async () => {
    const calls = async () =>
      (await bench.control('pixverse').state()).requests['GET /video/restyle/list'] ?? 0;
    await list('styles');
    const before = await calls();
    await Promise.all(Array.from({ length: 5 }, (_, index) => list('styles', `?q=${index}`)));
    expect(await calls()).toBe(before);
  });

  it('addresses a kind, an account and a cursor that are not there', async () => {
    expect(await bench.problem('GET', '/api/v1/providers/runway/choices/voices')).toMatchObject({
      status: 404,
    });
    expect(await bench.problem('GET', `${path}/hats`)).toMatchObject({ status: 422 });
    const runway = bench.accounts.get('runway')?.id ?? '';
    expect(await bench.problem('GET', `${path}/voices?account_id=${runway}`)).toMatchObject({ status: 404 });
    expect(await bench.problem('GET', `${path}/voices?cursor=nobody`)).toMatchObject({
      status: 422,
      errors: [{ pointer: '/cursor' }],
    });
  });
});

describe('a job that PixVerse could not make', () => {
  it.each<[string, OperationType, () => JobParameters, string]>([
    [
      'a video as an image',
      'motion_control',
      () => ({ image_url: clip.id, video_url: clip.id }),
      '/params/image_url',
    ],
    ['an image as a video', 'upscale', () => ({ video_url: image.id }), '/params/video_url'],
    [
      'a voice that does not exist',
      'lip_sync',
      () => ({ video_url: clip.id, text: 'Hello.', voice: 'nobody' }),
      '/params/voice',
    ],
    [
      'a style that does not exist',
      'restyle',
      () => ({ video_url: clip.id, restyle: '99' }),
      '/params/restyle',
    ],
    [
      'an effect that does not exist',
      'effect',
      () => ({ effect: '12', image_url: image.id }),
      '/params/effect',
    ],
    [
      'an effect of two pictures with one',
      'effect',
      () => ({ effect: '302325299692609', image_url: image.id }),
      '/params/image_url',
    ],
    [
      'a mask of another video',
      'swap',
      () => ({ video_url: otherClip.id, mask: mask.id, image_url: image.id }),
      '/params/mask',
    ],
    [
      'a picture as a mask',
      'swap',
      () => ({ video_url: clip.id, mask: image.id, image_url: image.id }),
      '/params/mask',
    ],
    [
      'a mask of another video among several',
      'video_modify',
      () => ({ video_url: otherClip.id, prompt: 'paint @selection0', masks: [mask.id] }),
      '/params/masks/0',
    ],
  ])('%s is refused with a pointer, and nothing is spent', async (_name, operation, params, pointer) => {
    const { credits_left: before } = await bench.control('pixverse').state();
    const request = { provider_id: 'pixverse', operation_type: operation, params: params() };
    for (const endpoint of ['/api/v1/quotes', '/api/v1/jobs']) {
      const problem = await bench.problem('POST', endpoint, { json: request });
      expect(problem.status).toBe(422);
      expect(problem.errors?.map((error) => error.pointer)).toEqual([pointer]);
    }
    expect((await bench.control('pixverse').state()).credits_left).toBe(before);
  });

  it('31 seconds of speech are refused', async () => {
    const speech = await bench.upload(createWavFile(31), 'speech.wav');
    const params = { video_url: clip.id, audio_url: speech.id };
    const problem = await bench.problem('POST', '/api/v1/jobs', {
      json: { provider_id: 'pixverse', operation_type: 'lip_sync', params },
    });
    expect(problem.errors).toMatchObject([{ pointer: '/params/audio_url', code: 'invalid_media' }]);
  });

  it('a price by the length of a file is held against the bound', async () => {
    const request = {
      provider_id: 'pixverse',
      operation_type: 'restyle',
      params: { video_url: clip.id, restyle: '1' },
    };
    expect(await bench.json('POST', '/api/v1/quotes', { json: request })).toMatchObject({ credits: 20 });
    const problem = await bench.problem('POST', '/api/v1/jobs', { json: { ...request, max_credits: 19 } });
    expect(problem).toMatchObject({ status: 402, errors: [{ pointer: '/max_credits' }] });
  });
});

it('a job with a mask runs on the account that made it', async () => {
  const { base_url: baseUrl } = bench.accounts.get('pixverse') ?? { base_url: null };
  const second = await bench.json<{ id: string }>('POST', '/api/v1/accounts', {
    json: {
      provider_id: 'pixverse',
      label: 'another',
      base_url: baseUrl,
      credentials: { api_key: 'sk-another' },
      priority: 9,
    },
  });
  const params = { video_url: clip.id, mask: mask.id, image_url: image.id };
  const wrong = await bench.problem('POST', '/api/v1/jobs', {
    json: { provider_id: 'pixverse', operation_type: 'swap', params, account_id: second.id },
  });
  expect(wrong.errors).toMatchObject([
    { pointer: '/account_id', allowed: [bench.accounts.get('pixverse')?.id] },
  ]);
  const { id } = await create('swap', params);
  await bench.run();
  const job = await bench.readJob(id);
  expect(job).toMatchObject({ status: 'completed', account_id: bench.accounts.get('pixverse')?.id });
});

describe('masks of a frame', () => {
  const masksPath = '/api/v1/providers/pixverse/masks';

  it('are assets, charged once for each key', async () => {
    const { credits_left: before } = await bench.control('pixverse').state();
    const ask = async (): Promise<MaskSelection> => {
      const state = { answered: false };
      const reply = bench
        .json<MaskSelection>('POST', masksPath, {
          json: { video_url: clip.id, keyframe: 2 },
          headers: { 'idempotency-key': 'masks-of-the-second-frame' },
        })
        .finally(() => {
          state.answered = true;
        });
      while (!state.answered) {
        await bench.run();
        await new Promise(setImmediate);
      }
      return reply;
    };
    const selection = await ask();
    expect(selection).toMatchObject({ object: 'mask_selection', status: 'completed', error: null });
    expect(selection.credits.charged).toBe(2);
    expect(selection.masks.every((asset) => asset.media_type === 'image')).toBe(true);
    expect(selection.masks.length).toBeGreaterThan(1);
    const again = await ask();
    expect(again.masks.map(({ id }) => id)).toEqual(selection.masks.map(({ id }) => id));
    expect((await bench.control('pixverse').state()).credits_left).toBe(before - 2);
  });

  it('are refused where the provider finds none, with a pointer', async () => {
    expect(
      await bench.problem('POST', '/api/v1/providers/runway/masks', { json: { video_url: clip.id } }),
    ).toMatchObject({ status: 422, errors: [{ pointer: '/operation_type' }] });
    expect(await bench.problem('POST', masksPath, { json: { video_url: image.id } })).toMatchObject({
      status: 422,
      errors: [{ pointer: '/params/video_url' }],
    });
    expect(
      await bench.problem('POST', masksPath, { json: { video_url: clip.id, max_credits: 1 } }),
    ).toMatchObject({ status: 402 });
  });
});
