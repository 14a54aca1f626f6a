import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';

/** Answers GET and HEAD of a file, with one byte range when it is asked for (RFC 9110, section 14). */
export async function fileResponse(request: Request, file: string, contentType: string): Promise<Response> {
  const { size } = await stat(file);
  const range = rangeOf(request.headers.get('range'), size);
  const headers = new Headers({ 'content-type': contentType, 'accept-ranges': 'bytes' });
  if (range === 'unsatisfiable') {
    headers.set('content-range', `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const { first, last } = range ?? { first: 0, last: size - 1 };
  headers.set('content-length', String(last - first + 1));
  if (range !== null) {
    headers.set('content-range', `bytes ${first}-${last}/${size}`);
  }
  const status = range === null ? 200 : 206;
  if (request.method === 'HEAD' || size === 0) {
    return new Response(null, { status, headers });
  }
  const stream = Readable.toWeb(createReadStream(file, { start: first, end: last }));
  return new Response(stream as ReadableStream<Uint8Array>, { status, headers });
}

interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** A header that is not a single byte range is ignored, as the RFC allows. */
function rangeOf(header: string | null, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) {
    return null;
  }
  const [, from = '', to = ''] = match;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(size - 1, Number(to));
  return first >= size || first > last ? 'unsatisfiable' : { first, last };
}
