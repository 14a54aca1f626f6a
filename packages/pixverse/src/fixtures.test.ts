import { describe, expect, it } from 'vitest';
import { compactFixture, describedRequest, fixtureNames, fixtureText } from './__tests__/fixtures.ts';
import { rejection, success, testClient } from './__tests__/recorded-fetch.ts';
import type { PixVerse } from './client.ts';
import type { VideoOperation } from './resources/videos.ts';

// Every documented example is one case: a request the typed API has to produce, or an answer it has to read.

const BASE_PATH = '/openapi/v2';

type Call = (client: PixVerse) => Promise<unknown>;

interface BodyCase {
  readonly path: string;
  readonly call: Call;
}

const BODY_CASES: Record<string, BodyCase> = {
  'text-to-video.request.json': {
    path: '/video/text/generate',
    call: (client) =>
      client.videos.textToVideo({
        aspect_ratio: '16:9',
        duration: 5,
        model: 'v6',
        motion_mode: 'normal',
        prompt: 'string',
        quality: '540p',
        seed: 0,
      }),
  },
  'text-to-video.legacy.request.json': {
    path: '/video/text/generate',
    call: (client) =>
      client.videos.textToVideo({
        aspect_ratio: '16:9',
        duration: 5,
        model: 'v4.5',
        motion_mode: 'normal',
        negative_prompt: 'string',
        prompt: 'string',
        quality: '540p',
        seed: 0,
        water_mark: false,
      }),
  },
  'text-to-video.webhook.request.json': {
    path: '/video/text/generate',
    call: (client) =>
      client.videos.textToVideo({
        aspect_ratio: '16:9',
        duration: 5,
        model: 'v5.5',
        prompt: 'string',
        quality: '720p',
        webhook_id: '1234',
      }),
  },
  'image-to-video.request.json': {
    path: '/video/img/generate',
    call: (client) =>
      client.videos.imageToVideo({
        duration: 5,
        img_id: '0',
        model: 'v4.5',
        motion_mode: 'normal',
        negative_prompt: 'string',
        prompt: 'string',
        quality: '540p',
        seed: 0,
      }),
  },
  'image-to-video.v6.request.json': {
    path: '/video/img/generate',
    call: (client) =>
      client.videos.imageToVideo({
        duration: 5,
        img_id: '12345',
        model: 'v6',
        prompt: 'string',
        quality: '720p',
        seed: 0,
        generate_audio_switch: false,
        generate_multi_clip_switch: false,
      }),
  },
  'template-video.request.json': {
    path: '/video/img/generate',
    call: (client) =>
      client.videos.imageToVideo({
        duration: 5,
        img_id: '1',
        model: 'v6',
        template_id: '0',
        prompt: 'string',
        quality: '720p',
      }),
  },
  'template-video.multi-image.request.json': {
    path: '/video/img/generate',
    call: (client) =>
      client.videos.imageToVideo({
        duration: 5,
        img_ids: ['0', '0'],
        model: 'v6',
        template_id: '0',
        prompt: 'string',
        quality: '720p',
      }),
  },
  'transition.request.json': {
    path: '/video/transition/generate',
    call: (client) =>
      client.videos.transition({
        prompt: 'transform into a puppy',
        model: 'v5',
        duration: 5,
        quality: '540p',
        first_frame_img: '0',
        last_frame_img: '0',
        seed: 0,
      }),
  },
  'multi-transition.request.json': {
    path: '/video/multi_transition/generate',
    call: (client) =>
      client.videos.multiTransition({
        multi_transition: [
          { img_id: '0', duration: 3, prompt: '' },
          { img_id: '0', duration: 3, prompt: '' },
          { img_id: '0', duration: 3, prompt: '' },
          { img_id: '0', duration: 3, prompt: '' },
          { img_id: '0', duration: 0, prompt: '' },
        ],
        model: 'v5',
        quality: '360p',
      }),
  },
  'extend.request.json': {
    path: '/video/extend/generate',
    call: (client) =>
      client.videos.extend({
        source_video_id: '0',
        prompt: 'across the universe',
        seed: 123123,
        quality: '540p',
        duration: 5,
        model: 'v4.5',
        motion_mode: 'normal',
      }),
  },
  'fusion.request.json': {
    path: '/video/fusion/generate',
    call: (client) =>
      client.videos.fusion({
        image_references: [
          { type: 'subject', img_id: '0', ref_name: 'dog' },
          { type: 'background', img_id: '0', ref_name: 'room' },
        ],
        prompt: '@dog plays at @room',
        model: 'v4.5',
        duration: 5,
        quality: '540p',
        aspect_ratio: '16:9',
        seed: 123456789,
      }),
  },
  'fusion.omni.request.json': {
    path: '/video/fusion/generate',
    call: (client) =>
      client.videos.fusion({
        model: 'v6',
        prompt: '@subject1 follows the motion of @video1 ',
        duration: 0,
        quality: '720p',
        aspect_ratio: 'auto',
        generate_audio_switch: true,
        image_references: [{ img_id: '0', ref_name: 'subject1', type: 'subject' }],
        video_references: [{ ref_name: 'video1', video_media_id: '0' }],
        reference_mode: 'omni',
      }),
  },
};

/** The part the placeholders of a described request stand for. */
const binary = (type: string): Blob => new Blob(['bytes'], { type });

const DESCRIBED_CASES: Record<string, Call> = {
  'account-balance.request.json': (client) => client.account.balance(),
  'video-result.request.json': (client) => client.videos.retrieve('343252978602905123'),
  'upload-image.file.request.json': (client) => client.images.upload({ file: binary('image/png') }),
  'upload-image.url.request.json': (client) =>
    client.images.upload({
      imageUrl: 'https://media.pixverse.ai/openapi%2Ff4c512d1-0110-4360-8515-d84d788ca8d1test_image_auto.jpg',
    }),
  'upload-media.file.request.json': (client) => client.media.upload({ file: binary('video/mp4') }),
  'upload-media.url.request.json': (client) =>
    client.media.upload({
      fileUrl: 'https://media.pixverse.ai/openapi%2F90f96bd5-5b77-461c-9b8e-c0e40526c9ca.mp4',
    }),
};

const submit =
  (operation: VideoOperation): Call =>
  (client) =>
    client.videos.submit(operation, {});
const retrieve: Call = (client) => client.videos.retrieve('0');

const placeholderVideo = {
  create_time: 'string',
  id: '0',
  modify_time: 'string',
  negative_prompt: 'string',
  outputHeight: 0,
  outputWidth: 0,
  prompt: 'string',
  resolution_ratio: 0,
  seed: 0,
  size: 0,
  style: 'string',
  url: 'string',
};

const REPLY_CASES: Record<string, { readonly call: Call; readonly reply: object }> = {
  'text-to-video.response.json': { call: submit('textToVideo'), reply: { video_id: '0' } },
  'image-to-video.response.json': { call: submit('imageToVideo'), reply: { video_id: '0' } },
  'template-video.response.json': { call: submit('imageToVideo'), reply: { video_id: '0' } },
  'transition.response.json': { call: submit('transition'), reply: { video_id: '0' } },
  'multi-transition.response.json': {
    call: submit('multiTransition'),
    reply: { video_id: '0', credits: 0 },
  },
  'extend.response.json': { call: submit('extend'), reply: { video_id: '0' } },
  'fusion.response.json': { call: submit('fusion'), reply: { video_id: '0' } },
  'video-result.generating.response.json': { call: retrieve, reply: { ...placeholderVideo, status: 5 } },
  'video-result.success.response.json': { call: retrieve, reply: { ...placeholderVideo, status: 1 } },
  'video-result.success-sample.response.json': {
    call: retrieve,
    reply: {
      id: '456',
      prompt: 'hello',
      status: 1,
      url: 'https://cdn.example.com/video.mp4',
      outputWidth: 1280,
      outputHeight: 720,
      seed: 9,
    },
  },
  'upload-image.response.json': {
    call: (client) => client.images.upload({ imageUrl: 'https://media.example/1.png' }),
    reply: { img_id: '0', img_url: 'string' },
  },
  'upload-media.video.response.json': {
    call: (client) => client.media.upload({ fileUrl: 'https://media.example/1.mp4' }),
    reply: { media_id: '0', media_type: 'video', url: 'https://media.pixverse.ai/111111.mp4' },
  },
  'upload-media.audio.response.json': {
    call: (client) => client.media.upload({ fileUrl: 'https://media.example/1.mp3' }),
    reply: { media_id: '0', media_type: 'audio', url: 'https://media.pixverse.ai/aaa.mp3' },
  },
  'account-balance.response.json': {
    call: (client) => client.account.balance(),
    reply: { account_id: '123452341', credit_monthly: 1069020, credit_package: 3630 },
  },
};

interface RefusalCase {
  readonly httpStatus: number;
  readonly call: Call;
  readonly error: object;
}

const REFUSAL_CASES: Record<string, RefusalCase> = {
  'error.invalid-parameter.response.json': {
    httpStatus: 200,
    call: submit('textToVideo'),
    error: { errCode: 400017, class: 'invalid_params', providerMessage: 'invalid param' },
  },
  'upload-image.moderation-500.response.json': {
    httpStatus: 500,
    call: (client) => client.images.upload({ imageUrl: 'https://media.example/1.png' }),
    error: {
      errCode: 500052,
      class: 'content_filter',
      providerMessage: '图片未过审，疑含敏感内容，请修改后重试。',
    },
  },
};

describe('documented request bodies', () => {
  it.each(Object.entries(BODY_CASES))('%s is sent to the byte', async (name, { path, call }) => {
    const { client, requests } = testClient([success('{"video_id":7}')]);
    await call(client);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'POST', body: compactFixture(name) });
    expect(new URL(requests[0]?.url ?? '').pathname).toBe(BASE_PATH + path);
  });
});

describe('documented requests without a JSON body', () => {
  it.each(Object.entries(DESCRIBED_CASES))('%s is sent as described', async (name, call) => {
    const described = describedRequest(name);
    // An empty reply is unusable for each of these calls; only what was sent matters here.
    const { client, requests } = testClient([success('{}')]);
    await rejection(call(client));
    const request = requests[0];
    expect(request?.method).toBe(described.method);
    expect(new URL(request?.url ?? '').pathname).toBe(
      described.path.replace('{video_id}', '343252978602905123'),
    );
    for (const header of Object.keys(described.headers)) {
      expect(request?.headers.get(header)).toEqual(expect.any(String));
    }
    const form = request?.body instanceof FormData ? [...request.body] : [];
    const sent = form.map(([field, value]) => [field, typeof value === 'string' ? value : '<binary>']);
    const expected = Object.entries(described.form ?? {}).map(([field, value]) => [
      field,
      value.startsWith('<binary') ? '<binary>' : value,
    ]);
    expect(sent).toEqual(expected);
  });
});

describe('documented answers', () => {
  it.each(Object.entries(REPLY_CASES))('%s is read', async (name, { call, reply }) => {
    const { client } = testClient([fixtureText(name)]);
    await expect(call(client)).resolves.toEqual(reply);
  });

  it.each(Object.entries(REFUSAL_CASES))('%s is a typed error', async (name, { httpStatus, call, error }) => {
    const { client } = testClient([new Response(fixtureText(name), { status: httpStatus })]);
    await expect(call(client)).rejects.toMatchObject({
      ...error,
      httpStatus,
      mayHaveBeenProcessed: false,
    });
  });
});

it('has a case for every fixture', () => {
  const covered = [BODY_CASES, DESCRIBED_CASES, REPLY_CASES, REFUSAL_CASES].flatMap((cases) =>
    Object.keys(cases),
  );
  expect(covered.toSorted()).toEqual(fixtureNames());
});
