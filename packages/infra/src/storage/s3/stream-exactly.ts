import { BlobStoreError } from '../blob-store-error.ts';

/**
 * The first bytes of an answer, as many as were asked for: a connection that ends early is an error and never a
 * shorter file, and what a server sends beyond the end of a range is left unread. Reads only as fast as it is read.
 */
export function streamExactly(source: ReadableStream<Uint8Array>, bytes: number): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  let missing = bytes;

  async function next(): Promise<Uint8Array | null> {
    try {
      return (await reader.read()).value ?? null;
    } catch (cause) {
      throw brokenOff({ cause });
    }
  }

  function brokenOff(options?: ErrorOptions): BlobStoreError {
    const message = `The object store broke off after ${bytes - missing} of ${bytes} bytes.`;
    return new BlobStoreError('storage_unavailable', message, options);
  }

  // A source read to its end gives its connection back for the next call; cancelling one closes it.
  async function finish(): Promise<void> {
    if ((await next()) !== null) {
      await reader.cancel();
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      async start(controller) {
        if (missing === 0) {
          controller.close();
          await finish();
        }
      },
      async pull(controller) {
        const chunk = await next();
        if (chunk === null) {
          throw brokenOff();
        }
        const piece = chunk.subarray(0, missing);
        missing -= piece.byteLength;
        controller.enqueue(piece);
        if (missing === 0) {
          controller.close();
          await finish();
        }
      },
      async cancel(reason) {
        await reader.cancel(reason);
      },
    },
    // Nothing is read ahead of the reader.
    { highWaterMark: 0 },
  );
}
