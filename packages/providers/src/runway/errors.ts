import { errorFrom, outcomeUnknown, translationsFor } from '../contract/error-translation.ts';
import type { CallKind, ErrorTranslation, FailureFacts } from '../contract/error-translation.ts';
import type { ProviderCallError } from '../contract/errors.ts';
import { refusalSchema } from './reply.ts';
import type { RunwayConnectionError, RunwayRefusal, RunwayReply } from './reply.ts';

interface Translation extends ErrorTranslation {
  readonly retryAfterSeconds?: number;
}

/** The pause after a limit that counts the last 24 hours, when the answer does not say. */
const dailyLimitWaitS = 3_600;

const { invalidValue, tooManyCalls, notAllowed, inputNotFound, unavailable, ...shared } =
  translationsFor('Runway');
const invalidFile: Translation = {
  ...shared.invalidFile,
  message: 'Runway cannot use one of the files: its format, its size or its length.',
};
const mistakeOfOurs: Translation = {
  ...invalidValue,
  code: 'internal',
  message: 'The request went to Runway in a form that it does not have.',
};
const noCredits: Translation = {
  ...shared.noCredits,
  message: 'The Runway organization does not have enough credits.',
};
const badKey: Translation = {
  ...shared.badKey,
  message: 'Runway does not accept the API secret of this account.',
};
const taskNotFound: Translation = { ...shared.jobNotFound, message: 'Runway does not know this task.' };
const dailyLimit: Translation = {
  ...tooManyCalls,
  retry: 'other_account',
  message: 'The Runway account has made as many videos with this model as it may in a day.',
  retryAfterSeconds: dailyLimitWaitS,
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
    return outcomeUnknown('Runway', true, providerFacts(`HTTP ${reply.status}`, refusal));
  }
  const translation = translationOf(reply, refusal, kind);
  const retryAfterSeconds = reply.retryAfterSeconds ?? translation.retryAfterSeconds;
  return errorFrom(translation, {
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
    return shared.unusableAnswer;
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
      return kind === 'upload' ? invalidFile : invalidValue;
    case 429:
      return refusal !== null && /\bdaily\b/i.test(refusal.error) ? dailyLimit : tooManyCalls;
    default:
      return invalidValue;
  }
}

function badRequestOf(refusal: RunwayRefusal | null): Translation {
  if (refusal === null) {
    return invalidValue;
  }
  // There is no status and no code for it, only these words.
  if (refusal.issues === undefined && /enough credits/i.test(refusal.error)) {
    return noCredits;
  }
  const blamesFile = refusal.issues?.some(({ path }) => mediaMembers.includes(String(path[0]))) ?? false;
  return blamesFile ? invalidFile : invalidValue;
}

/** The meaning of a call without an answer. */
export function translateConnectionError(error: RunwayConnectionError, kind: CallKind): ProviderCallError {
  const facts = { providerCode: error.code, cause: error };
  return kind === 'submit' && error.mayHaveArrived
    ? outcomeUnknown('Runway', false, facts)
    : errorFrom(shared.unreachable, { ...facts, charged: 'no' });
}

/** A success whose body is not what the reference says. */
export function translateGarbage({ status }: RunwayReply, kind: CallKind): ProviderCallError {
  return kind === 'submit'
    ? outcomeUnknown('Runway', true, { providerCode: `HTTP ${status} without a task` })
    : errorFrom(shared.unusableAnswer, { charged: 'no', providerCode: `HTTP ${status}` });
}

/** The storage behind the second step of an upload: it speaks no JSON, and a 4xx is about the file or the form. */
export function translateStorageReply({ status }: RunwayReply): ProviderCallError {
  const translation = status >= 400 && status < 500 ? invalidFile : unavailable;
  return errorFrom(translation, { charged: 'no', providerCode: `storage HTTP ${status}` });
}

function providerFacts(
  providerCode: string,
  refusal: RunwayRefusal | null,
): Pick<FailureFacts, 'providerCode' | 'providerMessage'> {
  if (refusal === null) {
    return { providerCode };
  }
  const issues = (refusal.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
  return { providerCode, providerMessage: [refusal.error, ...issues].join(' | ') };
}

/** The account has no API secret at all: the same as a wrong one, found before anything is sent. */
export function missingApiKey(): ProviderCallError {
  return errorFrom({ ...badKey, message: 'The account has no usable Runway API secret.' }, { charged: 'no' });
}
