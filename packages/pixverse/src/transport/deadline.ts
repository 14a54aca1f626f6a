/** The outcome of work that has a deadline. */
export type DeadlineOutcome<Value> =
  | { readonly ended: 'completed'; readonly value: Value }
  | { readonly ended: 'failed'; readonly error: unknown }
  | { readonly ended: 'timeout' }
  | { readonly ended: 'aborted' };

export interface DeadlineOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Runs `work` until it settles, the time is up or the caller aborts, whichever comes first. `work` gets one signal for both
 * ends and is not waited for after it: a `fetch` that ignores signals cannot hold the caller.
 */
export async function withDeadline<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  options: DeadlineOptions,
): Promise<DeadlineOutcome<Value>> {
  if (options.signal?.aborted === true) {
    return { ended: 'aborted' };
  }
  const controller = new AbortController();
  const { promise: ending, resolve: end } = promiseWithResolver<DeadlineOutcome<Value>>();
  const onAbort = (): void => end({ ended: 'aborted' });
  const timer = setTimeout(() => end({ ended: 'timeout' }), options.timeoutMs);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([settle(work, controller.signal), ending]);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    // Frees the connection when the work was left behind; of no effect on work that has settled.
    controller.abort();
  }
}

async function settle<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  signal: AbortSignal,
): Promise<DeadlineOutcome<Value>> {
  try {
    return { ended: 'completed', value: await work(signal) };
  } catch (error) {
    return { ended: 'failed', error };
  }
}

/** `Promise.withResolvers` is missing from Node 20. */
function promiseWithResolver<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: ((value: Value) => void) | undefined;
  const promise = new Promise<Value>((settlePromise) => {
    resolve = settlePromise;
  });
  return { promise, resolve: (value) => resolve?.(value) };
}
