import { RequestError, type System } from '@pixsim7/core';

/** How slowly a body may arrive, in milliseconds. */
export interface BodyPace {
  /** Between two pieces. A body that is silent for longer is refused before twice this time has passed. */
  readonly silenceMs: number;
  /** From the first look to the last byte; left out for bodies that may take any time as long as they go on. */
  readonly arrivalMs?: number;
}

/**
 * The pieces of a request body. Time in which nobody asks for the next piece does not count as silence of the client.
 * Leaving the loop early cancels the body.
 *
 * @throws RequestError request_timeout when the body is too slow, malformed_request when it breaks off
 */
export async function* bodyChunks(
  body: ReadableStream<Uint8Array>,
  { silenceMs, arrivalMs }: BodyPace,
  system: Pick<System, 'every'>,
): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader();
  let isAwaited = false;
  let isSilent = false;
  let expired: string | null = null;
  const expire = (detail: string): void => {
    expired ??= detail;
    void cancel(reader);
  };
  const stopTimers = [
    system.every(silenceMs, () => {
      if (isAwaited && isSilent) expire(`Nothing of the body arrived for ${silenceMs / 1_000} s.`);
      isSilent = true;
    }),
    ...(arrivalMs === undefined
      ? []
      : [system.every(arrivalMs, () => expire(`The body did not arrive within ${arrivalMs / 1_000} s.`))]),
  ];
  try {
    for (;;) {
      isAwaited = true;
      isSilent = false;
      const { done, value } = await readNext(reader);
      isAwaited = false;
      if (expired !== null) throw new RequestError('request_timeout', expired, { retryable: true });
      if (done) return;
      yield value;
    }
  } finally {
    for (const stop of stopTimers) stop();
    await cancel(reader);
  }
}

async function readNext(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']> {
  try {
    return await reader.read();
  } catch (cause) {
    throw new RequestError('malformed_request', 'The body broke off before its end.', { cause });
  }
}

async function cancel(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    await reader.cancel();
  } catch (error) {
    // A stream that broke has told so to its reader; cancelling it only says the same again.
    if (!(error instanceof Error)) throw error;
  }
}
