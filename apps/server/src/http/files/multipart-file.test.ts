import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestError } from '@pixsim7/core';
import { readMultipartFile } from './multipart-file.ts';
import { multipartBoundary, parsePartHeaders } from './multipart-headers.ts';

const boundary = '----boundary42';

interface Stream {
  readonly body: ReadableStream<Uint8Array>;
  cancelled(): boolean;
  pulls(): number;
}

/** The bytes in pieces of a size. */
function stream(bytes: Uint8Array, pieceSize = bytes.length): Stream {
  let offset = 0;
  let cancelled = false;
  let pulls = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulls += 1;
        if (offset >= bytes.length) {
          controller.close();
        } else {
          controller.enqueue(bytes.slice(offset, offset + pieceSize));
        }
        offset += pieceSize;
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, cancelled: () => cancelled, pulls: () => pulls };
}

function form(
  content: Uint8Array,
  headers = 'Content-Disposition: form-data; name="file"; filename="a.png"',
) {
  return Buffer.concat([
    Buffer.from(`--${boundary}\r\n${headers}\r\n\r\n`),
    content,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function read(body: Uint8Array, pieceSize?: number): Promise<{ name: string | null; bytes: Buffer }> {
  const file = await readMultipartFile(stream(body, pieceSize).body, boundary, 'file');
  return { name: file.fileName, bytes: await collect(file.bytes) };
}

async function refusal(body: string | Uint8Array): Promise<RequestError> {
  const error: unknown = await read(Buffer.from(body)).catch((caught: unknown) => caught);
  if (!(error instanceof RequestError)) {
    throw new Error('It was not refused.', { cause: error });
  }
  return error;
}

describe('readMultipartFile', () => {
  it('gives back any bytes, however they are cut into pieces', async () => {
    // Made of what boundaries are made of, so near misses are common.
    const nearMiss = fc.constantFrom(
      '\r',
      '\n',
      '-',
      '--',
      '\r\n',
      `\r\n--${boundary.slice(0, 8)}`,
      'x',
      '\0',
    );
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(nearMiss, { maxLength: 40 }).map((parts) => new Uint8Array(Buffer.from(parts.join('')))),
    );
    await fc.assert(
      fc.asyncProperty(content, fc.integer({ min: 1, max: 50 }), async (bytes, pieceSize) => {
        const read_ = await read(form(bytes), pieceSize);
        expect(read_.name).toBe('a.png');
        expect(read_.bytes.equals(bytes)).toBe(true);
      }),
    );
  });

  it('takes text before the first boundary and behind the last, and an empty file', async () => {
    const body = Buffer.concat([
      Buffer.from('for old readers\r\n'),
      form(new Uint8Array()),
      Buffer.from('the end'),
    ]);
    expect(await read(body)).toEqual({ name: 'a.png', bytes: Buffer.alloc(0) });
  });

  it('takes spaces behind a boundary, as RFC 2046 allows', async () => {
    const body = form(Buffer.from('abc')).toString().replace(`${boundary}\r\n`, `${boundary} \t\r\n`);
    expect((await read(Buffer.from(body))).bytes.toString()).toBe('abc');
  });

  it('reads no further than it is read', async () => {
    const source = stream(form(new Uint8Array(1_000_000)), 10_000);
    const file = await readMultipartFile(source.body, boundary, 'file');
    const pieces = file.bytes[Symbol.asyncIterator]();
    await pieces.next();
    expect(source.pulls()).toBeLessThan(5);
    await pieces.return?.();
    expect(source.cancelled()).toBe(true);
  });

  it.each([
    ['an empty body', ''],
    ['a body without a boundary', 'just text'],
    ['another boundary', form(Buffer.from('abc')).toString().replaceAll('42', '43')],
    ['an end in the middle of the file', form(Buffer.from('abc')).subarray(0, -10)],
    ['an end in the middle of the headers', `--${boundary}\r\nContent-Disposition: form-data`],
    ['an end behind the first boundary', `--${boundary}`],
    ['headers without an end', `--${boundary}\r\n${'x'.repeat(20_000)}`],
    ['text before the boundary without an end', 'x'.repeat(70_000)],
    [
      'text behind the last boundary without an end',
      Buffer.concat([form(Buffer.from('a')), Buffer.alloc(70_000)]),
    ],
    ['a boundary with text behind it', `--${boundary}abc\r\n\r\n`],
    ['a part without a name', form(Buffer.from('abc'), 'Content-Type: image/png')],
    ['a part without headers', `--${boundary}\r\n\r\nabc\r\n--${boundary}--`],
    [
      'an encoding',
      form(
        Buffer.from('abc'),
        'Content-Disposition: form-data; name="file"\r\nContent-Transfer-Encoding: base64',
      ),
    ],
  ])('refuses %s', async (_, body) => {
    expect((await refusal(body)).code).toBe('malformed_request');
  });

  it('refuses a form without the file, with another field, with two files', async () => {
    const part = (name: string): string =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nabc\r\n`;
    const end = `--${boundary}--`;
    expect((await refusal(end)).errors).toMatchObject([{ pointer: '/file', code: 'required' }]);
    expect((await refusal(part('photo') + end)).errors).toMatchObject([
      { pointer: '/photo', code: 'not_supported', allowed: ['file'] },
    ]);
    expect((await refusal(part('file') + part('note') + end)).errors).toMatchObject([
      { pointer: '/note', code: 'not_supported' },
    ]);
    expect((await refusal(part('file') + part('file') + end)).errors).toMatchObject([
      { pointer: '/file', code: 'wrong_count' },
    ]);
  });

  it('lets go of the body when it refuses', async () => {
    const source = stream(Buffer.from(`--${boundary}\r\nContent-Type: x\r\n\r\n${'abc'.repeat(99)}`), 50);
    await expect(readMultipartFile(source.body, boundary, 'file')).rejects.toThrow(RequestError);
    expect(source.cancelled()).toBe(true);
  });

  it('passes on why the body broke off', async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error('connection reset'));
      },
    });
    await expect(readMultipartFile(broken, boundary, 'file')).rejects.toThrow('connection reset');
  });
});

describe('multipartBoundary', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data; charset=utf-8; boundary="a b:c"', 'a b:c'],
    ['multipart/form-data', null],
    ['multipart/form-data; boundary=', null],
    ['multipart/form-data; boundary="ends with space "', null],
    [`multipart/form-data; boundary=${'x'.repeat(71)}`, null],
    ['multipart/mixed; boundary=abc', null],
    ['application/json', null],
  ])('%s', (header, expected) => {
    expect(multipartBoundary(header)).toBe(expected);
  });
});

describe('parsePartHeaders', () => {
  it.each([
    ['name="file"; filename="photo.png"', 'photo.png'],
    ['name=file; filename=photo.png', 'photo.png'],
    ['name="file"; filename="C:\\Users\\me\\photo.png"', 'photo.png'],
    ['name="file"; filename="../../etc/passwd"', 'passwd'],
    ['name="file"; filename="a%22b.png"', 'a"b.png'],
    ['name="file"; filename="größe.png"', 'größe.png'],
    ['name="file"; filename="x"; filename*=UTF-8\'\'gr%C3%B6%C3%9Fe.png', 'größe.png'],
    ['name="file"; filename=""', null],
    ['name="file"', null],
  ])('%s', (parameters, expected) => {
    expect(parsePartHeaders(`Content-Disposition: form-data; ${parameters}`)).toEqual({
      field: 'file',
      fileName: expected,
    });
  });

  it('bounds the name', () => {
    const { fileName } = parsePartHeaders(
      `Content-Disposition: form-data; name="file"; filename="${'x'.repeat(5_000)}"`,
    );
    expect(fileName).toHaveLength(200);
  });
});
