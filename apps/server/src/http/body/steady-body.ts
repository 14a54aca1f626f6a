import { RequestError } from '@pixsim7/core';
import type { TransferPace } from '@pixsim7/core';
import { steadily, TransferStalledError } from '@pixsim7/infra';
import { readNext } from './body-chunks.ts';

/**
 * The body of an upload, as long as its sender keeps the pace. A sender that does not would hold a connection and half a
 * file for as long as it likes.
 *
 * @throws RequestError request_timeout when it is too slow, malformed_request when it breaks off
 */
export async function* steadyBody(
  body: ReadableStream<Uint8Array>,
  pace: TransferPace,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  const chunks: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const { done, value } = await readNext(reader);
        return done ? { done, value: undefined } : { done, value };
      },
      return: async () => {
        await reader.cancel();
        return { done: true, value: undefined };
      },
    }),
  };
  try {
    yield* steadily(chunks, pace, (error) => void reader.cancel(error));
  } catch (error) {
    if (!(error instanceof TransferStalledError)) {
      throw error;
    }
    throw new RequestError('request_timeout', `The file did not arrive: ${error.message}.`, {
      retryable: true,
      cause: error,
    });
  }
}
