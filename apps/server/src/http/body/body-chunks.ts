import { RequestError } from '@pixsim7/core';
import type { System } from '@pixsim7/core';

/** Bounds on the time a body takes to arrive, in milliseconds. */
export interface BodyPace {
  /** Between two chunks. Silence ends the body after one to two times this long. */
  readonly silenceMs: number;
  /** For the whole body. */
  readonly arrivalMs: number;
}

/**
 * The chunks of a small request body; an upload is read by `steadyBody`. Only the time that we wait for the client counts as silence. Leaving the loop early
 * cancels the body.
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
      if (isAwaited && isSilent) {
        expire(`No byte of the body arrived for ${silenceMs / 1_000} s.`);
      }
      isSilent = true;
    }),
    system.every(arrivalMs, () => expire(`The body did not arrive within ${arrivalMs / 1_000} s.`)),
  ];
  try {
    for (;;) {
      isAwaited = true;
      isSilent = false;
      const { done, value } = await readNext(reader);
      isAwaited = false;
      if (expired !== null) {
        throw new RequestError('request_timeout', expired, { retryable: true });
      }
      if (done) {
        return;
      }
      yield value;
    }
  } finally {
    for (const stop of stopTimers) {
      stop();
    }
    await cancel(reader);
  }
}

/** @throws RequestError malformed_request when the connection broke */
export async function readNext(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']> {
  try {
    return await reader.read();
  } catch (cause) {
    throw new RequestError('malformed_request', 'The connection broke before the end of the body.', {
      cause,
    });
  }
}

async function cancel(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    await reader.cancel();
  } catch (error) {
    // A broken stream rejects its cancellation too; the read has reported that error already.
    if (!(error instanceof Error)) {
      throw error;
    }
  }
}
