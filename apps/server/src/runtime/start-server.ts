import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics } from 'prom-client';
import { createCore, noteJumps, readClock, startKeepingTime } from '@pixsim7/core';
import { createSystem, loadOrCreateApiKey } from '@pixsim7/infra';
import type { Trouble } from '@pixsim7/infra';
import { allowedOrigins, readEnvironmentAccounts } from '../config/account-environment.ts';
import { ConfigurationError } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import { createHttpApp } from '../http/index.ts';
import type { HttpParts } from '../http/index.ts';
import { createObservability } from '../observability/create-observability.ts';
import type { Observability } from '../observability/create-observability.ts';
import { watchEventLoop } from '../observability/event-loop-metrics.ts';
import { troubleOf } from '../watch/part-state.ts';
import type { ServerWatch } from '../watch/server-watch.ts';
import { addEnvironmentAccounts } from './add-environment-accounts.ts';
import { Cleanup } from './cleanup.ts';
import type { ServerLog } from './logger.ts';
import { openDependencies } from './open-dependencies.ts';
import { openDoor } from './open-door.ts';
import { openSandbox } from './open-sandbox.ts';
import { openServerWatch } from './open-server-watch.ts';
import { createAuthenticator, openOwner } from './owner.ts';
import { openDataFolder } from './private-data.ts';
import { queueBoardOpener } from './queue-board-opener.ts';
import { assertNoUnfinishedRestore, serveCommands } from './serve-commands.ts';
import type { Owner } from './serve-commands.ts';
import { startQueue } from './start-queue.ts';
import { version } from './version.ts';
import { watchDisk } from './watch-disk.ts';

/** A server that answers. */
export interface RunningServer {
  readonly url: string;
  readonly apiKey: string;
  /** The file with the key, or null if the key came from the environment. */
  readonly apiKeyFile: string | null;
  readonly sandbox: boolean;
  readonly role: Settings['ROLE'];
  /** Problems of database, Redis or storage at the start. */
  readonly troubles: readonly Trouble[];
  /** A provider for a first try. */
  readonly exampleProvider: string;
  /** Takes no further work, lets running steps end for at most `graceMs`, and closes everything. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts a server: database, files, workers and HTTP API, as many of them as its role has. Nothing special happens after
 * a crash; the resume loop finds what is due either way.
 *
 * @throws ConfigurationError, EmbeddedDatabaseLockedError when another server uses the folder, and DatabaseQueryError or
 *   TroubleError when PostgreSQL cannot be used
 */
export async function startServer(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  { logger: plainLogger, statistics }: ServerLog,
): Promise<RunningServer> {
  const observability = createObservability({
    logger: plainLogger,
    version,
    role: settings.ROLE,
    monotonicNow: () => performance.now(),
  });
  collectDefaultMetrics({ register: observability.registry });
  const cleanup = new Cleanup(observability.logger);
  try {
    return await start(settings, environment, { observability, log: statistics }, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function start(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  { observability, log }: { readonly observability: Observability } & Pick<HttpParts, 'log'>,
  cleanup: Cleanup,
): Promise<RunningServer> {
  const { logger } = observability;
  await openDataFolder(settings.DATA_DIR, logger);
  assertReachableOnlyWithKey(settings);
  assertNoUnfinishedRestore(settings);
  const system = createSystem();
  const stopWatchingLoop = watchEventLoop(observability.registry, system);
  cleanup.add('event loop watch', async () => stopWatchingLoop());
  // First of all, so a port that is taken has opened no database and started no provider.
  const door = await openDoor(settings, { system, logger, metrics: observability.registry });
  cleanup.add('port', door.close);
  const opened = await openDependencies(settings, logger, cleanup, system);
  const environmentAccounts = readEnvironmentAccounts(
    environment,
    opened.registry.list().map((adapter) => adapter.manifest),
  );
  const dependencies = observability.observe({
    ...opened,
    database: noteJumps(opened.database, opened.system),
    accountOrigins: allowedOrigins(settings.ACCOUNT_BASE_URLS, environmentAccounts),
  });
  const { database } = dependencies;
  await readClock(dependencies);
  cleanup.add('clock', startKeepingTime(dependencies));
  const core = createCore(dependencies);
  const stopWatching = watchDisk(opened.diskRoom, { system, logger });
  cleanup.add('disk watch', async () => stopWatching());

  const apiKey = settings.API_KEY ?? (await loadOrCreateApiKey(settings.DATA_DIR));
  const caller = await openOwner(database, system);
  const owner: Owner = { caller, apiKey };
  core.events.start();
  cleanup.add('events', () => core.events.stop());
  await addEnvironmentAccounts(core, caller, environmentAccounts);
  const sandbox = await openSandbox(settings, core, caller, logger, cleanup);
  await startQueue(settings, core, dependencies, opened.embedded, observability, cleanup);
  await serveCommands(settings, core, opened, owner, cleanup);

  const watch = openServerWatch(settings, { ...opened, logger });
  const stopping = new AbortController();
  const app = createHttpApp({
    core,
    database,
    blobs: dependencies.blobs,
    queue: dependencies.queue,
    registry: dependencies.registry,
    system,
    logger,
    mode: settings.DATABASE_URL === undefined ? 'embedded' : 'cluster',
    version,
    servers: watch,
    diskRoom: opened.diskRoom,
    ...(log === undefined ? {} : { log }),
    authenticate: createAuthenticator(database, system, { caller, apiKey: () => owner.apiKey }),
    stopping: stopping.signal,
    metrics: observability.registry,
    serves: settings.ROLE === 'worker' ? 'operations' : 'everything',
    ...queueBoardOpener(settings, system, logger, cleanup),
  });
  door.serve(app.fetch);
  cleanup.add('http', door.close);
  const troubles = await startWatch(watch, cleanup);
  return {
    url: door.url,
    apiKey,
    apiKeyFile: settings.API_KEY === undefined ? join(settings.DATA_DIR, 'api-key') : null,
    sandbox: sandbox !== null,
    role: settings.ROLE,
    exampleProvider: dependencies.registry.ids()[0] ?? '',
    troubles,
    stop: async (graceMs) => {
      stopping.abort();
      await cleanup.run(graceMs);
    },
  };
}

/** An address that others can reach must not come up with a key that nobody has seen yet. */
function assertReachableOnlyWithKey({ API_KEY, DATA_DIR, HOST }: Settings): void {
  if (['127.0.0.1', '::1', 'localhost'].includes(HOST) || API_KEY !== undefined) {
    return;
  }
  if (existsSync(join(DATA_DIR, 'api-key'))) {
    return;
  }
  throw new ConfigurationError([
    `HOST: ${HOST} can be reached by others; set API_KEY, or start once on 127.0.0.1 to make a key`,
  ]);
}

/** Looks at every server once, and then again and again. Returns what is wrong now: the process works on, as far as it can. */
async function startWatch(watch: ServerWatch, cleanup: Cleanup): Promise<readonly Trouble[]> {
  const { database, redis, storage } = await watch.look();
  const stop = watch.start();
  cleanup.add('watch', async () => stop());
  return [database, redis, storage].flatMap((state) => {
    const trouble = state === null ? null : troubleOf(state);
    return trouble === null ? [] : [trouble];
  });
}
