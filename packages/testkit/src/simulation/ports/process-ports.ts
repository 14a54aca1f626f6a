import type {
  BlobStore,
  Bulkheads,
  Database,
  DiskRoom,
  DurationMemory,
  GroupCommit,
  Handover,
  Logger,
  MediaReader,
  OutgoingHttp,
  StepQueue,
  System,
  Transaction,
  Vault,
} from '@pixsim7/core';
import { ProviderRegistry } from '@pixsim7/providers/contract';
import type { ProviderAdapter } from '@pixsim7/providers/contract';
import type { AtRisk } from '../machine/process.ts';

/** Everything that a process reaches the world through. */
export interface ProcessPorts {
  readonly database: Database;
  readonly registry: ProviderRegistry;
  readonly queue: StepQueue;
  readonly blobs: BlobStore;
  readonly media: MediaReader;
  readonly diskRoom: DiskRoom;
  readonly outgoing: OutgoingHttp;
  readonly vault: Vault;
  readonly system: System;
  readonly logger: Logger;
  readonly publicUrl: string;
  readonly bulkheads: Bulkheads;
  /** Absent where what a process remembers would have to be part of its state. */
  readonly durations?: DurationMemory;
  readonly createCommits?: (database: Database) => GroupCommit;
  readonly handover?: Handover;
  readonly publishGapMs?: number;
}

/** A transaction that is rolled back because its process died in it. Nobody of that process ever sees it. */
class DiedInTransaction extends Error {
  override readonly name = 'DiedInTransaction';
}

/** Commits or not; the process may die before, within and after. */
export function databaseOf(process: AtRisk, database: Database, diesBeforeCommit: () => boolean): Database {
  return {
    transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
      return process.call('database.transaction', () =>
        database.transaction(async (transaction) => {
          const result = await work(transaction);
          if (diesBeforeCommit()) {
            process.crash('before the commit');
            throw new DiedInTransaction();
          }
          return result;
        }),
      );
    },
    onEvents: (listener) =>
      database.onEvents(() => {
        if (process.alive) {
          listener();
        }
      }),
    ping: () => process.call('database.ping', () => database.ping()),
    close: () => database.close(),
  };
}

/** The pure functions of the adapter stay as they are; each call to the provider is a point where the process may die. */
export function registryOf(process: AtRisk, adapters: readonly ProviderAdapter[]): ProviderRegistry {
  const registry = new ProviderRegistry();
  for (const adapter of adapters) {
    registry.register(adapterAtRisk(process, adapter));
  }
  return registry;
}

function adapterAtRisk(process: AtRisk, adapter: ProviderAdapter): ProviderAdapter {
  const cancel = adapter.cancel?.bind(adapter);
  const balance = adapter.balance?.bind(adapter);
  return {
    ...adapter,
    resolveInput: (...input) => process.call('provider.resolveInput', () => adapter.resolveInput(...input)),
    execute: (...input) => process.call('provider.execute', () => adapter.execute(...input)),
    checkStatus: (...input) => process.call('provider.checkStatus', () => adapter.checkStatus(...input)),
    ...(cancel === undefined
      ? {}
      : { cancel: (...input) => process.call('provider.cancel', () => cancel(...input)) }),
    ...(balance === undefined
      ? {}
      : { balance: (...input) => process.call('provider.balance', () => balance(...input)) }),
  };
}

export function blobsOf(process: AtRisk, blobs: BlobStore): BlobStore {
  return {
    receive: (source, limits) => process.call('blobs.receive', () => blobs.receive(source, limits)),
    keep: (file, mimeType) => process.call('blobs.keep', () => blobs.keep(file, mimeType)),
    discard: (file) => process.call('blobs.discard', () => blobs.discard(file)),
    stat: (hash) => process.call('blobs.stat', () => blobs.stat(hash)),
    read: (hash, range) => process.call('blobs.read', () => blobs.read(hash, range)),
    open: (hash) => process.call('blobs.open', () => blobs.open(hash)),
    localFile: (hash) => process.call('blobs.localFile', () => blobs.localFile(hash)),
    remove: (hash) => process.call('blobs.remove', () => blobs.remove(hash)),
    sweep: () => process.call('blobs.sweep', () => blobs.sweep()),
    ping: () => process.call('blobs.ping', () => blobs.ping()),
  };
}

export function mediaOf(process: AtRisk, media: MediaReader): MediaReader {
  return {
    claimedType: (path) => process.call('media.claimedType', () => media.claimedType(path)),
    probe: (path) => process.call('media.probe', () => media.probe(path)),
    mayHavePoster: (facts) => media.mayHavePoster(facts),
    poster: (path, facts) => process.call('media.poster', () => media.poster(path, facts)),
    convertImage: (path, target) =>
      process.call('media.convertImage', () => media.convertImage(path, target)),
  };
}

export function outgoingOf(process: AtRisk, outgoing: OutgoingHttp): OutgoingHttp {
  return {
    checkUrl: (url) => outgoing.checkUrl(url),
    async download(url, limits) {
      const chunks = await process.call('outgoing.download', () => outgoing.download(url, limits));
      return eachChunkAtRisk(process, chunks);
    },
  };
}

async function* eachChunkAtRisk(
  process: AtRisk,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield await process.call('outgoing.chunk', () => Promise.resolve(chunk));
  }
}
