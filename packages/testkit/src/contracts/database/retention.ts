import { describe, expect, it } from 'vitest';
import type { SubmissionRow, Transaction } from '@pixsim7/core';
import {
  buildBalanceReading,
  buildEvent,
  buildObservation,
  buildProviderUpload,
  buildRoute,
  builtAt,
} from '../../builders/index.ts';
import { givenAccount, givenAsset, givenJob, givenSubmission } from './given.ts';
import type { DatabaseUnderTest } from './under-test.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** An attempt of a job that was over at a moment; null: it is not over. */
async function givenAttempt(transaction: Transaction, endedAt: number | null): Promise<SubmissionRow> {
  const job = await givenJob(transaction, {
    status: endedAt === null ? 'processing' : 'completed',
    stage: endedAt === null ? 'generating' : 'finished',
    waitReason: null,
    waitDetail: null,
    dueAt: null,
    completedAt: endedAt,
  });
  return givenSubmission(transaction, {
    jobId: job.id,
    state: endedAt === null ? 'accepted' : 'stored',
    dueAt: endedAt === null ? builtAt : null,
    finishedAt: endedAt,
    accountChoice: [{ accountId: 'acc_00000000000000000000000001' as never, chosen: true, reason: 'Free.' }],
  });
}

/** Data that is removed after a time, and data that never is. */
export function describeRetention(underTest: DatabaseUnderTest): void {
  describe('old events', () => {
    const setUp = (ages: readonly number[]) =>
      underTest.run(async (transaction) => {
        for (const age of ages) {
          await transaction.events.append(buildEvent({ createdAt: builtAt + age }));
        }
        await transaction.events.assignSequences(100);
      });
    const remove = (before: number, limit = 100) =>
      underTest.run((transaction) => transaction.events.removePublished(builtAt + before, limit));
    const kept = async () =>
      (await underTest.run((transaction) => transaction.events.after(0, 100))).map(
        ({ sequence }) => sequence,
      );
    const oldest = () => underTest.run((transaction) => transaction.events.oldestSequence());

    it('are removed from the beginning, so many at a time, and the numbers go on', async () => {
      expect(await oldest()).toBeNull();
      await setUp([1, 2, 3, 4, 5]);
      expect(await oldest()).toBe(1);
      expect(await remove(4, 2)).toBe(2);
      expect([await kept(), await oldest()]).toEqual([[3, 4, 5], 3]);
      expect(await remove(4)).toBe(1);
      expect(await remove(4)).toBe(0);
      await setUp([6]);
      expect(await kept()).toEqual([4, 5, 6]);
    });

    it('keep the last one, by which the next ones are numbered', async () => {
      await setUp([1, 2, 3]);
      expect(await remove(100)).toBe(2);
      expect(await remove(100)).toBe(0);
      expect([await kept(), await oldest()]).toEqual([[3], 3]);
      await setUp([4, 5]);
      expect(await kept()).toEqual([3, 4, 5]);
      expect(await underTest.run((transaction) => transaction.events.latestSequence())).toBe(5);
    });

    it('leave no hole when a clock was set back between them', async () => {
      await setUp([1, 50, 2, 3]);
      expect(await remove(10)).toBe(1);
      expect(await kept()).toEqual([2, 3, 4]);
    });

    it('are never those that are not published', async () => {
      await setUp([1, 2]);
      await underTest.run((transaction) => transaction.events.append(buildEvent({ createdAt: builtAt })));
      await remove(100);
      await underTest.run((transaction) => transaction.events.assignSequences(10));
      expect(await kept()).toEqual([2, 3]);
    });
  });

  describe('observations', () => {
    it('are kept up to a number for each attempt, the newest ones', async () => {
      const statuses = await underTest.run(async (transaction) => {
        const [one, other] = [await givenSubmission(transaction), await givenSubmission(transaction)];
        await transaction.submissions.addObservation(buildObservation(other.id, { rawStatus: 'other' }), 3);
        for (let count = 0; count < 6; count += 1) {
          const observation = buildObservation(one.id, { at: builtAt + count, rawStatus: String(count) });
          await transaction.submissions.addObservation(observation, 3);
        }
        const rows = await transaction.submissions.observations([one.id, other.id]);
        return rows.map(({ rawStatus }) => rawStatus).sort();
      });
      expect(statuses).toEqual(['3', '4', '5', 'other']);
    });

    it('go some time after the end of their job, oldest first, and stay while it is not over', async () => {
      const left = await underTest.run(async (transaction) => {
        const { submissions } = transaction;
        const attempts = {
          open: await givenAttempt(transaction, null),
          recent: await givenAttempt(transaction, builtAt + 100),
          old: await givenAttempt(transaction, builtAt + 10),
        };
        for (const [rawStatus, { id }] of Object.entries(attempts)) {
          for (const at of [1, 2]) {
            await submissions.addObservation(buildObservation(id, { at: builtAt + at, rawStatus }), 10);
          }
        }
        expect(await submissions.removeObservations(builtAt + 50, 1)).toBe(1);
        expect(await submissions.removeObservations(builtAt + 50, 10)).toBe(1);
        expect(await submissions.removeObservations(builtAt + 50, 10)).toBe(0);
        const rows = await submissions.observations(Object.values(attempts).map(({ id }) => id));
        return rows.map(({ rawStatus }) => rawStatus).sort();
      });
      expect(left).toEqual(['open', 'open', 'recent', 'recent']);
    });
  });

  describe('the reasons of a dispatch', () => {
    it('are forgotten some time after the end, and nothing else of the attempt', async () => {
      await underTest.run(async (transaction) => {
        const { submissions } = transaction;
        const [open, recent, old] = [
          await givenAttempt(transaction, null),
          await givenAttempt(transaction, builtAt + 100),
          await givenAttempt(transaction, builtAt + 10),
        ];
        // Its output is still to be fetched although the provider is done.
        const fetching = await givenSubmission(transaction, {
          state: 'succeeded',
          finishedAt: builtAt + 10,
          dueAt: builtAt + 10,
          accountChoice: old.accountChoice,
        });
        expect(await submissions.forgetAccountChoices(builtAt + 50, 10)).toBe(1);
        expect(await submissions.forgetAccountChoices(builtAt + 50, 10)).toBe(0);
        for (const kept of [open, recent, fetching]) {
          expect(await submissions.get(kept.id)).toEqual(kept);
        }
        expect(await submissions.get(old.id)).toEqual({ ...old, accountChoice: [] });
      });
    });

    it('are forgotten in the routes of jobs, which keep their candidates and what was requested', async () => {
      await underTest.run(async (transaction) => {
        const { jobs } = transaction;
        const over = { status: 'completed', stage: 'finished', waitReason: null, waitDetail: null } as const;
        const route = buildRoute(['first', 'second'], { reason: 'Costs more.' });
        const old = await givenJob(transaction, {
          ...over,
          dueAt: null,
          completedAt: builtAt + 10,
          route,
        });
        const recent = await givenJob(transaction, {
          ...over,
          dueAt: null,
          completedAt: builtAt + 100,
          route,
        });
        const named = await givenJob(transaction, { ...over, dueAt: null, completedAt: builtAt + 10 });
        const open = await givenJob(transaction, { route });
        expect(await jobs.forgetRouteReasons(builtAt + 50, 10)).toBe(1);
        expect(await jobs.forgetRouteReasons(builtAt + 50, 10)).toBe(0);
        for (const kept of [recent, named, open]) {
          expect(await jobs.get(kept.id)).toEqual(kept);
        }
        expect(await jobs.get(old.id)).toEqual({
          ...old,
          route: { ...route, candidates: route.candidates.map((entry) => ({ ...entry, reason: '' })) },
        });
      });
    });
  });

  describe('what accounts leave behind', () => {
    it('are deliveries, forgotten so many at a time', async () => {
      await underTest.run(async (transaction) => {
        const { accounts } = transaction;
        const { id } = await givenAccount(transaction);
        for (const [index, at] of [30, 10, 20].entries()) {
          await accounts.addDelivery({ accountId: id, deliveryId: String(index), receivedAt: builtAt + at });
        }
        expect(await accounts.forgetDeliveries(builtAt + 25, 1)).toBe(1);
        expect(await accounts.hasDelivery(id, '1')).toBe(false);
        expect(await accounts.forgetDeliveries(builtAt + 25, 10)).toBe(1);
        expect([await accounts.hasDelivery(id, '0'), await accounts.hasDelivery(id, '2')]).toEqual([
          true,
          false,
        ]);
      });
    });

    it('are uploads, forgotten when their time at the provider is over', async () => {
      await underTest.run(async (transaction) => {
        const { accounts } = transaction;
        const { id } = await givenAccount(transaction);
        const upload = async (expiresAt: string | null) => {
          const asset = await givenAsset(transaction);
          const row = buildProviderUpload({ accountId: id, assetId: asset.id });
          await accounts.saveUpload({ ...row, resolved: { ...row.resolved, expiresAt } });
          return row;
        };
        const at = (ms: number): string => new Date(builtAt + ms).toISOString();
        const [lasting, over, running] = [await upload(null), await upload(at(-1)), await upload(at(1))];
        expect(await accounts.forgetExpiredUploads(builtAt, 10)).toBe(1);
        const known = await Promise.all(
          [lasting, over, running].map(async ({ assetId, role }) => accounts.upload(id, assetId, role)),
        );
        expect(known.map((row) => row !== null)).toEqual([true, false, true]);
      });
    });

    it('are readings of the balance, of which the last one of each day is kept', async () => {
      await underTest.run(async (transaction) => {
        const { accounts } = transaction;
        const [one, other] = [await givenAccount(transaction), await givenAccount(transaction)];
        // Midnight in UTC.
        const midnight = Math.floor(builtAt / day) * day;
        const read = (account: typeof one, at: number, amount: number) =>
          accounts.addReading(buildBalanceReading(account.id, { observedAt: midnight + at, amount }));
        await read(one, 0, 1);
        await read(one, hour, 2);
        await read(one, day - 1, 3);
        await read(one, day, 4);
        await read(one, day + hour, 5);
        await read(other, 0, 6);
        await read(other, hour, 7);
        const thin = (before: number, limit = 10) => accounts.thinReadings(one.id, midnight + before, limit);
        expect(await thin(day + hour, 1)).toBe(1);
        expect(await thin(day + hour)).toBe(2);
        expect(await thin(day + hour)).toBe(0);
        const latest = await accounts.latestReadings([one.id, other.id]);
        expect([latest.get(one.id)?.amount, latest.get(other.id)?.amount]).toEqual([5, 7]);
        // The first day keeps its last reading; the second keeps the one that is not old yet.
        expect(await thin(10 * day)).toBe(0);
        expect(await accounts.thinReadings(other.id, midnight + 10 * day, 10)).toBe(1);
      });
    });
  });
}
