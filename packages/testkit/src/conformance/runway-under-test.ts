import { startRunwayEmulator } from '@pixsim7/emulators';
import { createRunwayAdapter } from '@pixsim7/providers';
import type { ProviderUnderTest, RunningEmulator } from './provider-under-test.ts';
import {
  runwayEndings,
  runwayReadFailures,
  runwayRefusals,
  runwayUploadRefusals,
} from './runway-refusals.ts';
import { dogInRoom, minimalParameters } from './sample-files.ts';
import { startForConformance } from './start-emulator.ts';

/** A second at the lowest quality, of a model that takes any length. */
const quick = { model: 'seedance2_fast', quality: '480p', duration: 1 } as const;

export const runwayUnderTest: ProviderUnderTest = {
  createAdapter: createRunwayAdapter,
  start: startRunway,
  samples: [
    // The shortest that has a published price.
    { name: 'text to video', operation: 'text_to_video', params: { prompt: 'a paper boat', duration: 2 } },
    {
      name: 'image to video',
      operation: 'image_to_video',
      params: { ...quick, prompt: 'a paper boat', image_url: 'the boat' },
    },
    {
      name: 'transition',
      operation: 'video_transition',
      params: { ...quick, prompt: 'it turns', image_urls: ['the first', 'the last'], audio: true },
    },
    {
      name: 'extend',
      operation: 'video_extend',
      params: { model: 'seedance2_5', prompt: 'it sails on', video_url: 'the clip', duration: 1, seed: 1 },
    },
    {
      name: 'extend with the other name for the source',
      operation: 'video_extend',
      params: { model: 'gemini_omni_flash_1.1', prompt: 'it sails on', video_url: 'the clip', duration: 3 },
    },
    {
      name: 'fusion',
      operation: 'fusion',
      params: { ...quick, prompt: 'the dog sleeps in the room', fusion_assets: dogInRoom },
    },
  ],
  minimalParameters: {
    ...minimalParameters,
    fusion: { prompt: 'a dog in a room', fusion_assets: dogInRoom },
  },
  refusals: runwayRefusals,
  uploadRefusals: runwayUploadRefusals,
  readFailures: runwayReadFailures,
  endings: runwayEndings,
  statuses: [
    {
      name: 'a place in the queue',
      params: { prompt: 'a boat [seconds:60]' },
      seconds: 60,
      first: { status: 'pending', rawStatus: 'PENDING' },
    },
    {
      name: 'a place behind the limit of the organization',
      params: { prompt: 'a boat [throttle:1]' },
      seconds: 60,
      first: { status: 'pending', rawStatus: 'THROTTLED' },
    },
    {
      name: 'an unknown status',
      params: { prompt: 'a boat [seconds:60] [status:RESTING]' },
      seconds: 60,
      first: { status: null, rawStatus: 'RESTING' },
    },
    {
      name: 'a success without an output',
      params: { prompt: 'a boat [seconds:60] [status:SUCCEEDED]' },
      seconds: 60,
      first: { status: 'processing', rawStatus: 'SUCCEEDED:no-output' },
    },
  ],
  phases: {
    waiting: { params: { prompt: 'a boat [seconds:60]' }, after: 0 },
    running: { params: { prompt: 'a boat [seconds:60]' }, after: 30 },
  },
  removeOutput: (body) => body.replace(/"output":\[[^\]]*\]/, '"output":[]'),
  statusPath: '/v1/tasks/',
  imageUploadPath: '/v1/uploads',
};

export function startRunway(): Promise<RunningEmulator> {
  return startForConformance(startRunwayEmulator, (random) => `key_${random}`);
}
