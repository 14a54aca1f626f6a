import { isRecord, textOf } from './json.ts';

/** The failure in an answer, whichever of fal's two forms it has. */
export interface FalFailure {
  readonly httpStatus: number;
  /** Most telling first: of the model, then of the queue. Empty when fal gave none. */
  readonly types: readonly string[];
  /** fal's own words, for operators; the key is removed from them. */
  readonly text: string;
  /** The list form, which only the model itself answers with: it is final, reading again gives the same. */
  readonly isOfModel: boolean;
  /** The advice of fal about a repeat; null when there is none. */
  readonly isRetryable: boolean | null;
  readonly retryAfterSeconds: number | null;
}

const longestText = 500;

/**
 * Reads `{ "detail": [{ "loc", "msg", "type" }] }` of models and `{ "detail": "text", "error_type" }` of the queue. Not every
 * endpoint follows the typed form, so `detail` may be a plain text anywhere and the body may be no JSON at all.
 */
export function readFailure(
  httpStatus: number,
  headers: Headers,
  body: unknown,
  clean: (text: string) => string,
): FalFailure {
  const fields = isRecord(body) ? body : {};
  const detail = fields['detail'];
  const items = Array.isArray(detail) ? detail.filter(isRecord) : [];
  const types = [
    ...items.map((item) => textOf(item, 'type')),
    textOf(fields, 'error_type'),
    headers.get('x-fal-error-type'),
    // A time limit that the caller set himself is told apart from one of fal's only by this header.
    headers.get('x-fal-request-timeout-type') === 'user' ? userTimeoutType : null,
  ].filter((type) => type !== null && type !== '');
  const text =
    items.length > 0
      ? items.map((item) => `${textOf(item, 'msg') ?? ''}${boundsOf(item['ctx'])}`).join('; ')
      : (textOf(fields, 'detail') ?? textOf(fields, 'error') ?? (typeof body === 'string' ? body : ''));
  return {
    httpStatus,
    types: [...new Set(types)].map((type) => clean(type ?? '').slice(0, longestText)),
    text: clean(text).slice(0, longestText),
    isOfModel: items.length > 0,
    isRetryable: readFlag(headers.get('x-fal-retryable') ?? headers.get('x-fal-needs-retry')),
    retryAfterSeconds: readSeconds(headers.get('retry-after')),
  };
}

/** Our own name for a `request_timeout` whose header says `user`. */
export const userTimeoutType = 'request_timeout:user';

/** The limits that a model names beside its words, e.g. ` (max_width 1024)`. */
function boundsOf(context: unknown): string {
  const bounds = isRecord(context)
    ? Object.entries(context).filter(([name, value]) => /^\w{1,40}$/u.test(name) && typeof value === 'number')
    : [];
  return bounds.length === 0
    ? ''
    : ` (${bounds.map(([name, value]) => `${name} ${String(value)}`).join(', ')})`;
}

function readFlag(value: string | null): boolean | null {
  switch (value?.toLowerCase() ?? '') {
    case 'true':
    case '1':
      return true;
    case 'false':
    case '0':
      return false;
    default:
      return null;
  }
}

/** The form with a date is left out: fal is not known to use it, and reading it needs a clock. */
function readSeconds(value: string | null): number | null {
  return value !== null && /^\d{1,6}$/u.test(value) ? Number(value) : null;
}
