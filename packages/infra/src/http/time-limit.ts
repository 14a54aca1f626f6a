/** A signal that aborts after a time or with another signal, whichever comes first. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Takes timer and listener back. */
  end(): void;
}

/**
 * `AbortSignal.any` is not used: on Node 20 each call leaves an entry at the long-lived signal, and a worker's signal
 * lives as long as its process.
 */
export function startTimeLimit(timeoutMs: number, outer?: AbortSignal): TimeLimit {
  const controller = new AbortController();
  const abortWithOuter = (): void => controller.abort(outer?.reason);
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`no end after ${timeoutMs} ms`, 'TimeoutError'));
  }, timeoutMs);
  if (outer?.aborted === true) {
    abortWithOuter();
  }
  outer?.addEventListener('abort', abortWithOuter, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', abortWithOuter);
    },
  };
}
