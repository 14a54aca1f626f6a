import { startForConformance } from '@pixsim7/testkit/conformance';
import type { ExpectedError, ProviderUnderTest } from '@pixsim7/testkit/conformance';
import { startLanternEmulator } from './emulator/emulator.ts';
import { createLanternAdapter } from './provider/index.ts';

const quick = { quality: '360p', duration: 1 } as const;

/** The error table of Lantern once more: the adapter's own must not be what it is measured by. */
const errors = {
  badKey: errorOf('AuthenticationError', 'credentials_invalid', 'other_account', 'disabled'),
  noCredits: errorOf('QuotaExceededError', 'insufficient_credits', 'other_account', 'exhausted'),
  noFile: errorOf('JobNotFoundError', 'input_unavailable', 'never', 'none'),
  noVideo: errorOf('JobNotFoundError', 'provider_job_not_found', 'never', 'none'),
  invalid: errorOf('InvalidRequestError', 'provider_rejected', 'never', 'none'),
  badFile: errorOf('InvalidRequestError', 'input_rejected', 'other_provider', 'none'),
  tooManyCalls: errorOf('RateLimitError', 'rate_limited', 'later', 'cooldown'),
  unsafeText: errorOf('ContentFilteredError', 'input_moderated', 'never', 'none'),
  unsafeVideo: errorOf('ContentFilteredError', 'output_moderated', 'never', 'none'),
  failed: errorOf('ProviderError', 'provider_failed', 'later', 'none'),
  unavailable: errorOf('ProviderUnavailableError', 'provider_unavailable', 'later', 'none'),
  open: errorOf('ProviderError', 'outcome_unknown', 'never', 'none'),
};

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
    { name: '404', action: 'err_code', value: 404, outcome: 'rejected', error: errors.noFile },
    { name: '422', action: 'err_code', value: 422, outcome: 'rejected', error: errors.invalid },
    { name: '429', action: 'err_code', value: 429, outcome: 'rejected', error: errors.tooManyCalls },
    { name: '451', action: 'prompt', prompt: '[refuse]', outcome: 'rejected', error: errors.unsafeText },
    { name: '503', action: 'http_status', value: 503, outcome: 'unknown', error: errors.open },
  ],
  uploadRefusals: [
    { name: '401', action: 'err_code', value: 401, error: errors.badKey },
    { name: '413', action: 'err_code', value: 413, error: errors.badFile },
    { name: '422', action: 'err_code', value: 422, error: errors.invalid },
    { name: '500', action: 'http_status', value: 500, error: errors.unavailable },
    { name: 'garbage', action: 'garbage', error: errors.failed },
  ],
  readFailures: [
    { name: '404', action: 'err_code', value: 404, error: errors.noVideo },
    { name: '429', action: 'err_code', value: 429, error: errors.tooManyCalls },
    { name: '503', action: 'http_status', value: 503, error: errors.unavailable },
    { name: 'garbage', action: 'garbage', error: errors.failed },
    { name: 'half an answer', action: 'truncate', error: errors.unavailable },
    { name: 'a broken connection', action: 'drop_before_accept', error: errors.unavailable },
  ],
  endings: [
    {
      name: 'a moderated video',
      params: { prompt: 'a boat [moderate]' },
      status: 'filtered',
      error: { ...errors.unsafeVideo, charged: 'no' },
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

function errorOf(
  errorClass: ExpectedError['class'],
  code: ExpectedError['code'],
  retry: ExpectedError['retry'],
  accountEffect: ExpectedError['accountEffect'],
): ExpectedError {
  return { class: errorClass, code, retry, accountEffect };
}
