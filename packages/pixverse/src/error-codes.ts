/** The kinds of refusal. Decide by class; the provider's texts differ between pages, languages and resellers. */
export const ERROR_CLASSES = [
  'invalid_params',
  'auth',
  'permission',
  'not_found',
  'invalid_media',
  'quota',
  'concurrency',
  'rate_limit',
  'content_filter',
  'overload',
  'server',
  'unknown',
] as const;
/** The meaning of an error code for the caller. */
export type PixVerseErrorClass = (typeof ERROR_CLASSES)[number];

/**
 * Whether the same call can succeed another time: `never`, `later` without any change, or `after_change` of the input.
 * The client itself repeats only free calls, and only on
 * `later`.
 */
export type RetryAdvice = 'never' | 'later' | 'after_change';

/** An error code of PixVerse with its meaning. Source: error code table of the API reference, 2026. */
export interface ErrorCodeEntry {
  readonly code: number;
  readonly class: PixVerseErrorClass;
  readonly retry: RetryAdvice;
  readonly meaning: string;
}

function entry(
  code: number,
  errorClass: PixVerseErrorClass,
  retry: RetryAdvice,
  meaning: string,
): ErrorCodeEntry {
  return { code, class: errorClass, retry, meaning };
}

/**
 * Error codes of the PixVerse API reference ("Error codes", "Common errors and solutions"), completed by codes that
 * public clients report: 10001..10005, 400001, 500043, 500047 and 701020 are not in the official table.
 */
export const ERROR_CODES: readonly ErrorCodeEntry[] = [
  entry(10001, 'auth', 'never', 'authentication failed'),
  entry(10002, 'auth', 'never', 'token expired'),
  entry(10003, 'auth', 'never', 'not logged in'),
  entry(10004, 'auth', 'never', 'API key is empty'),
  entry(10005, 'auth', 'never', 'logged in elsewhere'),
  entry(99999, 'server', 'later', 'unknown error'),
  entry(400001, 'not_found', 'never', 'task not found'),
  entry(400011, 'invalid_params', 'after_change', 'a parameter is empty'),
  entry(400012, 'auth', 'never', 'account not valid'),
  entry(400013, 'invalid_params', 'after_change', 'a parameter has the wrong type or value'),
  entry(400017, 'invalid_params', 'after_change', 'a parameter is not valid'),
  entry(400018, 'invalid_params', 'after_change', 'prompt too long'),
  entry(400019, 'invalid_params', 'after_change', 'negative prompt too long'),
  entry(400032, 'not_found', 'after_change', 'image id not valid'),
  entry(500008, 'not_found', 'never', 'requested data not found'),
  entry(500020, 'permission', 'never', 'no permission for this operation'),
  entry(500030, 'invalid_media', 'after_change', 'image larger than 20 MB or 4000 x 4000 pixels'),
  entry(500031, 'invalid_media', 'after_change', 'image information unreadable'),
  entry(500032, 'invalid_media', 'after_change', 'image format not valid'),
  entry(500033, 'invalid_media', 'after_change', 'image width or height not valid'),
  entry(500041, 'server', 'later', 'image upload failed'),
  entry(500042, 'invalid_media', 'after_change', 'image path not valid'),
  entry(500043, 'quota', 'never', 'all credits used up'),
  entry(500044, 'concurrency', 'later', 'concurrent-generation limit reached'),
  entry(500047, 'invalid_media', 'after_change', 'supplied media not valid'),
  entry(500052, 'content_filter', 'after_change', 'image failed moderation at upload'),
  entry(500054, 'content_filter', 'after_change', 'moderation failed, the image may be inappropriate'),
  entry(500060, 'quota', 'never', 'monthly effect activations used up'),
  entry(500063, 'content_filter', 'after_change', 'video, image or text refused before generation'),
  entry(500064, 'not_found', 'never', 'content has been deleted'),
  entry(500069, 'overload', 'later', 'system under high load'),
  entry(500070, 'permission', 'never', 'template not activated'),
  entry(500071, 'invalid_params', 'after_change', 'the effect does not offer 720p or 1080p'),
  entry(500090, 'quota', 'never', 'credit balance too low'),
  entry(500100, 'server', 'later', 'database error'),
  entry(701002, 'invalid_media', 'after_change', 'image has no clear subject'),
  entry(701003, 'invalid_media', 'after_change', 'reference video has no main person'),
  entry(701020, 'invalid_params', 'after_change', 'the music was not verified before'),
];

/** "Unknown error" and "database error": the server failed at a point it does not tell, perhaps after creating. */
const FAILED_AT_UNKNOWN_POINT: ReadonlySet<number> = new Set([99999, 500100]);

const entryByCode: ReadonlyMap<number, ErrorCodeEntry> = new Map(
  ERROR_CODES.map((known) => [known.code, known]),
);

/** The table's entry for a code, or a classification by its family for a code that is not in the table. */
export function describeErrorCode(code: number): ErrorCodeEntry {
  const known = entryByCode.get(code);
  if (known !== undefined) {
    return known;
  }
  const meaning = 'not in the published table';
  switch (Math.floor(code / 100_000)) {
    case 4:
      return entry(code, 'invalid_params', 'after_change', meaning);
    case 5:
      return entry(code, 'server', 'later', meaning);
    default:
      return entry(code, 'unknown', 'never', meaning);
  }
}

/**
 * Whether a request that was answered with this code may have created something anyway. A code of the table is a
 * refusal, apart from the two that admit an unknown failure. A code outside the table promises nothing, unless it belongs
 * to the 4xxxxx family (bad request).
 */
export function codeLeavesOutcomeOpen(code: number): boolean {
  if (entryByCode.has(code)) {
    return FAILED_AT_UNKNOWN_POINT.has(code);
  }
  return describeErrorCode(code).class !== 'invalid_params';
}

/** Class and advice for an answer without a usable error code, by its HTTP status alone (gateways answer so). */
export function describeHttpStatus(status: number): Pick<ErrorCodeEntry, 'class' | 'retry'> {
  switch (status) {
    case 401:
      return { class: 'auth', retry: 'never' };
    case 402:
      return { class: 'quota', retry: 'never' };
    case 403:
      return { class: 'permission', retry: 'never' };
    case 404:
    case 410:
      return { class: 'not_found', retry: 'never' };
    case 400:
    case 422:
      return { class: 'invalid_params', retry: 'after_change' };
    case 413:
    case 415:
      return { class: 'invalid_media', retry: 'after_change' };
    case 429:
      return { class: 'rate_limit', retry: 'later' };
    case 408:
    case 503:
      return { class: 'overload', retry: 'later' };
    default:
      return status >= 500 ? { class: 'server', retry: 'later' } : { class: 'unknown', retry: 'never' };
  }
}
