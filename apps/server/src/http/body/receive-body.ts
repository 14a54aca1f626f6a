import { RequestError } from '@pixsim7/core';
import type { System } from '@pixsim7/core';
import { bodyChunks } from './body-chunks.ts';
import type { BodyPace } from './body-chunks.ts';

/** First size of the buffer when the length of a body is not announced. */
const firstBufferBytes = 16 * 1024;

/**
 * Receives a whole body into one buffer. It is filled as chunks arrive, because joining 32 MB at the end takes up to 150 ms.
 *
 * @param announcedBytes its Content-Length; null when it has none
 * @throws RequestError payload_too_large as soon as the body exceeds `maxBytes`, and as `bodyChunks`
 */
export async function receiveBody(
  body: ReadableStream<Uint8Array>,
  announcedBytes: number | null,
  { maxBytes, ...pace }: BodyPace & { readonly maxBytes: number },
  system: Pick<System, 'every'>,
): Promise<Buffer> {
  if (announcedBytes !== null && announcedBytes > maxBytes) {
    throw tooLarge(maxBytes);
  }
  let buffer: Buffer = Buffer.allocUnsafeSlow(Math.min(announcedBytes ?? firstBufferBytes, maxBytes));
  let length = 0;
  for await (const chunk of bodyChunks(body, pace, system)) {
    const end = length + chunk.byteLength;
    if (end > maxBytes) {
      throw tooLarge(maxBytes);
    }
    if (end > buffer.length) {
      buffer = grown(buffer, Math.min(Math.max(end, buffer.length * 2), maxBytes));
    }
    buffer.set(chunk, length);
    length = end;
  }
  return buffer.subarray(0, length);
}

function grown(buffer: Buffer, bytes: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(bytes);
  buffer.copy(larger);
  return larger;
}

/** The Content-Length of a request; null when it has none. */
export function announcedLength(request: Request): number | null {
  const length = request.headers.get('content-length');
  return length === null ? null : Number(length);
}

export function tooLarge(maxBytes: number): RequestError {
  return new RequestError('payload_too_large', `The body has more than ${maxBytes} bytes.`);
}
