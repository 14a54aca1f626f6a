import { beforeEach, describe, expect, it, vi } from 'vitest';
import { chunksOf, createBench, fakeMediaBytes } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller, buildCaller } from '@pixsim7/testkit/builders';
import { FetchFailedError, UnreachableHostError, UnsafeUrlError } from '../ports/index.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const image = fakeMediaBytes('image', 'a boat');
const hour = 60 * 60_000;
const upload = (bytes = image) => bench.core.assets.upload(builtCaller, chunksOf(bytes), 'boat.png');
const readAll = async (hash: string): Promise<Uint8Array> =>
  new Uint8Array(await new Response(await bench.core.assets.read(hash)).arrayBuffer());

describe('an upload', () => {
  it('is what its bytes say, whatever its name', async () => {
    const asset = await bench.core.assets.upload(builtCaller, chunksOf(image), 'boat.mp4');
    expect(asset).toMatchObject({
      origin: 'uploaded',
      media_type: 'image',
      mime_type: 'image/png',
      state: 'stored',
      name: 'boat.mp4',
      bytes: image.byteLength,
      width: 640,
      height: 360,
      content_url: `/api/v1/assets/${asset.id}/content`,
      poster_url: null,
      poster_state: 'pending',
      job_id: null,
    });
    expect(await readAll(asset.sha256)).toEqual(image);
    expect((await bench.events()).map(({ type }) => type)).toEqual(['asset.created']);
    await bench.settle();
    expect(await bench.core.assets.get(builtCaller, asset.id)).toMatchObject({
      poster_url: `/api/v1/assets/${asset.id}/poster`,
      poster_state: 'made',
    });
  });

  it('of the same bytes is another asset over one file', async () => {
    const [first, second] = [await upload(), await upload()];
    expect(second.id).not.toBe(first.id);
    expect(second.sha256).toBe(first.sha256);
  });

  it('that is no media file is refused and leaves nothing', async () => {
    await expect(upload(new TextEncoder().encode('<html>'))).rejects.toMatchObject({
      code: 'invalid_media',
      errors: [{ pointer: '/file' }],
    });
    expect((await bench.core.assets.list(builtCaller, { limit: 9 })).data).toEqual([]);
    expect(bench.blobs.fileAt('/received/1')).toBeNull();
  });

  it('that has no end is cut off', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        yield new Uint8Array(50 * 1024 ** 2);
      }
    }
    await expect(bench.core.assets.upload(builtCaller, endless(), null)).rejects.toMatchObject({
      code: 'payload_too_large',
      status: 413,
    });
  });
});

describe('an import', () => {
  const url = 'https://example.com/boat.png?token=secret#top';

  it('keeps where it came from, without what may be a signature', async () => {
    bench.downloads.serve(url, image);
    const asset = await bench.core.assets.importUrl(builtCaller, url, 'Boat');
    expect(asset).toMatchObject({ origin: 'imported', name: 'Boat' });
    expect((await bench.core.assets.row(builtCaller, asset.id)).originalUrl).toBe(
      'https://example.com/boat.png',
    );
  });

  it.each([
    [new FetchFailedError('Not found.', 404), 'input_unreachable', true],
    [new UnsafeUrlError('Not public.'), 'unsafe_url', false],
    [new UnreachableHostError('http://a.example/', new Error('inside')), 'input_unreachable', true],
  ])('says why it failed: %s', async (answer, code, retryable) => {
    bench.downloads.serve(url, answer);
    await expect(bench.core.assets.importUrl(builtCaller, url, null)).rejects.toMatchObject({
      code,
      retryable,
      errors: [{ pointer: '/url', code }],
    });
  });

  it('waits for its turn when its host has no free place, is refused after a while, and spares other hosts', async () => {
    const { import: imports } = bench.dependencies.bulkheads;
    const destination = { account: builtCaller.workspaceId, provider: null, hosts: ['example.com'] };
    const places = [];
    for (let place = await imports.placeWithin(destination, 0); place !== null;) {
      places.push(place);
      place = await imports.placeWithin(destination, 0);
    }
    bench.downloads.serve(url, image);
    const other = 'https://other.example/boat.png';
    bench.downloads.serve(other, image);

    const refused = bench.core.assets.importUrl(builtCaller, url, null).catch((error: unknown) => error);
    await vi.waitFor(() => expect(imports.waiting).toBe(1));
    bench.system.advance(15_000);
    expect(await refused).toMatchObject({ code: 'unavailable', retryable: true });
    expect(bench.downloads.requests).toEqual([]);
    expect(await bench.core.assets.importUrl(builtCaller, other, null)).toMatchObject({ origin: 'imported' });

    const waiting = bench.core.assets.importUrl(builtCaller, url, null);
    for (const place of places) {
      place.leave();
    }
    expect(await waiting).toMatchObject({ origin: 'imported' });
    expect(imports.used).toBe(0);
  });

  it('does not hide a fault of ours', async () => {
    bench.downloads.serve(url, new TypeError('a bug'));
    await expect(bench.core.assets.importUrl(builtCaller, url, null)).rejects.toThrow('a bug');
  });
});

describe('a file that a job parameter names', () => {
  const pointer = '/params/image_url';
  const dataUrl = (type = 'image/png'): string =>
    `data:${type};base64,${Buffer.from(image).toString('base64')}`;

  it('is looked at, and kept only when that is said', async () => {
    const opened = await bench.core.assets.open(builtCaller, dataUrl('text/html'), pointer, 1_000);
    expect(opened.facts).toMatchObject({ mimeType: 'image/png', bytes: image.byteLength, madeBy: null });
    await opened.discard();
    expect((await bench.core.assets.list(builtCaller, { limit: 9 })).data).toEqual([]);
  });

  it('becomes an upload when it came as data, and an import when it was fetched', async () => {
    const data = await bench.core.assets.open(builtCaller, dataUrl(), pointer, 1_000);
    expect(await data.keep()).toMatchObject({ origin: 'uploaded', originalUrl: null });
    bench.downloads.serve('https://example.com/a.png?token=secret', image);
    const fetched = await bench.core.assets.open(
      builtCaller,
      'https://example.com/a.png?token=secret',
      pointer,
      1_000,
    );
    expect(await fetched.keep()).toMatchObject({
      origin: 'imported',
      originalUrl: 'https://example.com/a.png',
    });
  });

  it('is refused above the limit of the place that it is for', async () => {
    await expect(
      bench.core.assets.open(builtCaller, dataUrl(), pointer, image.byteLength - 1),
    ).rejects.toMatchObject({
      code: 'payload_too_large',
      errors: [{ pointer }],
    });
  });

  it('leaves nothing behind when it is no media file', async () => {
    const receive = vi.spyOn(bench.blobs, 'receive');
    const discard = vi.spyOn(bench.blobs, 'discard');
    const source = `data:image/png;base64,${Buffer.from('<html>').toString('base64')}`;
    await expect(bench.core.assets.open(builtCaller, source, pointer, 1_000)).rejects.toMatchObject({
      code: 'invalid_media',
      errors: [{ pointer }],
    });
    expect(receive).toHaveBeenCalledTimes(1);
    expect(discard).toHaveBeenCalledTimes(1);
  });
});

describe('an asset', () => {
  it('is found only by its owner and under a valid id', async () => {
    const { id } = await upload();
    await expect(bench.core.assets.get(buildCaller(), id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(bench.core.assets.get(builtCaller, '../etc/passwd')).rejects.toMatchObject({
      code: 'not_found',
    });
    expect((await bench.core.assets.get(builtCaller, id)).id).toBe(id);
  });

  it('is gone once it is deleted, and deleting it again finds nothing', async () => {
    const { id } = await upload();
    await bench.core.assets.delete(builtCaller, id);
    await expect(bench.core.assets.get(builtCaller, id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(bench.core.assets.delete(builtCaller, id)).rejects.toMatchObject({ code: 'not_found' });
    expect((await bench.core.assets.list(builtCaller, { limit: 9 })).data).toEqual([]);
    expect((await bench.events()).map(({ type }) => type)).toEqual(['asset.created', 'asset.deleted']);
  });

  it('is listed by filter, newest first, in pages', async () => {
    const ids: string[] = [];
    for (const mediaType of ['image', 'video', 'image'] as const) {
      ids.push(await bench.addAsset(mediaType, ids.join()));
    }
    const first = await bench.core.assets.list(builtCaller, { limit: 1, media_type: 'image' });
    expect(first.data.map(({ id }) => id)).toEqual([ids[2]]);
    const second = await bench.core.assets.list(builtCaller, {
      limit: 1,
      media_type: 'image',
      cursor: first.next_cursor ?? '',
    });
    expect(second).toMatchObject({ data: [{ id: ids[0] }], next_cursor: null });
    expect((await bench.core.assets.list(builtCaller, { limit: 9, origin: 'generated' })).data).toEqual([]);
  });
});

describe('the sweep', () => {
  it('removes nothing while somebody holds the files, and goes on afterwards', async () => {
    const asset = await upload();
    await bench.core.assets.delete(builtCaller, asset.id);
    bench.system.advance(2 * hour);
    const releases = [await bench.core.assets.holdRemovals(), await bench.core.assets.holdRemovals()];
    expect(await bench.core.assets.sweep()).toBe(0);
    releases[0]?.();
    releases[0]?.();
    expect(await bench.core.assets.sweep()).toBe(0);
    releases[1]?.();
    expect(await bench.core.assets.sweep()).toBe(1);
  });

  it('that runs is over when somebody holds the files', async () => {
    const asset = await upload();
    await bench.core.assets.delete(builtCaller, asset.id);
    bench.system.advance(2 * hour);
    let removed = 0;
    const sweeping = bench.core.assets.sweep().then((count) => (removed = count));
    await bench.core.assets.holdRemovals();
    expect(removed).toBe(1);
    await sweeping;
  });

  it('removes the bytes that nobody uses, poster included, after an hour of grace', async () => {
    const asset = await upload();
    await bench.settle();
    const row = await bench.core.assets.row(builtCaller, asset.id);
    expect(await bench.blobs.stat(row.posterHash ?? '')).not.toBeNull();
    await bench.core.assets.delete(builtCaller, asset.id);
    bench.system.advance(hour);
    expect(await bench.core.assets.sweep()).toBe(0);
    bench.system.advance(1);
    expect(await bench.core.assets.sweep()).toBe(2);
    expect(await bench.blobs.stat(row.blobHash)).toBeNull();
    expect(await bench.blobs.stat(row.posterHash ?? '')).toBeNull();
    expect(await bench.core.assets.sweep()).toBe(0);
  });

  it('keeps what another asset still uses', async () => {
    const [gone, kept] = [await upload(), await upload()];
    await bench.core.assets.delete(builtCaller, gone.id);
    bench.system.advance(2 * hour);
    expect(await bench.core.assets.sweep()).toBe(0);
    expect(await readAll(kept.sha256)).toEqual(image);
  });

  it('keeps what is used again between the look and the removal', async () => {
    const gone = await upload();
    await bench.core.assets.delete(builtCaller, gone.id);
    bench.system.advance(2 * hour);
    const both = Promise.all([bench.core.assets.sweep(), upload()]);
    // An upload that meets the removal waits for its end.
    for (let turn = 0; turn < 100; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      bench.system.advance(100);
    }
    const [, second] = await both;
    expect(await readAll(second.sha256)).toEqual(image);
  });
});
