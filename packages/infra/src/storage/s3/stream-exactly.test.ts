import { describe, expect, it } from 'vitest';
import { streamExactly } from './stream-exactly.ts';

interface Source {
  readonly stream: ReadableStream<Uint8Array>;
  /** Chunks taken so far. */
  taken(): number;
  cancelled(): boolean;
}

function makeSource(chunks: readonly (string | Error)[]): Source {
  let taken = 0;
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[taken];
        taken += 1;
        if (chunk === undefined) {
          controller.close();
        } else if (chunk instanceof Error) {
          controller.error(chunk);
        } else {
          controller.enqueue(Buffer.from(chunk));
        }
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, taken: () => taken, cancelled: () => cancelled };
}

const textOf = (stream: ReadableStream<Uint8Array>): Promise<string> => new Response(stream).text();

describe('streamExactly', () => {
  it('passes on a stream of the right length and reads it to its end', async () => {
    const source = makeSource(['hel', 'lo']);
    expect(await textOf(streamExactly(source.stream, 5))).toBe('hello');
    expect(source.taken()).toBe(3);
    expect(source.cancelled()).toBe(false);
  });

  it.each([
    [4, 'hell'],
    [3, 'hel'],
    [1, 'h'],
    [0, ''],
  ])('leaves what follows the first %i bytes', async (bytes, expected) => {
    const source = makeSource(['hel', 'lo', ' and more']);
    expect(await textOf(streamExactly(source.stream, bytes))).toBe(expected);
    await expect.poll(() => source.cancelled()).toBe(true);
  });

  it('is empty when nothing was asked for', async () => {
    expect(await textOf(streamExactly(makeSource([]).stream, 0))).toBe('');
  });

  it('reports a stream that ends early', async () => {
    await expect(textOf(streamExactly(makeSource(['hel']).stream, 5))).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: 'The object store broke off after 3 of 5 bytes.',
    });
  });

  it('reports a connection that is lost, and why', async () => {
    const cause = new TypeError('terminated');
    await expect(textOf(streamExactly(makeSource(['he', cause]).stream, 5))).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: 'The object store broke off after 2 of 5 bytes.',
      cause,
    });
  });

  it('reads nothing ahead of its reader', async () => {
    const source = makeSource(['hel', 'lo']);
    const reader = streamExactly(source.stream, 5).getReader();
    expect(source.taken()).toBe(0);
    await reader.read();
    expect(source.taken()).toBe(1);
  });

  it('lets go of the source when its reader goes away', async () => {
    const source = makeSource(['hel', 'lo']);
    const reader = streamExactly(source.stream, 5).getReader();
    await reader.read();
    await reader.cancel();
    expect(source.cancelled()).toBe(true);
  });
});
