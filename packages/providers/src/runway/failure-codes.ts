import type { Charged } from '@pixsim7/contracts';
import { errorFrom, translationsFor } from '../contract/error-translation.ts';
import type { ErrorTranslation } from '../contract/error-translation.ts';
import type { ProviderCallError } from '../contract/errors.ts';
import type { RunwayTask } from './reply.ts';

interface Failure extends ErrorTranslation {
  readonly status: 'failed' | 'filtered';
  /** The usual cost of such a failure; the `cost` of the task is believed before it. */
  readonly charged: Charged;
}

const shared = translationsFor('Runway');
const inputModerated: Failure = { ...shared.inputModerated, status: 'filtered', charged: 'unknown' };
const outputModerated: Failure = {
  ...shared.outputModerated,
  status: 'filtered',
  charged: 'unknown',
  message: 'The safety check of Runway refused the finished video. Another prompt or seed may pass.',
};
const failedInside: Failure = { ...shared.failed, status: 'failed', charged: 'unknown' };

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
      ...shared.invalidFile,
      message: 'Runway cannot use one of the files: its format, its size or its length.',
    },
  ],
  ['INTERNAL.BAD_OUTPUT.', failedInside],
  ['INTERNAL', failedInside],
  [
    'THIRD_PARTY.UNAVAILABLE',
    {
      ...failedInside,
      ...shared.unavailable,
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
  return {
    status: failure.status,
    error: errorFrom(failure, {
      charged: cost === undefined ? failure.charged : cost.credits > 0 ? 'yes' : 'no',
      providerCode: code === '' ? 'FAILED' : code,
      ...(words === null || words === undefined ? {} : { providerMessage: words }),
    }),
  };
}
