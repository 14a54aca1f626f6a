import {
  expectedErrors as errors,
  startForConformance,
  unreadableAnswers,
} from '@pixsim7/testkit/conformance';
import type { ProviderUnderTest } from '@pixsim7/testkit/conformance';
import { startLanternEmulator } from './emulator/emulator.ts';
import { createLanternAdapter } from './provider/index.ts';

const quick = { quality: '360p', duration: 1 } as const;

export const lanternUnderTest: ProviderUnderTest = {
  createAdapter: createLanternAdapter,
  start: () => startForConformance(startLanternEmulator, (random) => `lk_${random}`),
  samples: [
    { name: 'text to video', operation: 'text_to_video', params: { ...quick, prompt: 'a paper boat' } },
    {
      name: 'image to video',
      operation: 'image_to_video',
      params: { ...quick, prompt: 'it sails', image_url: 'the boat' },
    },
  ],
  minimalParameters: {
    text_to_video: { prompt: 'a paper boat' },
    image_to_video: { prompt: 'it sails', image_url: 'the boat' },
  },
  refusals: [
    { name: '401', action: 'err_code', value: 401, outcome: 'rejected', error: errors.badKey },
    { name: '402', action: 'err_code', value: 402, outcome: 'rejected', error: errors.noCredits },
    { name: '404', action: 'err_code', value: 404, outcome: 'rejected', error: errors.missingInput },
    { name: '422', action: 'err_code', value: 422, outcome: 'rejected', error: errors.badRequest },
    { name: '429', action: 'err_code', value: 429, outcome: 'rejected', error: errors.tooManyCalls },
    { name: '451', action: 'prompt', prompt: '[refuse]', outcome: 'rejected', error: errors.moderatedInput },
    { name: '503', action: 'http_status', value: 503, outcome: 'unknown', error: errors.outcomeUnknown },
  ],
  uploadRefusals: [
    { name: '401', action: 'err_code', value: 401, error: errors.badKey },
    { name: '413', action: 'err_code', value: 413, error: errors.badFile },
    { name: '422', action: 'err_code', value: 422, error: errors.badRequest },
    { name: '500', action: 'http_status', value: 500, error: errors.unavailable },
    { name: 'garbage', action: 'garbage', error: errors.failed },
  ],
  readFailures: [
    { name: '404', action: 'err_code', value: 404, error: errors.missingJob },
    { name: '429', action: 'err_code', value: 429, error: errors.tooManyCalls },
    { name: '503', action: 'http_status', value: 503, error: errors.unavailable },
    ...unreadableAnswers,
  ],
  endings: [
    {
      name: 'a moderated video',
      params: { prompt: 'a boat [moderate]' },
      status: 'filtered',
      error: { ...errors.moderatedOutput, charged: 'no' },
    },
    {
      name: 'a failed video',
      params: { prompt: 'a boat [fail]' },
      status: 'failed',
      error: { ...errors.failed, charged: 'no' },
    },
  ],
  statuses: [
    {
      name: 'an unknown state',
      params: { prompt: 'a boat [seconds:60] [state:resting]' },
      seconds: 60,
      first: { status: null, rawStatus: 'resting' },
    },
  ],
  phases: { waiting: null, running: { params: { prompt: 'a boat [seconds:60]' }, after: 30 } },
  removeOutput: (body) => body.replace(/"url":"[^"]*"/, '"url":""'),
  statusPath: '/v1/videos/',
  imageUploadPath: '/v1/files',
};
