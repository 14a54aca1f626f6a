import { startPixverseEmulator } from '@pixsim7/emulators';
import { createPixverseAdapter } from '@pixsim7/providers';
import { expectedErrors } from './expected-errors.ts';
import { pixverseReadFailures, pixverseRefusals, pixverseUploadRefusals } from './pixverse-refusals.ts';
import type { ProviderUnderTest, RunningEmulator } from './provider-under-test.ts';
import { dogInRoom, minimalParameters } from './sample-files.ts';
import { startForConformance } from './start-emulator.ts';

/** One second at the lowest quality: the quickest video there is to render. */
const quick = { model: 'v6', quality: '360p', duration: 1 } as const;

const modified = { video_url: 'the clip', prompt: 'make it snow', quality: '360p' } as const;

// Of the emulator's catalogue, where the first two are those of the reference's examples.
const oneImageEffect = '302325299692608';
const twoImageEffect = '302325299692609';
const imageEffect = '384631857552768';
const firstRestyle = '1';

export const pixverseUnderTest: ProviderUnderTest = {
  createAdapter: createPixverseAdapter,
  start: startPixverse,
  samples: [
    { name: 'text to video', operation: 'text_to_video', params: { ...quick, prompt: 'a paper boat' } },
    {
      name: 'image to video',
      operation: 'image_to_video',
      params: { ...quick, prompt: 'a paper boat', image_url: 'the boat' },
    },
    {
      name: 'extend',
      operation: 'video_extend',
      params: { ...quick, prompt: 'it sails on', video_url: 'the clip', seed: 1 },
    },
    {
      name: 'transition',
      operation: 'video_transition',
      params: { ...quick, prompt: 'it turns', image_urls: ['the first', 'the last'] },
    },
    {
      name: 'transition through three images',
      operation: 'video_transition',
      params: { quality: '360p', prompts: ['dawn', 'noon'], durations: [1, 1], image_urls: ['a', 'b', 'c'] },
    },
    {
      name: 'fusion',
      operation: 'fusion',
      params: { ...quick, prompt: '@dog sleeps in @room', fusion_assets: dogInRoom, audio: true },
    },
    {
      name: 'lip sync with a recording',
      operation: 'lip_sync',
      params: { video_url: 'the clip', audio_url: 'the voice' },
    },
    {
      name: 'lip sync with a text',
      operation: 'lip_sync',
      params: { video_url: 'the clip', text: 'Welcome aboard.' },
    },
    {
      name: 'sound effect',
      operation: 'sound_effect',
      params: { video_url: 'the clip', prompt: 'rain', keep_audio: true },
    },
    {
      name: 'restyle by its id',
      operation: 'restyle',
      params: { video_url: 'the clip', restyle: firstRestyle },
    },
    {
      name: 'restyle in words',
      operation: 'restyle',
      params: { video_url: 'the clip', prompt: 'as a woodcut', seed: 7 },
    },
    { name: 'modify', operation: 'video_modify', params: { ...modified, image_urls: ['the hat'] } },
    {
      name: 'modify with a mask',
      operation: 'video_modify',
      params: { ...modified, prompt: 'paint @selection0 red', masks: ['the mask'] },
    },
    {
      name: 'swap',
      operation: 'swap',
      params: { video_url: 'the clip', mask: 'the mask', image_url: 'the cat', quality: '360p' },
    },
    {
      name: 'motion control',
      operation: 'motion_control',
      params: { video_url: 'the clip', image_url: 'the dancer', quality: '360p' },
    },
    { name: 'upscale', operation: 'upscale', params: { video_url: 'the clip' } },
    {
      name: 'effect of one picture',
      operation: 'effect',
      params: { effect: oneImageEffect, image_url: 'the boat', quality: '360p', audio: true },
    },
    {
      name: 'effect of two pictures',
      operation: 'effect',
      params: { effect: twoImageEffect, image_urls: ['left', 'right'], quality: '360p' },
    },
    {
      name: 'avatar with a text',
      operation: 'avatar',
      params: { image_url: 'the portrait', text: 'Hello.', quality: '360p' },
    },
    {
      name: 'avatar with a recording',
      operation: 'avatar',
      params: { image_url: 'the portrait', audio_url: 'the voice', quality: '360p' },
    },
    {
      name: 'mask selection',
      operation: 'mask_selection',
      params: { video_url: 'the clip', keyframe: 2 },
    },
    {
      name: 'image effect',
      operation: 'image_effect',
      params: { effect: imageEffect, image_url: 'the portrait' },
    },
  ],
  minimalParameters: {
    ...minimalParameters,
    fusion: { prompt: '@dog in @room', fusion_assets: dogInRoom },
    lip_sync: { video_url: 'the clip', text: 'Welcome aboard.' },
    sound_effect: { video_url: 'the clip' },
    restyle: { video_url: 'the clip', restyle: firstRestyle },
    video_modify: modified,
    swap: { video_url: 'the clip', mask: 'the mask', image_url: 'the cat' },
    motion_control: { video_url: 'the clip', image_url: 'the dancer' },
    upscale: { video_url: 'the clip' },
    effect: { effect: oneImageEffect, image_url: 'the boat' },
    avatar: { image_url: 'the portrait', text: 'Hello.' },
    mask_selection: { video_url: 'the clip' },
    image_effect: { effect: imageEffect, image_url: 'the portrait' },
  },
  refusals: pixverseRefusals,
  uploadRefusals: pixverseUploadRefusals,
  readFailures: pixverseReadFailures,
  endings: [
    {
      name: 'a moderated video',
      params: { prompt: 'a boat [moderate]' },
      status: 'filtered',
      error: { ...expectedErrors.moderatedOutput, charged: 'no' },
    },
    {
      name: 'a failed video',
      params: { prompt: 'a boat [fail]' },
      status: 'failed',
      error: { ...expectedErrors.failed, charged: 'unknown' },
    },
    {
      name: 'a deleted video',
      params: { prompt: 'a boat [delete]' },
      status: 'failed',
      error: { ...expectedErrors.missingJob, charged: 'unknown' },
    },
  ],
  statuses: [
    {
      name: 'work in progress',
      params: { prompt: 'a boat [seconds:60]' },
      seconds: 60,
      first: { status: 'processing', rawStatus: '5' },
    },
    {
      name: 'an unknown status',
      params: { prompt: 'a boat [seconds:60] [status:42]' },
      seconds: 60,
      first: { status: null, rawStatus: '42' },
    },
    {
      name: 'a status of the web application',
      params: { prompt: 'a boat [seconds:60] [status:9]' },
      seconds: 60,
      first: { status: 'pending', rawStatus: '9' },
    },
  ],
  phases: { waiting: null, running: { params: { prompt: 'a boat [seconds:60]' }, after: 30 } },
  removeOutput: (body) => body.replace(/"url":"[^"]*"/, '"url":""'),
  statusPath: '/video/result/',
  imageUploadPath: '/image/upload',
};

export function startPixverse(): Promise<RunningEmulator> {
  return startForConformance(startPixverseEmulator, (random) => `sk-${random}`);
}
