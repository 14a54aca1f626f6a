import { startPixverseEmulator } from '@pixsim7/emulators';
import { createPixverseAdapter } from '@pixsim7/providers';
import { expectedErrors } from './expected-errors.ts';
import { pixverseReadFailures, pixverseRefusals, pixverseUploadRefusals } from './pixverse-refusals.ts';
import type { ProviderUnderTest, RunningEmulator } from './provider-under-test.ts';
import { dogInRoom, minimalParameters } from './sample-files.ts';
import { startForConformance } from './start-emulator.ts';

/** One second at the lowest quality: the quickest video there is to render. */
const quick = { model: 'v6', quality: '360p', duration: 1 } as const;

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
  ],
  minimalParameters: {
    ...minimalParameters,
    fusion: { prompt: '@dog in @room', fusion_assets: dogInRoom },
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
