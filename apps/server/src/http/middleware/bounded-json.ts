import { RequestError } from '@pixsim7/core';
import { createMiddleware } from 'hono/factory';
import type { HttpEnvironment } from '../http-parts.ts';

/**
 * Reads a JSON body before anything parses it, and refuses it as soon as it is too long: by its announced length, and
 * again while it arrives, because a chunked body announces none. Other bodies are left as the streams that they are.
 */
export function boundedJson(maxBytes: number) {
  return createMiddleware<HttpEnvironment>(async (context, next) => {
    const request = context.req.raw;
    if (request.body === null || !isJson(context.req.header('content-type'))) return next();
    if (Number(context.req.header('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const body = await readAtMost(request.body, maxBytes);
    context.req.raw = new Request(request.url, {
      method: request.method,
      headers: request.headers,
      body,
      signal: request.signal,
    });
    return next();
  });
}

function isJson(contentType = ''): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/iu.test(contentType.trim());
}

/** The whole body. @throws RequestError payload_too_large as soon as it is longer */
export async function readAtMost(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the stream.
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Uint8Array.from(Buffer.concat(chunks, bytes));
}

export function tooLarge(maxBytes: number): RequestError {
  return new RequestError('payload_too_large', `The body has more than ${maxBytes} bytes.`);
}
