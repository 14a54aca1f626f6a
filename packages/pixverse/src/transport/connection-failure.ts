/** Deep enough for fetch failed -> AggregateError -> system error, and an end for chains that loop. */
export const LONGEST_CAUSE_CHAIN = 5;

/** The code of the operating system or the HTTP client (`ECONNRESET`, `UND_ERR_SOCKET`), if the error has one. */
export function systemErrorCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Codes that only arise before a byte of the request has left: no address, refused, or no connection in time. A reset or
 * an unreachable host can also hit an established connection, so those prove nothing.
 */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  // For a `fetch` whose connector knows more than the system says.
  'connection_not_opened',
]);

/** Whether a failure of `fetch` proves that the request never reached a server. */
export function wasNeverSent(cause: unknown): boolean {
  let error: unknown = cause;
  for (let remaining = LONGEST_CAUSE_CHAIN; remaining > 0 && error instanceof Error; remaining -= 1) {
    const code = systemErrorCode(error);
    if (code !== undefined) {
      return NEVER_SENT.has(code);
    }
    error = error.cause;
  }
  return false;
}
