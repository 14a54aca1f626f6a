import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TooManyBytesError } from '@pixsim7/core';
import type { BlobStore, ReceivedFile } from '@pixsim7/core';

/** One empty store to be tested. */
export interface BlobStoreHarness {
  readonly store: BlobStore;
  close(): Promise<void>;
}

const missingHash = 'f'.repeat(64);

/** Every implementation of the blob store passes this. */
export function describeBlobStoreContract(name: string, makeStore: () => Promise<BlobStoreHarness>): void {
  describe(`${name} as a blob store`, () => {
    let harness: BlobStoreHarness;
    let store: BlobStore;

    beforeEach(async () => {
      harness = await makeStore();
      ({ store } = harness);
    });

    afterEach(async () => {
      await harness.close();
    });

    const receive = (bytes: Uint8Array, maxBytes = 10_000_000): Promise<ReceivedFile> =>
      store.receive(inPieces(bytes), { maxBytes });

    async function keep(bytes: Uint8Array): Promise<string> {
      const file = await receive(bytes);
      await store.keep(file, 'video/mp4');
      return file.hash;
    }

    it('counts and hashes what it receives', async () => {
      const bytes = someBytes(100_000);
      const file = await receive(bytes);
      expect({ hash: file.hash, bytes: file.bytes }).toEqual({ hash: sha256(bytes), bytes: 100_000 });
      expect(sha256(await readFile(file.path))).toBe(sha256(bytes));
    });

    it('shows a received file to nobody before it is kept', async () => {
      const file = await receive(someBytes(10));
      expect(await store.stat(file.hash)).toBeNull();
      await store.keep(file, 'image/png');
      expect(await store.stat(file.hash)).toEqual({ bytes: 10 });
    });

    it('shows a kept blob as a file of the local disk', async () => {
      const bytes = someBytes(100_000);
      const hash = await keep(bytes);
      const file = await store.localFile(hash);
      expect(sha256(await readFile(file.path))).toBe(hash);
      await file.release();
      expect(await store.stat(hash)).toEqual({ bytes: 100_000 });
      await expect(store.localFile(missingHash)).rejects.toThrow('There is no blob');
    });

    it('gives back what was kept', async () => {
      const bytes = someBytes(1_000_000);
      const hash = await keep(bytes);
      // Compared by hash: the matcher looks at a million numbers one by one.
      expect(sha256(await bytesOf(await store.read(hash)))).toBe(sha256(bytes));
      expect(sha256(new Uint8Array(await (await store.open(hash)).arrayBuffer()))).toBe(sha256(bytes));
    });

    it('keeps an empty file', async () => {
      const hash = await keep(new Uint8Array(0));
      expect(await store.stat(hash)).toEqual({ bytes: 0 });
      expect(await bytesOf(await store.read(hash))).toEqual(new Uint8Array(0));
    });

    it.each([
      ['the first byte', 0, 0, 0, 1],
      ['the middle', 100, 299, 100, 300],
      ['the last byte', 999, 999, 999, 1000],
      ['everything', 0, 999, 0, 1000],
      ['up to beyond the end', 900, 5000, 900, 1000],
    ])('reads a range: %s', async (_what, start, end, from, to) => {
      const bytes = someBytes(1000);
      const hash = await keep(bytes);
      expect(await bytesOf(await store.read(hash, { start, end }))).toEqual(bytes.slice(from, to));
    });

    it.each([
      ['that begins behind the end', 1000, 1001],
      ['that is the wrong way round', 5, 4],
    ])('refuses a range %s', async (_what, start, end) => {
      const hash = await keep(someBytes(1000));
      await expect(store.read(hash, { start, end })).rejects.toThrow(/Bytes .* do not exist/);
    });

    it('lets a reader go away in the middle', async () => {
      const hash = await keep(someBytes(2_000_000));
      const reader = (await store.read(hash)).getReader();
      await reader.read();
      await reader.cancel();
      expect(await bytesOf(await store.read(hash, { start: 0, end: 3 }))).toHaveLength(4);
    });

    it('keeps the same bytes twice as one blob', async () => {
      const bytes = someBytes(5000);
      const [first, second] = await Promise.all([receive(bytes), receive(bytes)]);
      expect(first.path).not.toBe(second.path);
      await Promise.all([store.keep(first, 'video/mp4'), store.keep(second, 'video/mp4')]);
      await store.keep(first, 'video/mp4');
      expect(await bytesOf(await store.read(first.hash))).toEqual(bytes);
      await expect(readFile(second.path)).rejects.toThrow(/ENOENT/);
    });

    it('refuses more bytes than allowed and leaves nothing behind', async () => {
      await expect(receive(someBytes(1001), 1000)).rejects.toThrow(TooManyBytesError);
      expect((await receive(someBytes(1000), 1000)).bytes).toBe(1000);
    });

    it('passes on the error of a source that breaks off', async () => {
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield someBytes(10);
        throw new Error('the line went dead');
      }
      await expect(store.receive(broken(), { maxBytes: 1000 })).rejects.toThrow('the line went dead');
    });

    it('ends its source when it has had enough', async () => {
      let ended = false;
      async function* endless(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) {
            yield someBytes(100);
          }
        } finally {
          ended = true;
        }
      }
      await expect(store.receive(endless(), { maxBytes: 1000 })).rejects.toThrow(TooManyBytesError);
      expect(ended).toBe(true);
    });

    it('discards a received file, and does no harm after it was kept', async () => {
      const unwanted = await receive(someBytes(20));
      await store.discard(unwanted);
      await store.discard(unwanted);
      await expect(readFile(unwanted.path)).rejects.toThrow(/ENOENT/);
      const kept = await receive(someBytes(30));
      await store.keep(kept, 'image/png');
      await store.discard(kept);
      expect(await store.stat(kept.hash)).toEqual({ bytes: 30 });
    });

    it('removes a blob, and does not mind when there is none', async () => {
      const hash = await keep(someBytes(10));
      await store.remove(hash);
      await store.remove(hash);
      expect(await store.stat(hash)).toBeNull();
    });

    it('says that there is no such blob', async () => {
      expect(await store.stat(missingHash)).toBeNull();
      await expect(store.read(missingHash)).rejects.toThrow(missingHash);
      await expect(store.open(missingHash)).rejects.toThrow(missingHash);
    });

    it.each([
      '',
      'abc',
      '../../../../etc/passwd',
      `${'a'.repeat(63)}/`,
      'A'.repeat(64),
      `${'a'.repeat(64)}\n`,
    ])('takes no other text for a hash: %j', async (hash) => {
      await expect(store.stat(hash)).rejects.toThrow(/64 lower-case/);
      await expect(store.read(hash)).rejects.toThrow(/64 lower-case/);
      await expect(store.remove(hash)).rejects.toThrow(/64 lower-case/);
    });

    it('does not sweep what is being received', async () => {
      const file = await receive(someBytes(10));
      await store.sweep();
      await store.keep(file, 'image/png');
      expect(await store.stat(file.hash)).toEqual({ bytes: 10 });
    });

    it('can be written', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Bytes that differ from place to place, so that a wrong range shows. */
function someBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) % 251);
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 60_000) {
    yield bytes.slice(start, start + 60_000);
  }
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
