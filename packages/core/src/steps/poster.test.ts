import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AssetId } from '@pixsim7/contracts';
import { createBench, fakeMediaBytes, outputUrl } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';
import { offerOverdue } from '../background/resume-loop.ts';
import type { AssetRow } from '../model/index.ts';
import { StoreUnwritableError, UnreadableMediaError } from '../ports/index.ts';

let bench: Bench;
let id: AssetId;

beforeEach(async () => {
  bench = createBench();
  id = await bench.addAsset('video', 'a boat');
  bench.queue.offers.length = 0;
});

const hour = 60 * 60_000;
const damaged = new UnreadableMediaError('Damaged.', { flaw: 'damaged' });

async function row(): Promise<AssetRow> {
  const asset = await bench.read((transaction) => transaction.assets.get(id));
  if (asset === null) {
    throw new Error(`There is no ${id}.`);
  }
  return asset;
}

function failWith(error: unknown): void {
  bench.dependencies.media.poster = async () => {
    throw error;
  };
}

/** Runs the step, and waits for as long as it says. Returns how long that was; null when it is over. */
async function make(): Promise<number | null> {
  const { again } = await bench.run('poster', id);
  if (again === undefined) {
    return null;
  }
  const pause = again - bench.system.now();
  bench.system.advanceTo(again);
  return pause;
}

/** A look that takes the server with it: nothing after it happens, and its lease is not renewed. */
async function dieLooking(): Promise<void> {
  const media = { ...bench.dependencies.media };
  const every = vi.spyOn(bench.system, 'every').mockReturnValue(() => undefined);
  const looking = new Promise<void>((begin) => {
    bench.dependencies.media.poster = () => {
      begin();
      return new Promise<never>(() => undefined);
    };
  });
  void bench.run('poster', id);
  await looking;
  every.mockRestore();
  Object.assign(bench.dependencies.media, media);
}

describe('the poster of an asset', () => {
  it('is stored, shown and told', async () => {
    expect(await make()).toBeNull();
    const asset = await row();
    expect(asset).toMatchObject({ posterMimeType: 'image/png', posterDueAt: null });
    expect(await bench.blobs.stat(asset.posterHash ?? '')).not.toBeNull();
    const shown = await bench.core.assets.get(builtCaller, id);
    expect(shown).toMatchObject({ poster_url: `/api/v1/assets/${id}/poster`, poster_state: 'made' });
    const { id: _, object: __, ...facts } = shown;
    const told = (await bench.events()).at(-1);
    expect(told).toMatchObject({ type: 'asset.updated', subjectId: id, data: { asset_id: id, ...facts } });
  });

  it('is made once, however often the step runs', async () => {
    const poster = vi.spyOn(bench.dependencies.media, 'poster');
    await Promise.all([bench.run('poster', id), bench.run('poster', id)]);
    await bench.run('poster', id);
    expect(poster).toHaveBeenCalledTimes(1);
    expect((await bench.events()).filter(({ type }) => type === 'asset.updated')).toHaveLength(1);
  });

  it('needs no message of the queue', async () => {
    await offerOverdue(bench.dependencies);
    expect(bench.queue.offers).toEqual([{ step: 'poster', id, runAt: bench.system.now() }]);
    await bench.settle();
    expect((await row()).posterHash).not.toBeNull();
    await offerOverdue(bench.dependencies);
    expect(bench.queue.offers).toEqual([]);
  });

  it('is none when this machine cannot make one, and nobody tries again', async () => {
    bench.dependencies.media.poster = async () => null;
    expect(await make()).toBeNull();
    expect(await bench.core.assets.get(builtCaller, id)).toMatchObject({
      poster_url: null,
      poster_state: 'failed',
    });
    expect((await bench.events()).at(-1)).toMatchObject({
      type: 'asset.updated',
      data: { poster_state: 'failed' },
    });
  });

  it('is none of bytes that are gone', async () => {
    await bench.blobs.remove((await row()).blobHash);
    expect(await make()).toBeNull();
    expect((await bench.core.assets.get(builtCaller, id)).poster_state).toBe('failed');
  });

  it('of a file that cannot be read is given up after three looks, with growing pauses', async () => {
    failWith(damaged);
    expect([await make(), await make(), await make()]).toEqual([30_000, 300_000, null]);
    expect((await bench.core.assets.get(builtCaller, id)).poster_state).toBe('failed');
    expect(await make()).toBeNull();
  });

  it('is tried until it works when the trouble is that of the machine', async () => {
    failWith(new StoreUnwritableError('No space left on device.'));
    const pauses: (number | null)[] = [];
    for (let tries = 0; tries < 10; tries += 1) {
      pauses.push(await make());
    }
    expect(pauses.slice(0, 4)).toEqual([30_000, 30_000, 60_000, 120_000]);
    expect(pauses.at(-1)).toBe(hour);
    expect((await bench.core.assets.get(builtCaller, id)).poster_state).toBe('pending');
    bench.dependencies.media.poster = async () => ({
      bytes: fakeMediaBytes('image', 'x'),
      mimeType: 'image/png',
    });
    expect(await make()).toBeNull();
    expect((await bench.core.assets.get(builtCaller, id)).poster_state).toBe('made');
  });

  it('that fails for a reason nobody knows is an error of the step, and no look', async () => {
    failWith(new Error('too many open files'));
    await expect(bench.run('poster', id)).rejects.toThrow('too many open files');
    expect(await row()).toMatchObject({ posterLooks: 0, posterDueAt: bench.system.now() + 30_000 });
  });
});

describe('a look for a poster that ends the server', () => {
  it('is counted before it begins, and nobody looks a fourth time', async () => {
    for (let look = 1; look <= 3; look += 1) {
      await dieLooking();
      const { posterDueAt, posterLooks } = await row();
      expect(posterLooks).toBe(look);
      // Too early.
      expect(await bench.run('poster', id)).toEqual({ again: posterDueAt });
      bench.system.advanceTo(posterDueAt ?? 0);
    }
    failWith(new Error('looked again'));
    expect(await make()).toBeNull();
    expect((await bench.core.assets.get(builtCaller, id)).poster_state).toBe('failed');
  });

  it('leaves the poster to the next one', async () => {
    await dieLooking();
    bench.system.advance(30_000);
    expect(await make()).toBeNull();
    expect((await bench.core.assets.get(builtCaller, id)).poster_state).toBe('made');
  });
});

describe('a poster that takes long', () => {
  let finish: () => void;
  let running: Promise<unknown>;

  beforeEach(async () => {
    const began = new Promise<void>((begin) => {
      const media = { ...bench.dependencies.media };
      bench.dependencies.media.poster = async (path, facts) => {
        begin();
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        return media.poster(path, facts);
      };
    });
    running = bench.run('poster', id);
    await began;
  });

  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  it('stays ours, and nobody else begins', async () => {
    for (let passed = 0; passed < 120_000; passed += 10_000) {
      bench.system.advance(10_000);
      await settled();
      expect(await bench.run('poster', id)).toHaveProperty('again');
    }
    finish();
    await running;
    expect(await row()).toMatchObject({ posterLooks: 1, posterDueAt: null, posterMimeType: 'image/png' });
  });

  it('is dropped when its asset is deleted meanwhile, and its bytes go', async () => {
    await bench.core.assets.delete(builtCaller, id);
    finish();
    expect(await running).toEqual({});
    expect(await row()).toMatchObject({ posterHash: null, posterDueAt: null, state: 'deleted' });
    expect((await bench.events()).at(-1)?.type).toBe('asset.deleted');
    bench.system.advance(2 * hour);
    // The file and its poster.
    expect(await bench.core.assets.sweep()).toBe(2);
  });

  it('does not overwrite what the one made that took it over', async () => {
    const every = vi.spyOn(bench.system, 'every').mockReturnValue(() => undefined);
    Object.assign(bench.dependencies.media, {
      poster: async () => ({ bytes: fakeMediaBytes('image', 'by another'), mimeType: 'image/webp' }),
    });
    const claimed = await row();
    await bench.write(({ assets }) => assets.updatePoster(claimed, { posterDueAt: bench.system.now() }));
    expect(await make()).toBeNull();
    every.mockRestore();
    finish();
    expect(await running).toEqual({});
    expect((await row()).posterMimeType).toBe('image/webp');
  });
});

describe('the poster of a generated video', () => {
  it('follows the completion of its job', async () => {
    bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'the result'));
    const attempt = await bench.succeededAttempt();
    await bench.run('ingest', attempt.id);
    const before = await bench.core.jobs.get(builtCaller, attempt.jobId);
    expect(before).toMatchObject({ status: 'completed', assets: [{ poster_state: 'pending' }] });
    await bench.settle();
    const after = await bench.core.jobs.get(builtCaller, attempt.jobId);
    expect(after).toMatchObject({ sequence: before.sequence, assets: [{ poster_state: 'made' }] });
  });
});
