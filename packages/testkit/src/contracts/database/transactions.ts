import { describe, expect, it } from 'vitest';
import { StaleRowError, UniqueViolationError } from '@pixsim7/core';
import { buildAccount, buildJob, buildSubmission } from '../../builders/index.ts';
import { givenAccount, givenJob } from './given.ts';
import type { DatabaseUnderTest } from './under-test.ts';

export function describeTransactions(underTest: DatabaseUnderTest): void {
  describe('transactions', () => {
    it('keeps what was written and returns the result of the work', async () => {
      const job = await underTest.run((transaction) => givenJob(transaction));
      expect(await underTest.run((transaction) => transaction.jobs.get(job.id))).toEqual(job);
    });

    it('sees its own writes', async () => {
      const job = buildJob();
      const read = await underTest.run(async (transaction) => {
        await transaction.jobs.insert(job, []);
        return transaction.jobs.get(job.id);
      });
      expect(read).toEqual(job);
    });

    it('rolls everything back when the work throws, and passes the error on as it is', async () => {
      const [job, account] = [buildJob(), buildAccount()];
      const failure = new Error('the work failed');
      const run = underTest.run(async (transaction) => {
        await transaction.jobs.insert(job, []);
        await transaction.accounts.insert(account);
        throw failure;
      });
      await expect(run).rejects.toBe(failure);
      const [readJob, readAccount] = await underTest.run(async (transaction) => [
        await transaction.jobs.get(job.id),
        await transaction.accounts.get(account.id),
      ]);
      expect(readJob).toBeNull();
      expect(readAccount).toBeNull();
    });

    it('rolls back an earlier write when a later one is refused', async () => {
      const [first, second] = [buildJob({ idempotencyKey: 'same' }), buildJob({ idempotencyKey: 'same' })];
      const run = underTest.run(async (transaction) => {
        await transaction.jobs.insert(first, []);
        await transaction.jobs.insert(second, []);
      });
      await expect(run).rejects.toBeInstanceOf(UniqueViolationError);
      expect(await underTest.run((transaction) => transaction.jobs.getMany([first.id, second.id]))).toEqual(
        [],
      );
    });

    it('cannot be committed after a refused write, even by work that swallows the error', async () => {
      const taken = await underTest.run((transaction) => givenJob(transaction, { idempotencyKey: 'taken' }));
      const innocent = buildJob();
      const run = underTest.run(async (transaction) => {
        await transaction.jobs.insert(innocent, []);
        await transaction.jobs
          .insert(buildJob({ idempotencyKey: taken.idempotencyKey }), [])
          .catch(() => undefined);
      });
      await expect(run).rejects.toMatchObject({ constraint: 'jobs_workspace_idempotency_key' });
      expect(await underTest.run((transaction) => transaction.jobs.get(innocent.id))).toBeNull();
    });

    it('goes on working after a rolled back transaction', async () => {
      await expect(underTest.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
      await underTest.database.ping();
      const job = await underTest.run((transaction) => givenJob(transaction));
      expect(await underTest.run((transaction) => transaction.jobs.get(job.id))).toEqual(job);
    });

    it('lets one of two writers of the same version win', async () => {
      const job = await underTest.run((transaction) => givenJob(transaction));
      const results = await Promise.allSettled(
        ['first', 'second', 'third'].map((name) =>
          underTest.run((transaction) => transaction.jobs.update(job, { name })),
        ),
      );
      const won = results.filter((result) => result.status === 'fulfilled');
      const lost = results.filter((result) => result.status === 'rejected');
      expect(won).toHaveLength(1);
      expect(lost.map(({ reason }) => reason as unknown)).toEqual([
        expect.any(StaleRowError),
        expect.any(StaleRowError),
      ]);
      const stored = await underTest.run((transaction) => transaction.jobs.get(job.id));
      expect(stored).toEqual(won[0]?.value);
      expect(stored?.version).toBe(2);
    });

    it('never passes a limit that is counted under the lock of the account', async () => {
      const { account, jobs } = await underTest.run(async (transaction) => ({
        account: await givenAccount(transaction, { maxConcurrent: 2 }),
        jobs: await Promise.all(Array.from({ length: 6 }, () => givenJob(transaction))),
      }));
      const started = await Promise.all(
        jobs.map((job) =>
          underTest.run(async (transaction) => {
            const locked = await transaction.accounts.lock(account.id);
            const used = (await transaction.submissions.countLive([account.id])).get(account.id) ?? 0;
            if (locked === null || used >= locked.maxConcurrent) {
              return false;
            }
            await transaction.submissions.insert(buildSubmission({ jobId: job.id, accountId: account.id }));
            return true;
          }),
        ),
      );
      expect(started.filter(Boolean)).toHaveLength(2);
    });

    it('answers a ping and refuses work after it was closed', async () => {
      await underTest.database.ping();
      await underTest.database.close();
      await expect(underTest.database.ping()).rejects.toThrow(/closed/);
      await expect(underTest.run((transaction) => transaction.jobs.countByStatus(10))).rejects.toThrow(
        /closed/,
      );
    });

    it('can be closed twice', async () => {
      await underTest.database.close();
      await expect(underTest.database.close()).resolves.toBeUndefined();
    });
  });
}
