import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import type { Registry } from 'prom-client';
import type { RequestId } from '@pixsim7/contracts';
import { uploadPace } from '@pixsim7/core';
import type {
  BlobStore,
  Caller,
  Core,
  Database,
  DiskRoom,
  Logger,
  StepQueue,
  System,
  TransferPace,
} from '@pixsim7/core';
import type { ProviderRegistry } from '@pixsim7/providers';
import type { LogStatistics } from '../runtime/log-destination.ts';
import type { ServerWatch } from '../watch/server-watch.ts';

/** Bounds of what clients may do. */
export interface HttpLimits {
  /** Body of a job or a quote. A data URL of a 20 MB picture has 28 million characters. */
  readonly jobBytes: number;
  /** Every other JSON body. The largest valid one, an account, has about 20 KB. */
  readonly jsonBytes: number;
  /** All bodies above 64 KB that are held at once, together. */
  readonly largeBodiesBytes: number;
  /** Body of a webhook. They hold an id, a status and a few URLs. */
  readonly webhookBytes: number;
  /** Longest silence between two chunks of a body, in milliseconds. */
  readonly bodySilenceMs: number;
  /** Longest time for a whole body that is not an upload, in milliseconds. */
  readonly bodyArrivalMs: number;
  /** Event streams and `?wait=` replies of one API key at once. */
  readonly heldReplies: number;
  /** Webhooks that one account may be sent at once, and how many a second it gets back. */
  readonly webhookBurst: number;
  readonly webhooksPerSecond: number;
  /** Requests that one API key may send at once after a pause, and how many a second it gets back. */
  readonly requestBurst: number;
  readonly requestsPerSecond: number;
  /** Wrong keys, and webhooks that are refused, that one remote address may send at once, and how many a second it gets back. */
  readonly wrongKeyBurst: number;
  readonly wrongKeysPerSecond: number;
  /** The lowest speed of an upload. */
  readonly uploadPace: TransferPace;
}

export const defaultHttpLimits: HttpLimits = {
  jobBytes: 32 * 1024 ** 2,
  jsonBytes: 64 * 1024,
  largeBodiesBytes: 48 * 1024 ** 2,
  webhookBytes: 256 * 1024,
  bodySilenceMs: 15_000,
  bodyArrivalMs: 60_000,
  heldReplies: 200,
  webhookBurst: 200,
  webhooksPerSecond: 50,
  requestBurst: 200,
  requestsPerSecond: 100,
  wrongKeyBurst: 20,
  wrongKeysPerSecond: 1,
  uploadPace,
};

/** Everything that the HTTP layer stands on. */
export interface HttpParts {
  /** Its event log must be started: event streams and `?wait=` hear of changes through it. */
  readonly core: Core;
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly queue: StepQueue;
  readonly registry: ProviderRegistry;
  readonly system: System;
  readonly logger: Logger;
  readonly mode: 'embedded' | 'cluster';
  readonly version: string;
  /** The state of the servers that this process depends on. */
  readonly servers: Pick<ServerWatch, 'look'>;
  /** The disk of the data folder; absent when nobody watches it. */
  readonly diskRoom?: DiskRoom;
  /** Counts of log lines; absent when the log is not ours. */
  readonly log?: () => LogStatistics;
  /** Tells whose API key it is and what it may do; null when nobody's. The key is never logged or stored by this layer. */
  readonly authenticate: (apiKey: string) => Promise<Caller | null>;
  /** Aborted when the server stops: replies that are being held and event streams end. */
  readonly stopping: AbortSignal;
  /** Makes the dashboard of the queues at its first use; absent when the queues are not in Redis. */
  readonly queueBoard?: () => Promise<Hono>;
  /** `operations`: only health, readiness and metrics, for a process that runs steps. The whole API when left out. */
  readonly serves?: 'everything' | 'operations';
  /** Limits that are left out keep their default. */
  readonly limits?: Partial<HttpLimits>;
  /** Metrics of other parts that `/metrics` shows too; a registry of its own when left out. */
  readonly metrics?: Registry;
}

/** Given by Node's adaptor; absent when a test calls the application directly. */
interface NodeBindings {
  readonly incoming?: { readonly url?: string; readonly socket?: { readonly remoteAddress?: string } };
}

export interface HttpEnvironment {
  Bindings: NodeBindings;
  Variables: { requestId: RequestId; caller: Caller };
}

export type HttpApp = OpenAPIHono<HttpEnvironment>;
