import { RequestError } from '@pixsim7/core';
import { jsonPointer } from '../problems/json-pointer.ts';
import { parsePartHeaders } from './multipart-headers.ts';

/** The one file of a multipart body. Its bytes must be read, or the body stays where it is. */
export interface MultipartFile {
  readonly fileName: string | null;
  readonly bytes: AsyncIterable<Uint8Array>;
}

const maxHeaderBytes = 16 * 1024;
/** Bytes before the first and behind the last boundary mean nothing, and usually there are none. */
const maxPaddingBytes = 64 * 1024;
const lineEnd = Buffer.from('\r\n');

/**
 * Reads a multipart body that consists of exactly one part, the file under the name `field`, as a stream: nothing is
 * held but one chunk and a boundary. That nothing follows the file is known at its end only, so reading `bytes` can
 * still throw then.
 *
 * @throws RequestError malformed_request when it is no multipart body, invalid_params when it has another part
 */
export async function readMultipartFile(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
  field: string,
): Promise<MultipartFile> {
  const source = new ChunkReader(body);
  try {
    const delimiter = Buffer.from(`\r\n--${boundary}`);
    // The first boundary needs no line end before it; with one put in front it looks like every other.
    source.unread(lineEnd);
    await source.readUntil(delimiter, maxPaddingBytes);
    if (await isLastBoundary(source)) {
      throw missingFile(field);
    }
    const headers = parsePartHeaders(
      (await source.readUntil(Buffer.from('\r\n\r\n'), maxHeaderBytes)).toString('utf8').trim(),
    );
    if (headers.field !== field) {
      throw otherField(headers.field, field);
    }
    return { fileName: headers.fileName, bytes: readPart(source, delimiter, field) };
  } catch (error) {
    await source.cancel();
    throw error;
  }
}

async function* readPart(source: ChunkReader, delimiter: Buffer, field: string): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const { bytes, found } = await source.readPiece(delimiter);
      if (bytes.length > 0) {
        yield bytes;
      }
      if (found) {
        break;
      }
    }
    if (!(await isLastBoundary(source))) {
      const next = parsePartHeaders(
        (await source.readUntil(Buffer.from('\r\n\r\n'), maxHeaderBytes)).toString('utf8').trim(),
      );
      throw otherField(next.field, field);
    }
    await source.skipRest(maxPaddingBytes);
  } finally {
    await source.cancel();
  }
}

/** Behind a boundary stands `--` when it is the last, otherwise the end of the line. */
async function isLastBoundary(source: ChunkReader): Promise<boolean> {
  const mark = (await source.readExactly(2)).toString('latin1');
  if (mark === '--') {
    return true;
  }
  source.unread(Buffer.from(mark, 'latin1'));
  // The line end stays, so a part without headers ends at once.
  const padding = (await source.readUntil(lineEnd, 256)).toString('latin1');
  if (padding.trim() !== '') {
    throw malformed('has text behind a boundary');
  }
  source.unread(lineEnd);
  return false;
}

function malformed(what: string): RequestError {
  return new RequestError('malformed_request', `The multipart body ${what}.`);
}

function missingFile(field: string): RequestError {
  const detail = `The file is sent as the field ${field}.`;
  return new RequestError('invalid_params', detail, {
    errors: [{ pointer: `/${field}`, code: 'required', detail }],
  });
}

function otherField(found: string, field: string): RequestError {
  const name = found.slice(0, 60);
  const isRepeated = found === field;
  const detail = isRepeated ? 'One file at a time.' : `Unknown field ${name}.`;
  return new RequestError('invalid_params', detail, {
    errors: [
      {
        pointer: jsonPointer([name]),
        code: isRepeated ? 'wrong_count' : 'not_supported',
        detail,
        allowed: [field],
      },
    ],
  });
}

/** Pulls bytes from a body as far as they are needed, and can put some back. */
class ChunkReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #ahead: Buffer = Buffer.alloc(0);

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#chunks = body[Symbol.asyncIterator]();
  }

  unread(bytes: Buffer): void {
    this.#ahead = Buffer.concat([bytes, this.#ahead]);
  }

  /** The bytes before the mark; the mark itself is taken too. */
  async readUntil(mark: Buffer, maxBytes: number): Promise<Buffer> {
    let index = this.#ahead.indexOf(mark);
    while (index < 0) {
      if (this.#ahead.length > maxBytes) {
        throw malformed('has no boundary or line end where one must be');
      }
      await this.#pull();
      index = this.#ahead.indexOf(mark);
    }
    return this.#take(index, mark.length);
  }

  async readExactly(length: number): Promise<Buffer> {
    while (this.#ahead.length < length) {
      await this.#pull();
    }
    return this.#take(length, 0);
  }

  /** As many bytes before the mark as are here already. What could be the beginning of the mark is kept back. */
  async readPiece(mark: Buffer): Promise<{ bytes: Buffer; found: boolean }> {
    for (;;) {
      const index = this.#ahead.indexOf(mark);
      if (index >= 0) {
        return { bytes: this.#take(index, mark.length), found: true };
      }
      const certain = this.#ahead.length - mark.length + 1;
      if (certain > 0) {
        return { bytes: this.#take(certain, 0), found: false };
      }
      await this.#pull();
    }
  }

  async skipRest(maxBytes: number): Promise<void> {
    let skipped = this.#ahead.length;
    while (skipped <= maxBytes) {
      const next = await this.#chunks.next();
      if (next.done === true) {
        return;
      }
      skipped += next.value.byteLength;
    }
    throw malformed('goes on behind its last boundary');
  }

  async cancel(): Promise<void> {
    await this.#chunks.return?.();
  }

  #take(length: number, skipped: number): Buffer {
    const bytes = this.#ahead.subarray(0, length);
    this.#ahead = this.#ahead.subarray(length + skipped);
    return bytes;
  }

  async #pull(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done === true) {
      throw malformed('ends before its last boundary');
    }
    const { value } = next;
    this.#ahead = this.#ahead.length === 0 ? Buffer.from(value) : Buffer.concat([this.#ahead, value]);
  }
}
