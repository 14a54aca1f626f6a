import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Registry } from 'prom-client';
import type { Problem } from '@pixsim7/contracts';
import { createBulkheads, createCore, createStepHandlers } from '@pixsim7/core';
import type { Core, CoreDependencies, Database } from '@pixsim7/core';
import {
  createMediaReader,
  createOutgoingHttp,
  createProviderFetch,
  createVault,
  openDiskBlobStore,
  troubleOfRedis,
} from '@pixsim7/infra';
import { registerDefaultProviders } from '@pixsim7/providers';
import { builtCaller } from '@pixsim7/testkit/builders';
import { createObservability } from '../../observability/create-observability.ts';
import { lookAtDatabase } from '../../watch/look-at-database.ts';
import { lookAtStorage } from '../../watch/look-at-storage.ts';
import { stoppedBy } from '../../watch/part-state.ts';
import type { PartState } from '../../watch/part-state.ts';
import { createServerWatch } from '../../watch/server-watch.ts';
import { createHttpApp } from '../create-http-app.ts';
import type { HttpApp, HttpParts } from '../http-parts.ts';
import { checkReply } from './checked-replies.ts';
import type { ManualQueue } from './manual-queue.ts';
import { createManualSystem } from './manual-system.ts';
import type { ManualSystem } from './manual-system.ts';
import { openBackend } from './open-backend.ts';

export const apiKey = 'px7_the-key-of-the-tests';
export const caller = builtCaller;

/** Shared by the benches of a file: its children take a moment to start, and end with the thread of the test. */
const silent = (): void => undefined;
const media = createMediaReader({ logger: { debug: silent, info: silent, warn: silent, error: silent } });

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

export interface RequestOptions {
  readonly json?: unknown;
  readonly body?: NonNullable<RequestInit['body']>;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
  /** The key of the tests when left out; null sends none. */
  readonly key?: string | null;
}

/** The whole application over memory or over real servers (`openBackend`), and files in a temporary folder. */
export interface HttpBench {
  readonly app: HttpApp;
  readonly core: Core;
  readonly database: Database;
  readonly dependencies: CoreDependencies;
  readonly system: ManualSystem;
  readonly queue: ManualQueue;
  readonly log: LogLine[];
  readonly metrics: Registry;
  readonly stopping: AbortController;
  /** Sends a request and holds the reply against the reference. */
  send(method: string, path: string, options?: RequestOptions): Promise<Response>;
  json<Value>(method: string, path: string, options?: RequestOptions): Promise<Value>;
  problem(method: string, path: string, options?: RequestOptions): Promise<Problem>;
  close(): Promise<void>;
}

export interface BenchOptions extends Partial<
  Pick<HttpParts, 'limits' | 'authenticate' | 'mode' | 'queueBoard' | 'serves'>
> {
  /** The state of Redis; none is needed when left out. */
  readonly redis?: () => Promise<PartState>;
  readonly database?: Database;
  /** Replaces parts, e.g. by broken ones. */
  readonly change?: (dependencies: CoreDependencies) => Partial<CoreDependencies>;
}

export async function openBench(options: BenchOptions = {}): Promise<HttpBench> {
  const directory = await mkdtemp(join(tmpdir(), 'pixsim7-http-'));
  const log: LogLine[] = [];
  const write = (level: LogLine['level']) => (fields: Record<string, unknown>, message: string) =>
    void log.push({ level, fields, message });
  const system = createManualSystem();
  const observability = createObservability({
    logger: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    version: '0.0.0-test',
    role: 'all',
    monotonicNow: () => system.now(),
  });
  const { logger } = observability;
  const backend = await openBackend(system, logger, options.database);
  const { database, queue, eventSignal } = backend;
  const outgoing = createOutgoingHttp();
  const providerFetch = createProviderFetch();
  const standard: CoreDependencies = {
    database,
    queue,
    ...(eventSignal === undefined ? {} : { eventSignal }),
    system,
    logger,
    outgoing,
    registry: registerDefaultProviders({ fetch: providerFetch.fetch, createUuid: () => crypto.randomUUID() }),
    blobs: await openDiskBlobStore({ directory }),
    media,
    vault: createVault(['a secret of thirty-two characters']),
    bulkheads: createBulkheads({ system, logger }),
  };
  const dependencies = observability.observe({ ...standard, ...options.change?.(standard) });
  const core = createCore(dependencies);
  await database.transaction((transaction) =>
    transaction.users.ensureOwner(caller.workspaceId, caller.userId, system.now()),
  );
  await queue.start(observability.observeSteps(createStepHandlers(dependencies)));
  core.events.start();
  const stopping = new AbortController();
  const { redis } = options;
  const silentRedis = (error: unknown): PartState => stoppedBy(troubleOfRedis(error));
  const app = createHttpApp({
    ...dependencies,
    core,
    mode: options.mode ?? 'embedded',
    version: '0.0.0-test',
    servers: createServerWatch(
      {
        database: (bound) => lookAtDatabase(database, null, bound),
        redis: redis === undefined ? null : (bound) => bound(redis()).catch(silentRedis),
        storage: (bound) => lookAtStorage(dependencies.blobs, bound),
      },
      { system, logger },
    ),
    authenticate: options.authenticate ?? (async (key) => (key === apiKey ? caller : null)),
    stopping: stopping.signal,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.queueBoard === undefined ? {} : { queueBoard: options.queueBoard }),
    ...(options.serves === undefined ? {} : { serves: options.serves }),
    metrics: observability.registry,
  });

  async function send(method: string, path: string, request: RequestOptions = {}): Promise<Response> {
    const { json, body = json === undefined ? null : JSON.stringify(json), key = apiKey } = request;
    const reply = await app.request(path, {
      method,
      body,
      headers: {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...request.headers,
      },
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    });
    await checkReply(app, method, new URL(path, 'http://localhost').pathname, reply);
    return reply;
  }

  return {
    app,
    core,
    database,
    dependencies,
    system,
    queue,
    log,
    metrics: observability.registry,
    stopping,
    send,
    async json<Value>(method: string, path: string, request?: RequestOptions) {
      const reply = await send(method, path, request);
      if (!reply.ok) {
        throw new Error(`${method} ${path}: ${await reply.text()}`);
      }
      return (await reply.json()) as Value;
    },
    async problem(method, path, request) {
      const reply = await send(method, path, request);
      if (reply.ok) {
        throw new Error(`${method} ${path} was not refused: ${reply.status}`);
      }
      return (await reply.json()) as Problem;
    },
    async close() {
      stopping.abort();
      await core.events.stop();
      await outgoing.close();
      await providerFetch.close();
      await backend.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
