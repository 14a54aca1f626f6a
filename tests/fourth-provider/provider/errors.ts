import {
  ConcurrencyLimitError,
  errorFrom,
  outcomeUnknown,
  translationsFor,
} from '@pixsim7/providers/contract';
import type { CallKind, ErrorTranslation, ProviderCallError } from '@pixsim7/providers/contract';

const shared = translationsFor('Lantern');

/** The error table of Lantern's reference, by the word in `error`. */
const translations: Readonly<Record<string, ErrorTranslation>> = {
  bad_key: shared.badKey,
  no_credits: { ...shared.noCredits, message: 'The Lantern account does not have enough matches.' },
  not_found: { ...shared.jobNotFound, message: 'Lantern does not know this video.' },
  bad_file: shared.invalidFile,
  invalid: shared.invalidValue,
  unsafe_text: shared.inputModerated,
  too_many_calls: shared.tooManyCalls,
  too_many_videos: {
    error: ConcurrencyLimitError,
    code: 'concurrency_limit',
    retry: 'later',
    accountEffect: 'cooldown',
    message: 'The Lantern account makes as many videos as it may at a time.',
  },
};

/** The meaning of an answer with an error. A 5xx can stand between an accepted video and its answer. */
export function translateRefusal(status: number, word: string | null, kind: CallKind): ProviderCallError {
  const providerCode = word === null ? `HTTP ${status}` : `HTTP ${status} ${word}`;
  if (status >= 500 && kind === 'submit') {
    return outcomeUnknown('Lantern', true, { providerCode });
  }
  if (status >= 500) {
    return errorFrom(shared.unavailable, { charged: 'no', providerCode });
  }
  const isAboutFile = word === 'not_found' && kind !== 'read';
  const translation = isAboutFile ? shared.inputNotFound : translations[word ?? 'invalid'];
  return errorFrom(translation ?? shared.invalidValue, { charged: 'no', providerCode });
}

/** A success whose body is not what the reference says. */
export function translateGarbage(status: number, kind: CallKind): ProviderCallError {
  const providerCode = `HTTP ${status}`;
  return kind === 'submit'
    ? outcomeUnknown('Lantern', true, { providerCode })
    : errorFrom(shared.unusableAnswer, { charged: 'no', providerCode });
}

/** The meaning of a call without an answer. */
export function translateConnectionFailure(
  { code, wasNeverSent }: { readonly code: string; readonly wasNeverSent: boolean },
  kind: CallKind,
): ProviderCallError {
  return kind === 'submit' && !wasNeverSent
    ? outcomeUnknown('Lantern', false, { providerCode: code })
    : errorFrom(shared.unreachable, { charged: 'no', providerCode: code });
}

/** The account has no key at all: the same as a wrong one, found before anything is sent. */
export function missingKey(): ProviderCallError {
  return errorFrom(shared.badKey, { charged: 'no', providerCode: 'no key' });
}
