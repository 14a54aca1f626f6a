import type { Context } from 'hono';
import type { BlobStore } from '@pixsim7/core';
import type { HttpEnvironment } from '../http-parts.ts';
import { problemReply } from '../problems/problem-reply.ts';
import { parseRange } from './byte-range.ts';
import { allowsRange, matchesNone } from './entity-tag.ts';
import { contentDisposition } from './file-name.ts';

export interface ServedFile {
  readonly hash: string;
  readonly bytes: number;
  readonly mimeType: string;
  readonly fileName: string;
}

/** Enough for the page that a browser makes around a video, and nothing that could run. */
const contentPolicy =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

/** Serves a file of the store, or the part of it that was asked for. Under an address the bytes never change. */
export async function serveBlob(
  context: Context<HttpEnvironment>,
  blobs: Pick<BlobStore, 'read'>,
  file: ServedFile,
  disposition: 'inline' | 'attachment',
): Promise<Response> {
  const tag = `"${file.hash}"`;
  const headers = new Headers({
    etag: tag,
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=31536000, immutable',
    'content-security-policy': contentPolicy,
  });
  if (!matchesNone(context.req.header('if-none-match'), tag)) {
    return new Response(null, { status: 304, headers });
  }

  const asked = allowsRange(context.req.header('if-range'), tag) ? context.req.header('range') : undefined;
  const range = parseRange(asked, file.bytes);
  if (range === 'unsatisfiable') {
    return problemReply(
      context,
      { code: 'range_not_satisfiable', detail: `The file has ${file.bytes} bytes.` },
      { 'content-range': `bytes */${file.bytes}` },
    );
  }
  headers.set('content-type', file.mimeType);
  headers.set('content-disposition', contentDisposition(disposition, file.fileName));
  headers.set('content-length', String(range === 'whole' ? file.bytes : range.end - range.start + 1));
  if (range !== 'whole') {
    headers.set('content-range', `bytes ${range.start}-${range.end}/${file.bytes}`);
  }
  const isHead = context.req.method === 'HEAD';
  const body = isHead ? null : await blobs.read(file.hash, range === 'whole' ? undefined : range);
  return new Response(body, { status: range === 'whole' ? 200 : 206, headers });
}
