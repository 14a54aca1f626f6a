/** Why a call of `fetch` has no answer. */
export interface ConnectionFailure {
  /** Of the system or of `fetch`, e.g. `ECONNRESET`; the words beside it can hold an address or a header. */
  readonly code: string;
  /** Whether no byte of the request left. Everything else leaves the outcome of a paid call open. */
  readonly wasNeverSent: boolean;
}

/**
 * No address, refused, no connection in time, or what our own connector says of any other failure before the connection
 * was there. A reset can also hit an established connection, so it proves nothing.
 */
const neverSentCodes: readonly string[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'connection_not_opened',
];

/** Deep enough for fetch failed -> AggregateError -> system error, and an end for chains that loop. */
const longestCauseChain = 5;

/** Reads what `fetch`, or the body of its answer, threw. */
export function connectionFailureOf(thrown: unknown): ConnectionFailure {
  let error = thrown;
  for (let depth = 0; depth < longestCauseChain && error instanceof Error; depth += 1) {
    if ('code' in error && typeof error.code === 'string') {
      return { code: error.code, wasNeverSent: neverSentCodes.includes(error.code) };
    }
    if (error.name === 'AbortError' || error.name === 'TimeoutError') {
      return { code: error.name, wasNeverSent: false };
    }
    error = error instanceof AggregateError ? error.errors[0] : error.cause;
  }
  return { code: 'connection_failed', wasNeverSent: false };
}
