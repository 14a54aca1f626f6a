import type { CoreDependencies } from '../dependencies.ts';
import { withTransactions } from '../ports/index.ts';
import type { Database, System } from '../ports/index.ts';

/** After a crash the clock of an installation can be behind by this much at most. */
const tickMs = 10_000;

type Dependencies = Pick<CoreDependencies, 'database' | 'logger' | 'system'>;

/**
 * Before anything else at a start: from here on `now` is not before any time that an earlier run has written down, and
 * what this run writes is not after the mark that the next one begins from.
 */
export async function readClock({
  database,
  system,
}: Pick<Dependencies, 'database' | 'system'>): Promise<void> {
  system.keepTime(await database.transaction((transaction) => transaction.clock.advance(null)));
  system.keepTime(await database.transaction((transaction) => transaction.clock.advance(system.now())));
}

/**
 * A database whose transactions move the mark first when the clock has jumped forward. Without it a process that dies within
 * a tick of the jump leaves due times hours after the mark, and when the clock is set back nothing is due until then.
 */
export function noteJumps(database: Database, system: System): Database {
  return withTransactions(database, async (work) => {
    if (system.hasJumped()) {
      system.keepTime(await database.transaction((transaction) => transaction.clock.advance(system.now())));
    }
    return database.transaction(work);
  });
}

/** Keeps the clock of the installation going. Returns the function that stops it and waits. */
export function startKeepingTime({ database, logger, system }: Dependencies): () => Promise<void> {
  let running: Promise<void> | null = null;
  const stop = system.every(tickMs, () => {
    running ??= database
      .transaction((transaction) => transaction.clock.advance(system.now()))
      .then(
        (reading) => system.keepTime(reading),
        // Without it the clock of this process goes on alone, which is right for as long as no clock jumps.
        (error: unknown) => logger.warn({ error }, 'clock not kept'),
      )
      .finally(() => {
        running = null;
      });
  });
  return async () => {
    stop();
    await running;
  };
}
