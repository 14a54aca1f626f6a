const longestCauseChain = 5;
const replacement = '[key removed]';

/** Takes a secret out of texts and causes that end up in errors. */
export interface Cleaner {
  readonly text: (text: string) => string;
  readonly cause: (cause: unknown) => unknown;
}

/** @param key `id:secret`; the secret alone is removed as well, the id alone tells nobody anything */
export function createCleaner(key: string): Cleaner {
  const secret = key.slice(key.indexOf(':') + 1);
  const text = (raw: string): string => {
    const cleaned = raw.replaceAll(key, replacement);
    return secret.length < 8 ? cleaned : cleaned.replaceAll(secret, replacement);
  };
  return { text, cause: (cause) => copyCause(cause, text, longestCauseChain) };
}

/** A copy of what explains a failure: errors of a custom `fetch` can carry the request with its headers. */
function copyCause(cause: unknown, clean: (text: string) => string, remaining: number): unknown {
  if (!(cause instanceof Error)) {
    return typeof cause === 'string' ? clean(cause) : undefined;
  }
  const next: unknown = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
  const copy = new Error(
    clean(cause.message),
    remaining > 1 && next !== undefined ? { cause: copyCause(next, clean, remaining - 1) } : undefined,
  );
  copy.name = clean(cause.name);
  copy.stack = clean(cause.stack ?? '');
  const code = systemCodeOf(cause);
  return code === null ? copy : Object.assign(copy, { code: clean(code) });
}

function systemCodeOf(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}
