import { LONGEST_CAUSE_CHAIN, systemErrorCode } from './connection-failure.ts';

/** Removes the API key from texts and causes that end up in errors. */
export interface Redactor {
  text(text: string): string;
  cause(cause: unknown): unknown;
}

const REPLACEMENT = '[API key removed]';

export function createRedactor(apiKey: string): Redactor {
  const text = (raw: string): string => raw.replaceAll(apiKey, REPLACEMENT);
  return { text, cause: (cause) => copyCause(cause, text, LONGEST_CAUSE_CHAIN) };
}

/**
 * Copies the parts of an error that explain a failure. A copy, because errors of a custom `fetch` carry whatever their
 * author put there, commonly the request with its headers.
 */
function copyCause(cause: unknown, redact: (text: string) => string, remaining: number): unknown {
  if (!(cause instanceof Error)) {
    return typeof cause === 'string' ? redact(cause) : undefined;
  }
  const next: unknown = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
  const hasNext = remaining > 1 && next !== undefined;
  const copy = new Error(
    redact(cause.message),
    hasNext ? { cause: copyCause(next, redact, remaining - 1) } : undefined,
  );
  copy.name = redact(cause.name);
  if (cause.stack !== undefined) {
    copy.stack = redact(cause.stack);
  }
  const code = systemErrorCode(cause);
  return code === undefined ? copy : Object.assign(copy, { code: redact(code) });
}
