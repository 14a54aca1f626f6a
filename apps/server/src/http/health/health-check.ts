import type { Health } from '@pixsim7/contracts';
import type { AccountState, StepQueueStatistics } from '@pixsim7/core';
import { reasonOf, troubleOfDatabase, troubleOfRedis, unknownTrouble } from '@pixsim7/infra';
import type { Trouble } from '@pixsim7/infra';
import { withinTime } from '../../watch/time-bound.ts';
import type { HttpParts } from '../http-parts.ts';
import { diskCheck, logCheck } from './machine-checks.ts';
import { providerChecks } from './provider-checks.ts';
import { checksOfServers, connectionOf } from './server-checks.ts';

type Check = Health['checks'][string];
type Outcome<Result> = { readonly result: Result } | { readonly failure: Check };

/** A health request waits a few seconds at most. */
const checkBoundMs = 2_000;
/** Anybody may ask: more looks than this would be a way to load the server. */
const keptMs = 1_000;
/** The resume loop offers overdue steps every 2 s; a step that is a minute late has nobody who runs it. */
const lateMs = 60_000;

/** Looks at everything that the server stands on. Looks at the same time are one look. */
export function createHealthCheck(
  parts: Pick<
    HttpParts,
    'core' | 'queue' | 'registry' | 'system' | 'logger' | 'mode' | 'version' | 'servers' | 'diskRoom' | 'log'
  >,
): { report(): Promise<Health> } {
  const { system, logger } = parts;
  let latest: { readonly at: number; readonly report: Promise<Health> } | null = null;

  async function runCheck<Result>(
    name: string,
    troubleOf: (error: unknown) => Trouble,
    work: () => Promise<Result>,
  ): Promise<Outcome<Result>> {
    try {
      return { result: await withinTime(system, checkBoundMs, work()) };
    } catch (error) {
      logger.warn({ check: name, error }, 'health check failed');
      const { code, summary } = troubleOf(error);
      return { failure: { status: 'down', code, detail: summary } };
    }
  }

  async function look(): Promise<Health> {
    const { diskRoom, log } = parts;
    const [servers, queue, accounts, disk] = await Promise.all([
      parts.servers.look(),
      runCheck('queue', troubleOfRedis, () => parts.queue.statistics()),
      runCheck('accounts', troubleOfDatabase, () => parts.core.accounts.listStates(checkBoundMs)),
      diskRoom === undefined ? null : runCheck('disk', troubleOfDisk, () => diskRoom.read()),
    ]);
    const checks: Record<string, Check> = {
      ...checksOfServers(servers),
      queue: 'failure' in queue ? queue.failure : queueCheck(queue.result, system.now()),
      ...(diskRoom === undefined || disk === null
        ? {}
        : { disk: 'failure' in disk ? disk.failure : diskCheck(disk.result, diskRoom.reserveBytes) }),
      ...(log === undefined ? {} : { log: logCheck(log()) }),
      ...checksOfProviders(parts.registry.ids(), accounts),
    };
    const works = Object.values(checks).every(({ status }) => status === 'ok' || status === 'not_configured');
    return {
      status: works ? 'healthy' : 'degraded',
      database: connectionOf(servers.database),
      redis: servers.redis === null ? 'not_configured' : connectionOf(servers.redis),
      providers: parts.registry.ids(),
      mode: parts.mode,
      version: parts.version,
      checks,
    };
  }

  return {
    report() {
      const now = system.now();
      if (latest === null || now - latest.at >= keptMs) {
        latest = { at: now, report: look() };
      }
      return latest.report;
    },
  };
}

function queueCheck(statistics: readonly StepQueueStatistics[], now: number): Check {
  const sum = (of: (entry: StepQueueStatistics) => number): number =>
    statistics.reduce((total, entry) => total + of(entry), 0);
  // Posters wait for everything else, and nobody waits for them.
  const late = statistics.filter(
    ({ step, earliest }) => step !== 'poster' && earliest !== null && now - earliest > lateMs,
  );
  const detail = `Waiting steps: ${sum((entry) => entry.waiting)}. Running: ${sum((entry) => entry.running)}.`;
  if (late.length === 0) {
    return { status: 'ok', detail };
  }
  const oldest = Math.min(...late.map(({ earliest }) => earliest ?? now));
  const seconds = Math.round((now - oldest) / 1_000);
  return {
    status: 'degraded',
    detail: `${detail} Steps that were due ${seconds} s ago have not run (${late.map(({ step }) => step).join(', ')}): no workers are running, or too few.`,
  };
}

function checksOfProviders(
  providerIds: readonly string[],
  accounts: Outcome<readonly AccountState[]>,
): Record<string, Check> {
  if ('result' in accounts) {
    return providerChecks(providerIds, accounts.result);
  }
  const unknown: Check = { status: 'down', detail: 'The accounts cannot be read.' };
  return Object.fromEntries(providerIds.map((id) => [id, unknown]));
}

function troubleOfDisk(error: unknown): Trouble {
  return unknownTrouble('The disk of DATA_DIR', reasonOf(error));
}
