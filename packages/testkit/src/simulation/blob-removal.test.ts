import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AssetService, createBulkheads } from '@pixsim7/core';
import type { Database } from '@pixsim7/core';
import { ProviderRegistry } from '@pixsim7/providers/contract';
import { buildAsset, builtCaller } from '../builders/index.ts';
import { MemoryDatabase, MemoryStore } from '../memory-database/index.ts';
import { createFakeSystem } from './machine/fake-system.ts';
import { MachineClock } from './machine/machine-clock.ts';
import { SimulatedProcess } from './machine/process.ts';
import type { ProcessRisks } from './machine/process.ts';
import { Random } from './machine/random.ts';
import { outsideWorld, Scheduler } from './machine/scheduler.ts';
import { createFakeMedia, fakeMediaBytes } from './ports/fake-media.ts';
import { MemoryBlobStore } from './ports/memory-blob-store.ts';
import type { KeptBlobs } from './ports/memory-blob-store.ts';
import { blobsOf, databaseOf } from './ports/process-ports.ts';
import { simulationStart } from './world.ts';

const bytes = fakeMediaBytes('image', 'the same picture');
const hash = createHash('sha256').update(bytes).digest('hex');
const hours = 60 * 60_000;
const histories = 300;
const yielding: ProcessRisks = { crash: 0, freeze: 0, longestFreezeMs: 0, yield: 0.8 };

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const unused = () => {
  throw new Error('Nothing is downloaded here.');
};

interface Outcome {
  readonly uploaded: boolean;
  readonly bytesAreThere: boolean;
  readonly removed: number;
  readonly crashed: boolean;
}

/**
 * A file of an asset that was deleted hours ago. Two processes sweep while a third takes the same bytes in, and chance
 * decides who runs between any two of their calls.
 */
async function race(seed: number, sweeperRisks: ProcessRisks, sabotage = keepAsItIs): Promise<Outcome> {
  const random = new Random(seed);
  const scheduler = new Scheduler(random.fork(), simulationStart);
  const store = new MemoryStore();
  const kept: KeptBlobs = new Map([[hash, Uint8Array.from(bytes)]]);
  let crashed = false;
  const old = buildAsset({ blobHash: hash, createdAt: simulationStart - 3 * hours });
  await new MemoryDatabase(store).transaction(async (transaction) => {
    const { mimeType, createdAt } = old;
    await transaction.assets.insert(old, [{ hash, bytes: bytes.byteLength, mimeType, createdAt }]);
    await transaction.assets.markDeleted(old.id, simulationStart - 2 * hours);
  });
  const start = (name: string, risks: ProcessRisks): AssetService => {
    const process = new SimulatedProcess(name, scheduler, random.fork(), risks, () => (crashed = true));
    const files = new MemoryBlobStore(kept);
    const system = createFakeSystem(scheduler, process, random.fork(), new MachineClock(() => scheduler.now));
    return new AssetService({
      database: databaseOf(process, sabotage(new MemoryDatabase(store)), () => false),
      blobs: blobsOf(process, files),
      media: createFakeMedia((path) => files.fileAt(path)),
      outgoing: { checkUrl: unused, download: unused },
      // Nobody makes posters here.
      queue: {
        offer: () => Promise.resolve(),
        holds: unused,
        start: unused,
        stop: unused,
        statistics: unused,
      },
      registry: new ProviderRegistry(),
      system,
      logger,
      bulkheads: createBulkheads({ system, logger }),
    });
  };
  const sweepers = [start('sweeper 1', sweeperRisks), start('sweeper 2', sweeperRisks)];
  const writer = start('writer', yielding);
  const removed: number[] = [];
  const uploads: string[] = [];
  async function* source(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  for (const sweeper of sweepers) {
    scheduler.after(outsideWorld, 0, () => void sweeper.sweep().then((count) => removed.push(count)));
  }
  scheduler.after(outsideWorld, 0, () => {
    void writer.upload(builtCaller, source(), null).then(
      ({ id }) => uploads.push(id),
      // A refused upload may be tried again; the file of an accepted one must be there.
      () => undefined,
    );
  });
  await scheduler.run(() => false, 2_000);
  return {
    uploaded: uploads.length > 0,
    bytesAreThere: kept.has(hash),
    removed: removed.reduce((sum, count) => sum + count, 0),
    crashed,
  };
}

const keepAsItIs = (database: Database): Database => database;

/** Nobody looks whether a removal runs: what the announcement is there for. */
function withoutAnnouncements(database: Database): Database {
  return {
    transaction: (work) =>
      database.transaction((transaction) =>
        work({ ...transaction, assets: { ...transaction.assets, reserveBlob: async () => true } }),
      ),
    onEvents: (listener) => database.onEvents(listener),
    ping: () => database.ping(),
    close: () => database.close(),
  };
}

async function raceOften(risks: ProcessRisks, sabotage?: typeof keepAsItIs): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let seed = 1; seed <= histories; seed += 1) {
    outcomes.push(await race(seed, risks, sabotage));
  }
  return outcomes;
}

const lost = ({ uploaded, bytesAreThere }: Outcome): boolean => uploaded && !bytesAreThere;

describe('bytes that are removed while the same bytes are stored', { timeout: 120_000 }, () => {
  it('are there when the new asset is, in every order of events', async () => {
    const outcomes = await raceOften(yielding);
    expect(outcomes.filter(lost)).toEqual([]);
    expect(outcomes.every(({ uploaded }) => uploaded)).toBe(true);
    // Both orders are met, or this shows nothing: removed before the upload, and taken up again before the removal.
    expect(new Set(outcomes.map(({ removed }) => removed))).toEqual(new Set([0, 1]));
  });

  it('are there too when sweepers die or stand still for minutes', async () => {
    const risks = { crash: 0.1, freeze: 0.1, longestFreezeMs: 4 * 60_000, yield: 0.8 };
    const outcomes = await raceOften(risks);
    expect(outcomes.filter(lost)).toEqual([]);
    expect(outcomes.some(({ crashed }) => crashed)).toBe(true);
    expect(outcomes.filter(({ uploaded }) => uploaded).length).toBeGreaterThan(histories / 2);
  });

  it('would be lost without the announcement', async () => {
    expect((await raceOften(yielding, withoutAnnouncements)).some(lost)).toBe(true);
  });
});
