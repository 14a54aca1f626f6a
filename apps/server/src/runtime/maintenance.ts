import { repeat, startResumeLoop } from '@pixsim7/core';
import type { Core, CoreDependencies, RetentionDays } from '@pixsim7/core';
import type { EmbeddedDatabase } from '@pixsim7/infra';

const minute = 60_000;
/** Work that fails rests for up to so long; the hourly one is not held up by it. */
const longestRestMs = 60 * minute;

export interface MaintenanceParts {
  /** null: the database is a server, which does its own upkeep. */
  readonly embedded: Pick<EmbeddedDatabase, 'upkeep'> | null;
  readonly retention: RetentionDays;
}

/** The work that no request asks for. Returns the function that stops it and waits for what runs. */
export function startMaintenance(
  core: Core,
  dependencies: CoreDependencies,
  { embedded, retention }: MaintenanceParts,
): () => Promise<void> {
  const { blobs, logger } = dependencies;
  const stopping = new AbortController();
  const every = (intervalMs: number, longestMs: number, name: string, work: () => Promise<unknown>) =>
    repeat(dependencies, { intervalMs, longestRestMs: longestMs, failed: `${name} failed`, work });
  const forget = async (): Promise<void> => {
    const forgotten = await core.retention.run(retention, stopping.signal);
    if (Object.values(forgotten).some((count) => count > 0)) {
      logger.info({ ...forgotten }, 'old data removed');
    }
  };
  const stops = [
    startResumeLoop(dependencies),
    every(minute / 4, 2 * minute, 'reading balances', () => core.accounts.readDueBalances()),
    every(10 * minute, longestRestMs, 'removing unused files', () => core.assets.sweep()),
    every(10 * minute, longestRestMs, 'deleting old records', forget),
    every(60 * minute, longestRestMs, 'removing temporary files', () => blobs.sweep()),
    ...(embedded === null
      ? []
      : [every(minute, longestRestMs, 'maintenance of the database', () => embedded.upkeep())]),
  ];
  return async () => {
    stopping.abort(new Error('The server stops.'));
    await Promise.all(stops.map((stop) => stop()));
  };
}
