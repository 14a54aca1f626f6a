import { startResumeLoop, type Core, type CoreDependencies } from '@pixsim7/core';
import type { EmbeddedDatabase } from '@pixsim7/infra';

const minute = 60_000;

/** The work that no request asks for. Returns the function that stops it and waits for what runs. */
export function startMaintenance(
  core: Core,
  dependencies: CoreDependencies,
  embedded: Pick<EmbeddedDatabase, 'upkeep'> | null,
): () => Promise<void> {
  const { blobs, logger, system } = dependencies;
  const stopResuming = startResumeLoop(dependencies);
  const running = new Set<Promise<void>>();
  const repeat = (intervalMs: number, name: string, work: () => Promise<unknown>): (() => void) =>
    system.every(intervalMs, () => {
      const run = work()
        .then(
          () => undefined,
          (error: unknown) => {
            logger.error({ error }, `${name} failed`);
          },
        )
        .finally(() => running.delete(run));
      running.add(run);
    });
  const stops = [
    repeat(minute / 4, 'reading balances', () => core.accounts.readDueBalances()),
    repeat(10 * minute, 'removing unused files', () => core.assets.sweep()),
    repeat(60 * minute, 'forgetting old webhooks', () => core.notices.forgetOld()),
    repeat(60 * minute, 'removing temporary files', () => blobs.sweep()),
    ...(embedded === null ? [] : [repeat(minute, 'upkeep of the database', () => embedded.upkeep())]),
  ];
  return async () => {
    for (const stop of stops) stop();
    await stopResuming();
    await Promise.all(running);
  };
}
