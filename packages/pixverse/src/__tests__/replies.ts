import type { VideoOperation } from '../resources/videos.ts';
import type { FixtureCall, RefusalCase, ReplyCase } from './fixture-case.ts';

const submit =
  (operation: VideoOperation): FixtureCall =>
  (client) =>
    client.videos.submit(operation, {});
const retrieve: FixtureCall = (client) => client.videos.retrieve('0');

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

const SPEAKERS = [
  ['7', 'Harper'],
  ['8', 'Ava'],
  ['3', 'Isabella'],
  ['9', 'Sophia'],
  ['1', 'Emily'],
  ['5', 'Chloe'],
  ['10', 'Julia'],
  ['11', 'Mason'],
  ['12', 'Jack'],
  ['4', 'Liam'],
  ['2', 'James'],
  ['13', 'Oliver'],
  ['6', 'Adrian'],
  ['14', 'Ethan'],
  ['Auto', 'Auto'],
] as const;

/** Answers, with the values that they stand for. */
export const REPLIES: Record<string, ReplyCase> = {
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
  'account-usage.response.json': {
    call: (client) => client.account.usage({ cursor: 'string' }),
    reply: { items: [], next_cursor: '', has_more: false },
  },
  'lip-sync.response.json': { call: submit('lipSync'), reply: { video_id: '0' } },
  'sound-effect.response.json': { call: submit('soundEffect'), reply: { video_id: '0' } },
  'restyle.response.json': { call: submit('restyle'), reply: { video_id: '0', credits: 0 } },
  'swap.response.json': { call: submit('swap'), reply: { video_id: '0', credits: 0 } },
  // The one that spells `credit`.
  'mimic.response.json': { call: submit('motionControl'), reply: { video_id: '0', credits: 10 } },
  'modify.response.json': { call: submit('modify'), reply: { video_id: '0' } },
  'upscale.response.json': { call: submit('upscale'), reply: { video_id: '0' } },
  'avatar.response.json': { call: submit('avatar'), reply: { video_id: '0' } },
  'swap-mask.response.json': {
    call: (client) => client.masks.submit({}),
    reply: {
      keyframe_id: 1,
      keyframe_url: 'https://media.pixverse.ai/xx.png',
      credits: 2,
      mask_info: ['person', 'object', 'background'].map((name) => ({
        mask_id: '0',
        mask_name: name,
        mask_url: 'https://media.pixverse.ai/xx.png',
      })),
    },
  },
  'image-template.response.json': {
    call: (client) => client.images.submit({}),
    reply: { image_id: '0', credits: 0 },
  },
  'image-result.response.json': {
    call: (client) => client.images.retrieve('0'),
    reply: {
      image_id: '0',
      prompt: 'string',
      url: 'string',
      seed: 0,
      status: 1,
      prompt_translate: 'string',
      template_id: '0',
      create_time: 'string',
      modify_time: 'string',
      outputWidth: 0,
      outputHeight: 0,
      credits: 0,
      customer_paths: {
        duration_type: 'string',
        model_evaluator: 'string',
        customer_img_paths: ['string'],
        gen_img_req_img_ids: ['0'],
      },
    },
  },
  'restyle-list.response.json': {
    call: (client) => client.restyles.list({ page_num: 1, page_size: 20 }),
    reply: [
      {
        restyle_id: '1',
        restyle_name: 'anime',
        restyle_prompt: 'anime style',
        cover_url: 'https://cdn.example.com/anime.png',
      },
    ],
  },
  'template-list.response.json': {
    call: (client) => client.templates.list({ type: 1 }),
    reply: { effect_items: [] },
  },
  'tts-list.response.json': {
    call: (client) => client.speakers.listSystem({ page_num: 1, page_size: 20 }),
    reply: {
      total: 15,
      data: SPEAKERS.map(([id, name]) => ({ speaker_id: id, name })),
    },
  },
};

/** Refusals, with the errors that they become. */
export const REFUSALS: Record<string, RefusalCase> = {
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
