import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { UserId } from '@pixsim7/contracts';
import {
  createCore,
  createStepHandlers,
  RequestError,
  type Core,
  type CoreDependencies,
  type Logger,
} from '@pixsim7/core';
import { loadOrCreateApiKey, RedisUnavailableError } from '@pixsim7/infra';
import { collectDefaultMetrics } from 'prom-client';
import {
  allowedOrigins,
  readEnvironmentAccounts,
  type EnvironmentAccount,
} from '../config/account-environment.ts';
import { ConfigurationError, type Settings } from '../config/settings.ts';
import { createHttpApp, listen, type HttpApp, type ListenParts } from '../http/index.ts';
import { createObservability, type Observability } from '../observability/create-observability.ts';
import { leaveSandbox, startSandbox, wantsSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { Cleanup } from './cleanup.ts';
import { startMaintenance } from './maintenance.ts';
import { openDependencies, type OpenedDependencies } from './open-dependencies.ts';
import { createAuthenticator } from './owner.ts';
import { queueBoardOpener } from './queue-board-opener.ts';
import { assertNoUnfinishedRestore, serveCommands } from './serve-commands.ts';
import { version } from './version.ts';

/** A server that answers. */
export interface RunningServer {
  readonly url: string;
  readonly apiKey: string;
  /** Where the key stands, or null when it came from the environment. */
  readonly apiKeyFile: string | null;
  readonly sandbox: boolean;
  readonly role: Settings['ROLE'];
  /** A provider for a first try. */
  readonly exampleProvider: string;
  /** Takes no further work, lets running steps end for at most `graceMs`, and closes everything. */
  stop(graceMs: number): Promise<void>;
}

/** The one user of an installation without accounts for people. */
const ownerId = 'usr_00000000000000000000000000' as UserId;

/**
 * Starts a server: database, files, workers and HTTP API, as many of them as its role has. Nothing special happens after
 * a crash; the resume loop finds what is due either way.
 *
 * @throws ConfigurationError, and EmbeddedDatabaseLockedError when another server uses the folder
 */
export async function startServer(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  plainLogger: Logger,
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
    return await start(settings, environment, observability, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function start(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  observability: Observability,
  cleanup: Cleanup,
): Promise<RunningServer> {
  const { logger } = observability;
  await mkdir(settings.DATA_DIR, { recursive: true, mode: 0o700 });
  assertReachableOnlyWithKey(settings);
  assertNoUnfinishedRestore(settings);
  const opened = await openDependencies(settings, logger, cleanup);
  const environmentAccounts = readEnvironmentAccounts(
    environment,
    opened.registry.list().map((adapter) => adapter.manifest),
  );
  const dependencies = observability.observe({
    ...opened,
    accountOrigins: allowedOrigins(settings.ACCOUNT_BASE_URLS, environmentAccounts),
  });
  const { database, system } = dependencies;
  const core = createCore(dependencies);

  const apiKey = settings.API_KEY ?? (await loadOrCreateApiKey(settings.DATA_DIR));
  const owner = await database.transaction((transaction) =>
    transaction.users.ensureOwner(ownerId, system.now()),
  );
  core.events.start();
  cleanup.add('events', () => core.events.stop());
  await addEnvironmentAccounts(core, environmentAccounts);
  const sandbox = await openSandbox(settings, core, logger, cleanup);
  await startQueue(settings, core, dependencies, observability, cleanup);
  await serveCommands(settings, core, opened, cleanup);

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
    redis: () => redisStatus(opened.redis),
    authenticate: createAuthenticator(database, system, { userId: owner, apiKey }),
    stopping: stopping.signal,
    metrics: observability.registry,
    serves: settings.ROLE === 'worker' ? 'operations' : 'everything',
    ...queueBoardOpener(settings, system, logger, cleanup),
  });
  const { url, close } = await listenTo(app, settings, { system, logger, metrics: observability.registry });
  cleanup.add('http', close);
  return {
    url,
    apiKey,
    apiKeyFile: settings.API_KEY === undefined ? join(settings.DATA_DIR, 'api-key') : null,
    sandbox: sandbox !== null,
    role: settings.ROLE,
    exampleProvider: dependencies.registry.ids()[0] ?? '',
    stop: async (graceMs) => {
      stopping.abort();
      await cleanup.run(graceMs);
    },
  };
}

/** An address that others can reach must not come up with a key that nobody has seen yet. */
function assertReachableOnlyWithKey({ API_KEY, DATA_DIR, HOST }: Settings): void {
  if (['127.0.0.1', '::1', 'localhost'].includes(HOST) || API_KEY !== undefined) return;
  if (existsSync(join(DATA_DIR, 'api-key'))) return;
  throw new ConfigurationError([
    `HOST: ${HOST} can be reached by others; set API_KEY, or start once on 127.0.0.1 so that a key is made`,
  ]);
}

async function redisStatus(
  redis: OpenedDependencies['redis'],
): Promise<'connected' | 'not_configured' | 'disconnected'> {
  if (redis === null) return 'not_configured';
  try {
    await redis.ping();
    return redis.status();
  } catch (error) {
    if (error instanceof RedisUnavailableError) return 'disconnected';
    throw error;
  }
}

/** An account from the environment is made once; afterwards the database has it and the environment adds nothing. */
async function addEnvironmentAccounts(core: Core, accounts: readonly EnvironmentAccount[]): Promise<void> {
  const existing = (await core.accounts.list({})).data;
  for (const account of accounts) {
    const label = 'From the environment';
    const present = existing.find(
      (entry) => entry.provider_id === account.providerId && entry.label === label,
    );
    if (present !== undefined) continue;
    try {
      await core.accounts.create({
        provider_id: account.providerId,
        label,
        credentials: { ...account.credentials },
        ...(account.baseUrl === null ? {} : { base_url: account.baseUrl }),
      });
    } catch (error) {
      // The same key was brought by the API, or by another process that starts at the same moment.
      if (!(error instanceof RequestError) || error.code !== 'state_conflict') throw error;
    }
  }
}

async function openSandbox(
  settings: Settings,
  core: Core,
  logger: Logger,
  cleanup: Cleanup,
): Promise<Sandbox | null> {
  if (settings.ROLE !== 'all') return null;
  if (!wantsSandbox(settings.SANDBOX, (await core.accounts.list({})).data)) {
    await leaveSandbox(core);
    return null;
  }
  const sandbox = await startSandbox({ core, logger, dataDirectory: settings.DATA_DIR });
  cleanup.add('sandbox', () => sandbox.close());
  return sandbox;
}

/** Every process offers steps; only a worker runs them. */
async function startQueue(
  settings: Settings,
  core: Core,
  dependencies: CoreDependencies,
  observability: Observability,
  cleanup: Cleanup,
): Promise<void> {
  const { database, queue, system } = dependencies;
  cleanup.add('queue', (graceMs) => queue.stop(graceMs));
  if (settings.ROLE === 'api') return;
  if (settings.DATABASE_URL === undefined) {
    // This process holds the lock of the data folder, so whoever held a lease before is gone.
    await database.transaction((transaction) => transaction.submissions.voidLeases(system.now()));
  }
  await queue.start(observability.observeSteps(createStepHandlers(dependencies)));
  cleanup.add('maintenance', startMaintenance(core, dependencies));
}

/** @throws ConfigurationError when the port is taken */
async function listenTo(
  app: HttpApp,
  { HOST, PORT }: Settings,
  parts: Pick<ListenParts, 'system' | 'logger' | 'metrics'>,
): Promise<{ url: string; close: () => Promise<void> }> {
  try {
    const { port, close } = await listen({ ...parts, fetch: app.fetch, hostname: HOST, port: PORT });
    const host = HOST.includes(':') ? `[${HOST}]` : HOST;
    return { url: `http://${host}:${port}`, close };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new ConfigurationError([`PORT: ${PORT} is in use by another program; set PORT to another one`]);
  }
}
