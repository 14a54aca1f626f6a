import { describe, expect, it } from 'vitest';
import { UniqueViolationError } from '@pixsim7/core';
import type { Logger, Transaction } from '@pixsim7/core';
import { buildEvent, buildJob } from '@pixsim7/testkit/builders';
import { DatabaseClosedError, NestedTransactionError, TransactionEndedError } from './errors.ts';
import { openTestDatabase } from './testing/open-test-database.ts';
import type { TestDatabase } from './testing/open-test-database.ts';

async function withDatabase(
  test: (opened: TestDatabase, errors: Record<string, unknown>[]) => Promise<void>,
): Promise<void> {
  const errors: Record<string, unknown>[] = [];
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (fields) => errors.push(fields),
  };
  const opened = await openTestDatabase({ logger });
  try {
    await test(opened, errors);
  } finally {
    await opened.close();
  }
}

const readNothing = (transaction: Transaction) => transaction.jobs.getMany([]);

describe('transactions of the Drizzle database', () => {
  it('refuse a transaction inside a transaction instead of hanging for ever', () =>
    withDatabase(async ({ database }) => {
      const nested = database.transaction(() => database.transaction(readNothing));
      await expect(nested).rejects.toBeInstanceOf(NestedTransactionError);
      await expect(database.transaction(readNothing)).resolves.toEqual([]);
    }));

  it('allow work that was started inside one to use the database after its end', () =>
    withDatabase(async ({ database }) => {
      let goOn: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      let later: Promise<unknown> = Promise.resolve();
      await database.transaction(async () => {
        later = ended.then(() => database.transaction(readNothing));
      });
      goOn();
      await expect(later).resolves.toEqual([]);
    }));

  it('carry out nothing after their end, when the connection may be in the hands of another one', () =>
    withDatabase(async ({ database }) => {
      const late = buildJob();
      let leaked: Transaction | null = null;
      const failing = database.transaction(async (transaction) => {
        leaked = transaction;
        throw new Error('the work failed');
      });
      await expect(failing).rejects.toThrow('the work failed');
      await database.transaction(async (transaction) => {
        await expect(leaked?.jobs.insert(late, [])).rejects.toBeInstanceOf(TransactionEndedError);
        expect(await transaction.jobs.get(late.id)).toBeNull();
      });
    }));

  it('fail with a write that the work did not wait for', () =>
    withDatabase(async ({ database }) => {
      const job = buildJob();
      let forgotten: Promise<unknown> = Promise.resolve();
      const careless = database.transaction(async (transaction) => {
        await transaction.jobs.insert(job, []);
        forgotten = transaction.jobs.insert(job, []);
        forgotten.catch(() => undefined);
      });
      await expect(careless).rejects.toBeInstanceOf(UniqueViolationError);
      await expect(forgotten).rejects.toBeInstanceOf(UniqueViolationError);
      expect(await database.transaction((transaction) => transaction.jobs.get(job.id))).toBeNull();
    }));

  it('survive a listener that throws, which is logged, and call the other listeners', () =>
    withDatabase(async ({ database }, errors) => {
      let calls = 0;
      database.onEvents(() => {
        throw new Error('bad listener');
      });
      database.onEvents(() => {
        calls += 1;
      });
      await database.transaction((transaction) => transaction.events.append(buildEvent()));
      expect(calls).toBe(1);
      expect(errors).toEqual([{ error: expect.objectContaining({ message: 'bad listener' }) }]);
    }));

  it('are waited for by close, and no new one starts', () =>
    withDatabase(async ({ database }) => {
      const job = buildJob();
      const steps: string[] = [];
      let goOn: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const open = database.transaction(async (transaction) => {
        await gate;
        await transaction.jobs.insert(job, []);
        steps.push('written');
      });
      const closed = database.close().then(() => steps.push('closed'));
      await expect(database.transaction(readNothing)).rejects.toBeInstanceOf(DatabaseClosedError);
      goOn();
      await Promise.all([open, closed]);
      expect(steps).toEqual(['written', 'closed']);
    }));
});

describe('the test database', () => {
  it('is empty each time, also its numbering', async () => {
    for (let round = 0; round < 2; round += 1) {
      await withDatabase(async ({ database }) => {
        await database.transaction((transaction) => transaction.events.append(buildEvent()));
        const [event] = await database.transaction((transaction) => transaction.events.assignSequences(10));
        expect(event?.sequence).toBe(1);
      });
    }
  });

  it('is another one while the first is open', () =>
    withDatabase(async (first) => {
      await withDatabase(async (second) => {
        const job = buildJob();
        await first.database.transaction((transaction) => transaction.jobs.insert(job, []));
        expect(await second.database.transaction((transaction) => transaction.jobs.get(job.id))).toBeNull();
      });
    }));
});
