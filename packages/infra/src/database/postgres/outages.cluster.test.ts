import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Database } from '@pixsim7/core';
import { buildAccount, buildJob } from '@pixsim7/testkit/builders';
import { describeWithPostgres } from '@pixsim7/testkit/servers';
import { DatabaseQueryError } from '../errors.ts';
import { openPostgresDatabase } from './open-postgres-database.ts';
import { createMeeting } from './testing/meeting.ts';
import { createRecordingLogger } from './testing/recording-logger.ts';
import type { RecordingLogger } from './testing/recording-logger.ts';
import { createEmptyDatabase, queryDirectly } from './testing/server-access.ts';

/** Small, so a connection that does not come back to the pool is missed at once. */
const poolSize = 2;

describeWithPostgres('outages', (server) => {
  let url: string;
  let database: Database;
  let logger: RecordingLogger;

  beforeEach(async () => {
    logger = createRecordingLogger();
    url = await createEmptyDatabase(server().url());
    database = await openPostgresDatabase({ url, logger, now: Date.now, poolSize, connectTimeoutMs: 2_000 });
  });
  afterEach(async () => {
    await server().start();
    await database.close();
  });

  const countJobs = () => database.transaction(({ jobs }) => jobs.countByStatus(1_000));

  it('end with the server: what is asked meanwhile fails, the next query works, also the third time', async () => {
    const job = buildJob();
    await database.transaction(({ jobs }) => jobs.insert(job, []));
    for (let outage = 0; outage < 3; outage += 1) {
      await server().stop();
      for (let query = 0; query <= poolSize; query += 1) {
        await expect(countJobs()).rejects.toBeInstanceOf(DatabaseQueryError);
        await expect(database.ping()).rejects.toBeInstanceOf(DatabaseQueryError);
      }
      await server().start();
      await database.ping();
      expect(await database.transaction(({ jobs }) => jobs.get(job.id))).toEqual(job);
    }
    const losses = logger.entries.filter(({ message }) => message === 'database connection lost');
    expect(losses.length).toBeGreaterThanOrEqual(3);
    expect(losses.map(({ level }) => level)).toEqual(losses.map(() => 'warn'));
    expect(inspect(logger.entries, { depth: null })).not.toContain(server().password);
  });

  it.each(['stop', 'kill'] as const)(
    'break open transactions (%s), which leave nothing and no connection behind',
    async (way) => {
      const job = buildJob();
      const meeting = createMeeting(poolSize);
      const broken = Array.from({ length: poolSize }, () => {
        const mine = buildAccount();
        return database.transaction(async ({ accounts, jobs }) => {
          await accounts.insert(mine);
          await meeting();
          await server()[way]();
          await jobs.insert(job, []);
        });
      });
      for (const result of await Promise.allSettled(broken)) {
        expect(result).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseQueryError) });
      }
      await server().start();
      const after = Array.from({ length: poolSize + 1 }, () =>
        database.transaction(({ accounts }) => accounts.list({})),
      );
      expect(await Promise.all(after)).toEqual(after.map(() => []));
    },
  );

  it('break a statement that is waiting for a lock', async () => {
    const account = buildAccount();
    await database.transaction(({ accounts }) => accounts.insert(account));
    const other = await openPostgresDatabase({ url, logger, now: Date.now });
    const holder = database.transaction(async ({ accounts }) => {
      await accounts.lock(account.id);
      const waiting = other.transaction((waiting) => waiting.accounts.lock(account.id));
      waiting.catch(() => undefined);
      await vi.waitFor(async () => {
        expect(await queryDirectly(url, `select from pg_locks where not granted`)).toHaveLength(1);
      });
      await server().kill();
      await expect(waiting).rejects.toBeInstanceOf(DatabaseQueryError);
      return accounts.lock(account.id);
    });
    await expect(holder).rejects.toBeInstanceOf(DatabaseQueryError);
    await server().start();
    await other.ping();
    await other.close();
  });
});
