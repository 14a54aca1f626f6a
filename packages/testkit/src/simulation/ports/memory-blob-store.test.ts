import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TooManyBytesError, UnreadableMediaError } from '@pixsim7/core';
import { createFakeMedia, fakeMediaBytes } from './fake-media.ts';
import { fakeVault } from './fake-vault.ts';
import { MemoryBlobStore } from './memory-blob-store.ts';

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes.slice(0, 3);
  yield bytes.slice(3);
}

const video = fakeMediaBytes('video', 'a boat');

describe('MemoryBlobStore', () => {
  it('keeps what was received under its hash', async () => {
    const store = new MemoryBlobStore();
    const file = await store.receive(once(video), { maxBytes: 100 });
    expect(file).toMatchObject({
      bytes: video.byteLength,
      hash: createHash('sha256').update(video).digest('hex'),
    });
    expect(await store.stat(file.hash)).toBeNull();
    await store.keep(file, 'video/mp4');
    expect(await store.stat(file.hash)).toEqual({ bytes: video.byteLength });
    expect(new Uint8Array(await new Response(await store.read(file.hash)).arrayBuffer())).toEqual(video);
    expect(await new Response(await store.read(file.hash, { start: 0, end: 4 })).text()).toBe('video');
    expect(await (await store.open(file.hash)).text()).toBe('video\na boat');
  });

  it('moves a file when it is kept, and does not keep what was discarded', async () => {
    const store = new MemoryBlobStore();
    const [kept, unwanted] = [
      await store.receive(once(video), { maxBytes: 100 }),
      await store.receive(once(video), { maxBytes: 100 }),
    ];
    await store.keep(kept, 'video/mp4');
    expect(store.fileAt(kept.path)).toBeNull();
    await store.discard(unwanted);
    await expect(store.keep(unwanted, 'video/mp4')).rejects.toThrow('no received file');
    await store.discard(kept);
    expect(await store.stat(kept.hash)).not.toBeNull();
  });

  it('refuses more bytes than allowed', async () => {
    const store = new MemoryBlobStore();
    await expect(store.receive(once(video), { maxBytes: 5 })).rejects.toBeInstanceOf(TooManyBytesError);
  });

  it('loses received files with their process, and kept ones never', async () => {
    const blobs = new Map();
    const before = new MemoryBlobStore(blobs);
    const [kept, received] = [
      await before.receive(once(video), { maxBytes: 100 }),
      await before.receive(once(fakeMediaBytes('image', 'x')), { maxBytes: 100 }),
    ];
    await before.keep(kept, 'video/mp4');
    const after = new MemoryBlobStore(blobs);
    expect(await after.stat(kept.hash)).not.toBeNull();
    expect(after.fileAt(received.path)).toBeNull();
    await after.remove(kept.hash);
    await expect(after.read(kept.hash)).rejects.toThrow('no blob');
  });
});

describe('createFakeMedia', () => {
  it('tells by the bytes', async () => {
    const files = new Map([
      ['/v', video],
      ['/i', fakeMediaBytes('image', 'x')],
      ['/html', new TextEncoder().encode('<html>')],
    ]);
    const media = createFakeMedia((path) => files.get(path) ?? null);
    const facts = await media.probe('/v');
    expect(facts).toMatchObject({ mediaType: 'video', mimeType: 'video/mp4' });
    expect(await media.probe('/i')).toMatchObject({ mediaType: 'image' });
    await expect(media.probe('/html')).rejects.toBeInstanceOf(UnreadableMediaError);
    await expect(media.probe('/nothing')).rejects.toThrow('no file');
    expect((await media.poster('/v', facts))?.mimeType).toBe('image/png');
  });
});

describe('fakeVault', () => {
  it('opens a sealed text only for its row', () => {
    const sealed = fakeVault.seal('acc_1', 'secret words');
    expect(sealed).not.toContain('secret words');
    expect(fakeVault.open('acc_1', sealed)).toBe('secret words');
    expect(() => fakeVault.open('acc_2', sealed)).toThrow('another row');
  });
});
