import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCore, StaleRowError } from '@pixsim7/core';
import type { Database, Transaction } from '@pixsim7/core';
import { createBench } from '@pixsim7/testkit/bench';
import {
  buildAccount,
  buildCreditEntry,
  buildJob,
  buildSubmission,
  builtCaller,
} from '@pixsim7/testkit/builders';
import { describeWithPostgres } from '@pixsim7/testkit/servers';
import { DatabaseQueryError } from '../errors.ts';
import { openPostgresDatabase } from './open-postgres-database.ts';
import type { PostgresDatabaseOptions } from './open-postgres-database.ts';
import { createMeeting } from './testing/meeting.ts';
import { createRecordingLogger } from './testing/recording-logger.ts';
import { createEmptyDatabase, queryDirectly } from './testing/server-access.ts';

/** Like separate processes: nothing but the server stands between them. */
const processes = 4;
const limit = 3;

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);

describeWithPostgres('races', (server) => {
  let url: string;
  let databases: Database[];

  const open = async (options: Partial<PostgresDatabaseOptions> = {}): Promise<Database> => {
    const logger = createRecordingLogger();
    const database = await openPostgresDatabase({ url, logger, now: Date.now, ...options });
    databases.push(database);
    return database;
  };
  beforeEach(async () => {
    url = await createEmptyDatabase(server().url());
    databases = [];
  });
  afterEach(async () => {
    await Promise.all(databases.map((database) => database.close()));
  });

  it.each(['read committed', 'serializable'])(
    'never pass the limit of an account, where the default isolation is %s',
    async (isolation) => {
      await queryDirectly(
        url,
        `alter database ${new URL(url).pathname.slice(1)} set default_transaction_isolation = '${isolation}'`,
      );
      const openers = Array.from({ length: processes }, () => open({ poolSize: 1 }));
      const [first, ...others] = await Promise.all(openers);
      if (first === undefined) {
        throw new Error('Nobody opened the database.');
      }
      for (let round = 0; round < 25; round += 1) {
        const account = buildAccount({ maxConcurrent: limit });
        const jobs = Array.from({ length: processes }, () => buildJob());
        await first.transaction(async (transaction) => {
          await transaction.accounts.insert(account);
          for (const job of jobs) {
            await transaction.jobs.insert(job, []);
          }
        });
        const dispatch = async (transaction: Transaction, place: number): Promise<boolean> => {
          const jobId = jobs[place]?.id;
          const locked = await transaction.accounts.lock(account.id);
          const used = (await transaction.submissions.countLive([account.id])).get(account.id) ?? 0;
          if (jobId === undefined || locked === null || used >= locked.maxConcurrent) {
            return false;
          }
          await transaction.submissions.insert(buildSubmission({ jobId, accountId: account.id }));
          return true;
        };
        const started = await Promise.all(
          [first, ...others].map((database, place) =>
            database.transaction((transaction) => dispatch(transaction, place)),
          ),
        );
        expect(started.filter(Boolean)).toHaveLength(limit);
        const live = await first.transaction(({ submissions }) => submissions.countLive([account.id]));
        expect(live.get(account.id)).toBe(limit);
      }
    },
  );

  it('tell the loser of a deadlock to begin anew, and let the winner finish', async () => {
    const database = await open({ poolSize: 2 });
    const [left, right] = [buildAccount(), buildAccount()];
    await database.transaction(async ({ accounts }) => {
      await accounts.insert(left);
      await accounts.insert(right);
    });
    const meeting = createMeeting(2);
    const lockBoth = (order: readonly (typeof left)[]) =>
      database.transaction(async ({ accounts }) => {
        for (const account of order) {
          await accounts.lock(account.id);
          await meeting();
        }
        return 'finished';
      });
    const results = await Promise.allSettled([lockBoth([left, right]), lockBoth([right, left])]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = results.find((result) => result.status === 'rejected');
    expect(lost?.reason).toBeInstanceOf(StaleRowError);
    expect(lost?.reason).toMatchObject({ cause: { sqlState: '40P01' } });
  });

  it('keep one account of a key that several processes bring at the same moment', async () => {
    const bench = createBench();
    const provider_id = bench.dependencies.registry.ids()[0] ?? '';
    const openers = Array.from({ length: processes }, () => open({ poolSize: 1 }));
    const services = (await Promise.all(openers)).map(
      (database) => createCore({ ...bench.dependencies, database }).accounts,
    );
    for (let round = 0; round < 10; round += 1) {
      const credentials = { api_key: `sk-${round}` };
      const results = await Promise.allSettled(
        services.map((accounts) =>
          accounts.create(builtCaller, { provider_id, label: 'From outside', credentials }),
        ),
      );
      const codes = results.map((result) => (result.status === 'rejected' ? codeOf(result.reason) : 'kept'));
      expect(codes.sort()).toEqual(['kept', 'state_conflict', 'state_conflict', 'state_conflict']);
    }
    expect((await services[0]?.list(builtCaller, {}))?.data).toHaveLength(10);
  });

  it('count no settlement twice that is folded while the totals are read', async () => {
    const [writer, folder, reader] = [await open(), await open(), await open()];
    const account = buildAccount();
    const settlements = 150;
    await writer.transaction(async ({ accounts, credits, jobs, submissions }) => {
      await accounts.insert(account);
      for (let number = 0; number < settlements; number += 1) {
        const job = buildJob();
        const submission = buildSubmission({ jobId: job.id, accountId: account.id }, { state: 'stored' });
        await jobs.insert(job, []);
        await submissions.insert(submission);
        await credits.add(buildCreditEntry(submission, { kind: 'settle', amount: 1 }));
      }
    });
    const readings: unknown[] = [];
    const read = async (): Promise<void> => {
      readings.push(await reader.transaction(({ credits }) => credits.totals()));
    };
    for (let folded = 0; folded < settlements; folded += 1) {
      await Promise.all([
        folder.transaction(({ credits }) => credits.foldSettlements(Date.now(), 1)),
        read(),
        read(),
        read(),
      ]);
    }
    expect(new Set(readings.map((totals) => JSON.stringify(totals)))).toEqual(
      new Set([JSON.stringify([{ accountId: account.id, held: 0, settled: settlements }])]),
    );
  });

  it('end a statement that waits too long for a lock', async () => {
    const [holder, impatient] = [await open(), await open({ statementTimeoutMs: 100 })];
    const account = buildAccount();
    await holder.transaction(({ accounts }) => accounts.insert(account));
    await holder.transaction(async ({ accounts }) => {
      await accounts.lock(account.id);
      const waiting = impatient.transaction((other) => other.accounts.lock(account.id));
      await expect(waiting).rejects.toMatchObject({ name: 'DatabaseQueryError', sqlState: '57014' });
    });
  });

  it('take the lock from a process that is frozen inside a transaction', async () => {
    const logger = createRecordingLogger();
    const [frozen, alive] = [await open({ logger, idleInTransactionTimeoutMs: 100 }), await open()];
    const account = buildAccount();
    await alive.transaction(({ accounts }) => accounts.insert(account));
    const late = frozen.transaction(async ({ accounts }) => {
      await accounts.lock(account.id);
      // The lock comes only when the server has ended the transaction that holds it.
      const taken = await alive.transaction((other) => other.accounts.lock(account.id));
      expect(taken).toEqual(account);
      await accounts.update(account, { label: 'too late' });
    });
    await expect(late).rejects.toBeInstanceOf(DatabaseQueryError);
    expect(logger.entries).toEqual([
      {
        level: 'warn',
        fields: { error: expect.objectContaining({ sqlState: '25P03' }) },
        message: 'database connection lost',
      },
    ]);
    const read = await frozen.transaction(({ accounts }) => accounts.get(account.id));
    expect(read).toEqual(account);
  });
});
