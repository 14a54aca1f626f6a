import { startResumeLoop, type Core, type CoreDependencies, type RetentionDays } from '@pixsim7/core';
import type { EmbeddedDatabase } from '@pixsim7/infra';

const minute = 60_000;

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
  const { blobs, logger, system } = dependencies;
  const stopResuming = startResumeLoop(dependencies);
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const repeat = (intervalMs: number, name: string, work: () => Promise<unknown>): (() => void) =>
    system.every(intervalMs, () => {
      const run = work()
        .then(
          () => undefined,
          (error: unknown) => {
            if (error === stopping.signal.reason) return;
            logger.error({ error }, `${name} failed`);
          },
        )
        .finally(() => running.delete(run));
      running.add(run);
    });
  const stops = [
    repeat(minute / 4, 'reading balances', () => core.accounts.readDueBalances()),
    repeat(10 * minute, 'removing unused files', () => core.assets.sweep()),
    repeat(10 * minute, 'forgetting what nobody reads', async () => {
      const forgotten = await core.retention.run(retention, stopping.signal);
      if (Object.values(forgotten).some((count) => count > 0))
        logger.info({ ...forgotten }, 'old data removed');
    }),
    repeat(60 * minute, 'removing temporary files', () => blobs.sweep()),
    ...(embedded === null ? [] : [repeat(minute, 'upkeep of the database', () => embedded.upkeep())]),
  ];
  return async () => {
    stopping.abort(new Error('The server stops.'));
    for (const stop of stops) stop();
    await stopResuming();
    await Promise.all(running);
  };
}
