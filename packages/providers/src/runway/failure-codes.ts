import type { Charged, JobErrorCode } from '@pixsim7/contracts';
import {
  ContentFilteredError,
  InvalidRequestError,
  ProviderError,
  ProviderUnavailableError,
} from '../contract/errors.ts';
import type { ProviderCallError, ProviderCallErrorDetails, RetryAdvice } from '../contract/errors.ts';
import type { RunwayTask } from './reply.ts';

interface Failure {
  readonly status: 'failed' | 'filtered';
  readonly error: new (details: ProviderCallErrorDetails) => ProviderCallError;
  readonly code: JobErrorCode;
  readonly retry: RetryAdvice;
  /** The usual cost of such a failure; the `cost` of the task is believed before it. */
  readonly charged: Charged;
  readonly message: string;
}

const inputModerated: Failure = {
  status: 'filtered',
  error: ContentFilteredError,
  code: 'input_moderated',
  retry: 'never',
  charged: 'unknown',
  message: 'The safety check of Runway refused the prompt or one of the files. Change it and try again.',
};
const outputModerated: Failure = {
  ...inputModerated,
  code: 'output_moderated',
  message: 'The safety check of Runway refused the finished video. Another prompt or seed may pass.',
};
const failedInside: Failure = {
  status: 'failed',
  error: ProviderError,
  code: 'provider_failed',
  retry: 'later',
  charged: 'unknown',
  message: 'Runway could not make the video.',
};

/** By the beginning of the code, longest first. Source: Runway's guide to task failures. */
const failures: readonly (readonly [prefix: string, failure: Failure])[] = [
  // The guide says of both that they are charged; of the second, that this is the usual case.
  ['SAFETY.INPUT.', { ...inputModerated, charged: 'yes' }],
  ['SAFETY.OUTPUT.', outputModerated],
  ['INPUT_PREPROCESSING.SAFETY.TEXT', inputModerated],
  ['INPUT_PREPROCESSING.INTERNAL', failedInside],
  [
    'ASSET.INVALID',
    {
      ...failedInside,
      error: InvalidRequestError,
      code: 'input_rejected',
      retry: 'other_provider',
      message: 'Runway cannot use one of the files: its format, its size or its length.',
    },
  ],
  ['INTERNAL.BAD_OUTPUT.', failedInside],
  ['INTERNAL', failedInside],
  [
    'THIRD_PARTY.UNAVAILABLE',
    {
      ...failedInside,
      error: ProviderUnavailableError,
      code: 'provider_unavailable',
      message: 'The maker of this model is not available for the moment.',
    },
  ],
];

/** No code, or one that is not in the guide: nobody has said that the same request would fare better. */
const unknownFailure: Failure = {
  ...failedInside,
  retry: 'never',
  message: 'Runway could not make the video and gave no reason that is documented.',
};

/** The meaning and the cost of a task that ended without a video. */
export function readFailure({ failureCode, failure: words, cost }: RunwayTask): {
  readonly status: Failure['status'];
  readonly error: ProviderCallError;
} {
  const code = failureCode ?? '';
  const failure = failures.find(([prefix]) => code.startsWith(prefix))?.[1] ?? unknownFailure;
  const { error: ErrorClass, status, charged, ...translation } = failure;
  return {
    status,
    error: new ErrorClass({
      ...translation,
      charged: cost === undefined ? charged : cost.credits > 0 ? 'yes' : 'no',
      accountEffect: 'none',
      providerCode: code === '' ? 'FAILED' : code,
      ...(words === null || words === undefined ? {} : { providerMessage: words }),
    }),
  };
}
