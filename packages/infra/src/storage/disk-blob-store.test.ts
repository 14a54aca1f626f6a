import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore, ReceivedFile } from '@pixsim7/core';
import { describeBlobStoreContract } from '@pixsim7/testkit/contracts';
import { openDiskBlobStore } from './disk-blob-store.ts';

describeBlobStoreContract('DiskBlobStore', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'blobs-'));
  return {
    store: await openDiskBlobStore({ directory }),
    close: () => rm(directory, { recursive: true }),
  };
});

describe('DiskBlobStore', () => {
  // sha256 of "hello"
  const helloHash = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
  let directory: string;
  let store: BlobStore;

  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'blobs-')), 'data');
    store = await openDiskBlobStore({ directory });
  });

  afterEach(async () => {
    await rm(join(directory, '..'), { recursive: true });
  });

  async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
    for (const text of texts) {
      yield Buffer.from(text);
    }
  }

  const receiveHello = (): Promise<ReceivedFile> => store.receive(pieces('he', 'llo'), { maxBytes: 100 });

  it('puts a blob under the first four digits of its hash, for the owner only', async () => {
    await store.keep(await receiveHello(), 'text/plain');
    const path = join(directory, 'blobs', '2c', 'f2', helloHash);
    expect(await readFile(path, 'utf8')).toBe('hello');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(directory, 'blobs'))).mode & 0o777).toBe(0o700);
  });

  it('receives below tmp and leaves nothing there', async () => {
    const kept = await receiveHello();
    expect(kept.path.startsWith(join(directory, 'tmp'))).toBe(true);
    await store.keep(kept, 'text/plain');
    await store.keep(await receiveHello(), 'text/plain');
    await store.discard(await receiveHello());
    await expect(store.receive(pieces('too', 'much'), { maxBytes: 3 })).rejects.toThrow('More than 3 bytes');
    await store.ping();
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
  });

  it('replaces a blob whose size is wrong by the received bytes', async () => {
    await store.keep(await receiveHello(), 'text/plain');
    await writeFile(join(directory, 'blobs', '2c', 'f2', helloHash), 'hel');
    await store.keep(await receiveHello(), 'text/plain');
    expect(await (await store.open(helloHash)).text()).toBe('hello');
  });

  it('does not keep a received file that was cut meanwhile', async () => {
    const file = await receiveHello();
    await writeFile(file.path, 'hell');
    await expect(store.keep(file, 'text/plain')).rejects.toMatchObject({ code: 'damaged_file' });
    expect(await store.stat(helloHash)).toBeNull();
  });

  it('reports a blob that is cut while it is read', async () => {
    await store.keep(await store.receive(pieces('x'.repeat(1_000_000)), { maxBytes: 2e6 }), 'text/plain');
    const [hash = ''] = (await readdir(join(directory, 'blobs'), { recursive: true })).filter(
      (name) => name.length > 64,
    );
    const stream = await store.read(hash.slice(-64));
    await writeFile(join(directory, 'blobs', hash), 'x');
    await expect(new Response(stream).arrayBuffer()).rejects.toThrow('ended before its last byte');
  });

  it('sweeps leftovers that are older than a day', async () => {
    const old = join(directory, 'tmp', 'left by a crash');
    await writeFile(old, 'half a vid');
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 3600;
    await utimes(old, twoDaysAgo, twoDaysAgo);
    const fresh = await receiveHello();
    await store.sweep();
    expect(await readdir(join(directory, 'tmp'))).toEqual([
      fresh.path.slice(join(directory, 'tmp').length + 1),
    ]);
  });

  it('goes by the given clock and age when it sweeps', async () => {
    const later = await openDiskBlobStore({
      directory,
      now: () => Date.now() + 5_000,
      leftoverAfterMs: 1_000,
    });
    await receiveHello();
    await later.sweep();
    expect(await readdir(join(directory, 'tmp'))).toEqual([]);
  });

  it('opens an existing store again', async () => {
    await store.keep(await receiveHello(), 'text/plain');
    const reopened = await openDiskBlobStore({ directory });
    expect(await reopened.stat(helloHash)).toEqual({ bytes: 5 });
  });

  it('fails its ping when the directory is gone', async () => {
    await rm(join(directory, 'tmp'), { recursive: true });
    await expect(store.ping()).rejects.toThrow(/ENOENT/);
  });
});
