import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@pixsim7/core';
import { createProviderFetch, createVault } from '@pixsim7/infra';
import { registerDefaultProviders } from '@pixsim7/providers';
import type { ProviderRegistry } from '@pixsim7/providers';
import { readEnvironmentAccounts } from '../config/account-environment.ts';
import type { Settings } from '../config/settings.ts';
import { postgresAddress } from '../runtime/open-dependencies.ts';
import { checkAccountsOfServer, checkEnvironmentAccounts, checkStoredAccounts } from './check-accounts.ts';
import { checkDataFolder, checkEmbeddedDatabase } from './check-data-folder.ts';
import { checkCertificates, checkNode, checkRedisAddress, checkSettings } from './check-program.ts';
import { judgePostgres, judgeRedis, lookAtPostgres, lookAtRedis } from './check-servers.ts';
import { checkStorage } from './check-storage.ts';
import type { Finding } from './finding.ts';
import { checkAddress, findRunningServer, reportHealth } from './running-server.ts';
import type { RunningServer } from './running-server.ts';

export interface DoctorParts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly nodeVersion: string;
  readonly now: () => number;
  readonly fetch: typeof globalThis.fetch;
  readonly createUuid: () => string;
}

/** The findings say it all; what the parts would log besides is noise on a terminal. */
const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {}

/**
 * Looks at everything that a server with this environment would stand on. It changes nothing and may be run next to a
 * running server.
 */
export async function runDoctor(parts: DoctorParts): Promise<Finding[]> {
  const { settings, findings } = checkSettings(parts.environment);
  findings.unshift(checkNode(parts.nodeVersion), ...checkCertificates(parts.environment));
  if (settings === null) {
    return findings;
  }
  const running = await findRunningServer(settings, parts.fetch);
  if (running !== null) {
    findings.push(...reportHealth(running));
  }
  const folder = await checkDataFolder(settings);
  findings.push(...folder);
  const database = await checkDatabase(settings, running, parts.now);
  findings.push(...database.findings, ...(await checkRedis(settings, parts.now)));
  // A storage probe would only repeat that the folder cannot be written, and would make one that is not there yet.
  if (running !== null || settings.STORAGE_URL !== undefined || folder.length > 1) {
    findings.push(await checkStorage(settings, silent));
  }
  findings.push(...(await checkAccounts(settings, running, database.isCurrent, parts)));
  findings.push(await checkAddress(settings, running));
  return findings;
}

async function checkDatabase(
  settings: Settings,
  running: RunningServer | null,
  now: () => number,
): Promise<{ readonly findings: Finding[]; readonly isCurrent: boolean }> {
  if (settings.DATABASE_URL === undefined) {
    return { findings: [await checkEmbeddedDatabase(settings, running)], isCurrent: false };
  }
  const { facts, finding } = await lookAtPostgres(postgresAddress(settings.DATABASE_URL, settings));
  if (facts === null) {
    return { findings: [finding], isCurrent: false };
  }
  return {
    findings: [finding, ...judgePostgres(facts, settings.DATABASE_POOL_SIZE, now())],
    isCurrent: facts.trouble === null && facts.appliedMigrations === facts.knownMigrations,
  };
}

async function checkRedis(settings: Settings, now: () => number): Promise<Finding[]> {
  const address = checkRedisAddress(settings);
  if (address === null) {
    return [];
  }
  if ('status' in address) {
    return [address];
  }
  const { facts, finding } = await lookAtRedis(address);
  return facts === null ? [finding] : [finding, ...judgeRedis(facts, now())];
}

async function checkAccounts(
  settings: Settings,
  running: RunningServer | null,
  isDatabaseCurrent: boolean,
  { environment, fetch, createUuid, now }: DoctorParts,
): Promise<Finding[]> {
  const { DATABASE_URL, SECRET_KEY } = settings;
  const providerFetch = createProviderFetch();
  const registry: ProviderRegistry = registerDefaultProviders({ fetch: providerFetch.fetch, createUuid });
  try {
    if (DATABASE_URL !== undefined && SECRET_KEY !== undefined && isDatabaseCurrent) {
      const vault = createVault([SECRET_KEY, ...settings.SECRET_KEY_PREVIOUS]);
      return await checkStoredAccounts(postgresAddress(DATABASE_URL, settings), {
        registry,
        vault,
        logger: silent,
        now,
      });
    }
    const apiKey = settings.API_KEY ?? (await readApiKey(settings));
    if (running !== null && apiKey !== null) {
      return await checkAccountsOfServer(running.url, apiKey, fetch);
    }
    const manifests = registry.list().map((adapter) => adapter.manifest);
    return await checkEnvironmentAccounts(registry, readEnvironmentAccounts(environment, manifests));
  } finally {
    await providerFetch.close();
  }
}

/** The key that the server made; it is not made here. */
async function readApiKey({ DATA_DIR }: Settings): Promise<string | null> {
  return readFile(join(DATA_DIR, 'api-key'), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}
