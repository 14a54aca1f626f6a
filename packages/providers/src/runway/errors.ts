import type { JobErrorCode } from '@pixsim7/contracts';
import {
  AuthenticationError,
  InvalidRequestError,
  JobNotFoundError,
  ProviderError,
  ProviderUnavailableError,
  QuotaExceededError,
  RateLimitError,
} from '../contract/errors.ts';
import type {
  AccountEffect,
  ProviderCallError,
  ProviderCallErrorDetails,
  RetryAdvice,
} from '../contract/errors.ts';
import { refusalSchema } from './reply.ts';
import type { RunwayConnectionError, RunwayRefusal, RunwayReply } from './reply.ts';

/** `submit` is the one paid call; `upload` and `read` cost nothing. */
export type CallKind = 'submit' | 'upload' | 'read';

interface Translation {
  readonly error: new (details: ProviderCallErrorDetails) => ProviderCallError;
  readonly code: JobErrorCode;
  readonly retry: RetryAdvice;
  readonly accountEffect: AccountEffect;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}

/** How long to wait for a limit that counts the last 24 hours, when the answer does not say. */
const dailyLimitWaitS = 3_600;

const invalidRequest: Translation = {
  error: InvalidRequestError,
  code: 'provider_rejected',
  retry: 'never',
  accountEffect: 'none',
  message: 'Runway does not accept one of the values of the request.',
};
const invalidFile: Translation = {
  ...invalidRequest,
  code: 'input_rejected',
  retry: 'other_provider',
  message: 'Runway cannot use one of the files: its format, its size or its length.',
};
const mistakeOfOurs: Translation = {
  ...invalidRequest,
  code: 'internal',
  message: 'The request went to Runway in a form that it does not have.',
};
const noCredits: Translation = {
  error: QuotaExceededError,
  code: 'insufficient_credits',
  retry: 'other_account',
  accountEffect: 'exhausted',
  message: 'The Runway organization does not have enough credits.',
};
const badKey: Translation = {
  error: AuthenticationError,
  code: 'credentials_invalid',
  retry: 'other_account',
  accountEffect: 'disabled',
  message: 'Runway does not accept the API secret of this account.',
};
const notAllowed: Translation = {
  ...invalidRequest,
  retry: 'other_account',
  message: 'The Runway account is not allowed to do this.',
};
const taskNotFound: Translation = {
  error: JobNotFoundError,
  code: 'provider_job_not_found',
  retry: 'never',
  accountEffect: 'none',
  message: 'Runway does not know this task.',
};
const inputNotFound: Translation = {
  ...taskNotFound,
  code: 'input_unavailable',
  message: 'Runway does not know something that the request uses.',
};
const tooManyCalls: Translation = {
  error: RateLimitError,
  code: 'rate_limited',
  retry: 'later',
  accountEffect: 'cooldown',
  message: 'Runway received too many calls from this account in a short time.',
};
const dailyLimit: Translation = {
  ...tooManyCalls,
  retry: 'other_account',
  message: 'The Runway account has made as many videos with this model as it may in a day.',
  retryAfterSeconds: dailyLimitWaitS,
};
const unavailable: Translation = {
  error: ProviderUnavailableError,
  code: 'provider_unavailable',
  retry: 'later',
  accountEffect: 'none',
  message: 'Runway is not available for the moment.',
};
const unusable: Translation = {
  error: ProviderError,
  code: 'provider_failed',
  retry: 'later',
  accountEffect: 'none',
  message: 'Runway gave an answer that nobody can use.',
};

/** Members of a body that hold a file, by the first part of an issue's path. */
const mediaMembers = [
  'promptImage',
  'promptVideo',
  'videoUri',
  'references',
  'referenceVideos',
  'referenceAudio',
];

/**
 * The meaning of an answer that is no success. A submit that failed on Runway's side has an unknown outcome: there is no list of
 * tasks and no idempotency key, so that nobody can look it up. That holds for a 503 too: it comes from load shedding, most
 * likely before the application, and that is not documented.
 */
export function translateReply(reply: RunwayReply, kind: CallKind): ProviderCallError {
  const refusal = refusalSchema.safeParse(reply.body).data ?? null;
  if (kind === 'submit' && leavesOutcomeOpen(reply.status)) {
    return outcomeUnknown(`HTTP ${reply.status}`, refusal);
  }
  const { error: ErrorClass, ...translation } = translationOf(reply, refusal, kind);
  const retryAfterSeconds = reply.retryAfterSeconds ?? translation.retryAfterSeconds;
  return new ErrorClass({
    ...translation,
    charged: 'no',
    ...providerFacts(`HTTP ${reply.status}`, refusal),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** 2xx without a task, a redirect, and everything after which the task may exist. */
function leavesOutcomeOpen(status: number): boolean {
  return status < 400 || status === 408 || status >= 500;
}

function translationOf({ status }: RunwayReply, refusal: RunwayRefusal | null, kind: CallKind): Translation {
  if (status < 400) {
    return unusable;
  }
  if (status >= 500) {
    return unavailable;
  }
  switch (status) {
    case 400:
      return badRequestOf(refusal);
    case 401:
      return badKey;
    case 403:
      return notAllowed;
    case 404:
      return kind === 'read' ? taskNotFound : inputNotFound;
    case 405:
      return mistakeOfOurs;
    case 408:
      return unavailable;
    case 413:
      return kind === 'upload' ? invalidFile : invalidRequest;
    case 429:
      return refusal !== null && /\bdaily\b/i.test(refusal.error) ? dailyLimit : tooManyCalls;
    default:
      return invalidRequest;
  }
}

function badRequestOf(refusal: RunwayRefusal | null): Translation {
  if (refusal === null) {
    return invalidRequest;
  }
  // There is no status and no code for it, only these words.
  if (refusal.issues === undefined && /enough credits/i.test(refusal.error)) {
    return noCredits;
  }
  const blamesFile = refusal.issues?.some(({ path }) => mediaMembers.includes(String(path[0]))) ?? false;
  return blamesFile ? invalidFile : invalidRequest;
}

/** The meaning of a call without an answer. */
export function translateConnectionError(error: RunwayConnectionError, kind: CallKind): ProviderCallError {
  if (kind === 'submit' && error.mayHaveArrived) {
    return outcomeUnknown(error.code, null, error);
  }
  return new ProviderUnavailableError({
    code: 'provider_unavailable',
    message: 'Runway could not be reached, or did not answer in time.',
    retry: 'later',
    accountEffect: 'none',
    charged: 'no',
    providerCode: error.code,
    cause: error,
  });
}

/** A success whose body is not what the reference says. */
export function translateGarbage(reply: RunwayReply, kind: CallKind): ProviderCallError {
  if (kind === 'submit') {
    return outcomeUnknown(`HTTP ${reply.status} without a task`, null);
  }
  const { error: ErrorClass, ...translation } = unusable;
  return new ErrorClass({ ...translation, charged: 'no', providerCode: `HTTP ${reply.status}` });
}

/** The storage behind the second step of an upload: it speaks no JSON, and a 4xx is about the file or the form. */
export function translateStorageReply(reply: RunwayReply): ProviderCallError {
  const { error: ErrorClass, ...translation } =
    reply.status >= 400 && reply.status < 500 ? invalidFile : unavailable;
  return new ErrorClass({ ...translation, charged: 'no', providerCode: `storage HTTP ${reply.status}` });
}

/** Nobody knows whether Runway took the request. `never`, because a new attempt could pay twice. */
function outcomeUnknown(
  providerCode: string,
  refusal: RunwayRefusal | null,
  cause?: RunwayConnectionError,
): ProviderCallError {
  const ErrorClass = cause === undefined ? ProviderError : ProviderUnavailableError;
  return new ErrorClass({
    code: 'outcome_unknown',
    message: 'Runway gave no usable answer, so it is not known whether it makes the video.',
    retry: 'never',
    accountEffect: 'none',
    charged: 'unknown',
    ...providerFacts(providerCode, refusal),
    ...(cause === undefined ? {} : { cause }),
  });
}

function providerFacts(
  providerCode: string,
  refusal: RunwayRefusal | null,
): Pick<ProviderCallErrorDetails, 'providerCode' | 'providerMessage'> {
  if (refusal === null) {
    return { providerCode };
  }
  const issues = (refusal.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
  return { providerCode, providerMessage: [refusal.error, ...issues].join(' | ') };
}

/** The account has no API secret at all: the same as a wrong one, found before anything is sent. */
export function missingApiKey(): ProviderCallError {
  const { error: ErrorClass, ...translation } = badKey;
  return new ErrorClass({
    ...translation,
    message: 'The account has no usable Runway API secret.',
    charged: 'no',
  });
}
