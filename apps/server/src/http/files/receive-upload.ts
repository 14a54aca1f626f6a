import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { maxUploadBytes, RequestError } from '@pixsim7/core';
import type { TransferPace } from '@pixsim7/core';
import { announcedLength, tooLarge } from '../body/receive-body.ts';
import { steadyBody } from '../body/steady-body.ts';
import type { HttpEnvironment } from '../http-parts.ts';
import { readMultipartFile } from './multipart-file.ts';
import type { MultipartFile } from './multipart-file.ts';
import { multipartBoundary } from './multipart-headers.ts';

/** Name of the form field that carries the file. */
const fileField = 'file';
/** Boundaries and headers around the file, with room to spare. */
const envelopeBytes = 64 * 1024;

/** The two ways to bring a file are told apart by the Content-Type; the framework would let any form through. */
export const requireUploadOrJson = createMiddleware<HttpEnvironment>(async (context, next) => {
  const contentType = context.req.header('content-type') ?? '';
  if (!/^(?:multipart\/form-data|application\/json)\s*(?:;|$)/iu.test(contentType.trim())) {
    throw new RequestError('unsupported_media_type', 'Send multipart/form-data or application/json.');
  }
  await next();
});

/** The file of a multipart request; null when the request is none. @throws RequestError */
export async function receiveUpload(
  context: Context<HttpEnvironment>,
  pace: TransferPace,
): Promise<MultipartFile | null> {
  const contentType = context.req.header('content-type') ?? '';
  if (!/^multipart\//iu.test(contentType.trim())) {
    return null;
  }
  const boundary = multipartBoundary(contentType);
  if (boundary === null) {
    throw new RequestError('malformed_request', 'The Content-Type names no valid multipart boundary.');
  }
  if ((announcedLength(context.req.raw) ?? 0) > maxUploadBytes + envelopeBytes) {
    throw tooLarge(maxUploadBytes);
  }
  const { body } = context.req.raw;
  if (body === null) {
    throw new RequestError('malformed_request', 'The request has no body.');
  }
  return readMultipartFile(steadyBody(body, pace), boundary, fileField);
}
