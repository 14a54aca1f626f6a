import type { ProviderRegistry } from '@pixsim7/providers/contract';
import type { Bulkheads } from './limits/bulkhead/bulkheads.ts';
import type {
  BlobStore,
  Correlation,
  Database,
  DiskRoom,
  EventSignal,
  Logger,
  MediaReader,
  OutgoingHttp,
  StepQueue,
  System,
  Vault,
} from './ports/index.ts';
import type { DurationMemory } from './read/duration-memory.ts';
import type { Handover } from './read/handover.ts';
import type { GroupCommit } from './write/group-commit.ts';

/** Everything that the domain needs from outside. The server makes it once, tests make it as they like. */
export interface CoreDependencies {
  readonly database: Database;
  readonly registry: ProviderRegistry;
  readonly queue: StepQueue;
  readonly blobs: BlobStore;
  readonly media: MediaReader;
  readonly outgoing: OutgoingHttp;
  readonly vault: Vault;
  readonly system: System;
  readonly logger: Logger;
  /** One set for the process: what the API does and what the steps do counts together. */
  readonly bulkheads: Bulkheads;
  /** Makes what commits units of work together; absent if each has a transaction of its own. */
  readonly createCommits?: (database: Database) => GroupCommit;
  /** Made by `createCommits`: one for the services, one for the steps. */
  readonly commits?: GroupCommit;
  /** Absent if every step reads its rows. */
  readonly handover?: Handover;
  /** Between two publications of events, in milliseconds. Left out: none waits for another. */
  readonly publishGapMs?: number;
  /** Absent if every step asks the database anew. */
  readonly durations?: DurationMemory;
  /** The public address of this server, without a slash at the end; absent if it has none. */
  readonly publicUrl?: string;
  /** Absent when nothing is refused for want of room. */
  readonly diskRoom?: DiskRoom;
  /** Origins that the `base_url` of an account may have; absent or empty: any. */
  readonly accountOrigins?: readonly string[];
  /** Absent when this is the only process. */
  readonly eventSignal?: EventSignal;
  /** Absent when nobody reads logs or traces. */
  readonly correlation?: Correlation;
}
