import { startFalEmulator } from '@pixsim7/emulators';
import { createPikaAdapter } from '@pixsim7/providers';
import { expectedErrors } from './expected-errors.ts';
import { pikaReadFailures, pikaRefusals, pikaUploadRefusals } from './pika-refusals.ts';
import type { ProviderUnderTest, RunningEmulator } from './provider-under-test.ts';
import { dogInRoom } from './sample-files.ts';
import { startForConformance } from './start-emulator.ts';

export const pikaUnderTest: ProviderUnderTest = {
  createAdapter: createPikaAdapter,
  start: startPika,
  samples: [
    { name: 'text to video', operation: 'text_to_video', params: { prompt: 'a paper boat' } },
    {
      name: 'text to video with an unlisted model',
      operation: 'text_to_video',
      params: {
        prompt: 'a paper boat',
        model: 'v2.5',
        quality: '480p',
        provider_options: { allow_unlisted: true },
      },
    },
    {
      name: 'image to video',
      operation: 'image_to_video',
      params: { prompt: 'a paper boat', image_url: 'the boat', negative_prompt: 'rain', seed: 7 },
    },
    {
      name: 'transition',
      operation: 'video_transition',
      params: { prompt: 'it turns', image_urls: ['the first', 'the last'], duration: 1 },
    },
    {
      name: 'transition through three images',
      operation: 'video_transition',
      params: { prompts: ['dawn', 'noon'], durations: [1, 2], image_urls: ['a', 'b', 'c'] },
    },
    {
      name: 'fusion',
      operation: 'fusion',
      params: {
        prompt: 'a dog sleeps in a room',
        fusion_assets: dogInRoom,
        provider_options: { allow_unlisted: true, ingredients_mode: 'creative' },
      },
    },
  ],
  minimalParameters: {
    text_to_video: { prompt: 'a paper boat' },
    image_to_video: { prompt: 'a paper boat', image_url: 'the boat' },
    video_transition: { image_urls: ['the first', 'the last'] },
    fusion: { prompt: 'a dog in a room', fusion_assets: dogInRoom },
  },
  refusals: pikaRefusals,
  uploadRefusals: pikaUploadRefusals,
  readFailures: pikaReadFailures,
  endings: [
    {
      name: 'a moderated video',
      params: { prompt: 'a boat [moderate]' },
      status: 'filtered',
      error: { ...expectedErrors.moderatedOutput, charged: 'unknown' },
    },
    {
      name: 'a refused prompt, which the model says only with the result',
      params: { prompt: 'a boat [refuse]' },
      status: 'filtered',
      error: { ...expectedErrors.moderatedInput, charged: 'unknown' },
    },
    {
      name: 'a failed video',
      params: { prompt: 'a boat [fail]' },
      status: 'failed',
      error: { ...expectedErrors.failed, charged: 'unknown' },
    },
  ],
  statuses: [
    {
      name: 'a place in the queue',
      params: { prompt: 'a boat [queue:60]' },
      seconds: 60,
      first: { status: 'pending', rawStatus: 'IN_QUEUE' },
    },
    {
      name: 'work in progress',
      params: { prompt: 'a boat [seconds:60]' },
      seconds: 60,
      first: { status: 'processing', rawStatus: 'IN_PROGRESS' },
    },
    {
      name: 'an unknown status',
      params: { prompt: 'a boat [seconds:60] [status:PAUSED]' },
      seconds: 60,
      first: { status: null, rawStatus: 'PAUSED' },
    },
  ],
  phases: {
    waiting: { params: { prompt: 'a boat [queue:60]' }, after: 0 },
    running: { params: { prompt: 'a boat [seconds:60]' }, after: 0 },
  },
  removeOutput: (body) => body.replace(/"url":"[^"]*"/, '"url":""'),
  statusPath: '/fal-ai/pika/requests/',
  imageUploadPath: '/storage/upload/initiate',
};

/** Pictures that are quick to make, and webhooks only when they are asked for. */
export function startPika(): Promise<RunningEmulator> {
  return startForConformance(
    (settings) => startFalEmulator({ ...settings, sizeDivisor: 4, webhookPaceMs: null }),
    (random) => `${random.slice(0, 8)}:${random}`,
  );
}
