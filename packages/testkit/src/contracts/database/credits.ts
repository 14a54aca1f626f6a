import { describe, expect, it } from 'vitest';
import type { CreditEntryRow, SubmissionRow, Transaction } from '@pixsim7/core';
import { buildCreditEntry, builtAt } from '../../builders/index.ts';
import { givenAccount, givenSubmission } from './given.ts';
import type { DatabaseUnderTest } from './under-test.ts';

export function describeCredits(underTest: DatabaseUnderTest): void {
  /** A submission with lines in the ledger, in the order given. */
  const givenLedger = async (
    transaction: Transaction,
    submission: Partial<SubmissionRow>,
    entries: readonly Partial<CreditEntryRow>[],
  ): Promise<SubmissionRow> => {
    const written = await givenSubmission(transaction, submission);
    for (const entry of entries) {
      await transaction.credits.add(buildCreditEntry(written, entry));
    }
    return written;
  };

  describe('credits', () => {
    it('gives back the lines of a submission and of jobs, in the order of time', async () => {
      const { first, second, bySubmission, byJobs, none } = await underTest.run(async (transaction) => {
        const [first, second] = [await givenSubmission(transaction), await givenSubmission(transaction)];
        await transaction.credits.add(buildCreditEntry(first));
        await transaction.credits.add(buildCreditEntry(second, { amount: null, at: builtAt + 1 }));
        await transaction.credits.add(
          buildCreditEntry(first, { kind: 'settle', amount: 22.5, at: builtAt + 2 }),
        );
        await givenLedger(transaction, {}, [{}]);
        return {
          first,
          second,
          bySubmission: await transaction.credits.bySubmission(first.id),
          byJobs: await transaction.credits.byJobs([second.jobId, first.jobId]),
          none: await transaction.credits.byJobs([]),
        };
      });
      const hold = buildCreditEntry(first);
      const settle = buildCreditEntry(first, { kind: 'settle', amount: 22.5, at: builtAt + 2 });
      expect(bySubmission).toEqual([hold, settle]);
      expect(byJobs).toEqual([hold, buildCreditEntry(second, { amount: null, at: builtAt + 1 }), settle]);
      expect(none).toEqual([]);
    });

    it('refuses a second line of a kind for a submission', async () => {
      const submission = await underTest.run((transaction) => givenLedger(transaction, {}, [{}]));
      const second = underTest.run((transaction) => transaction.credits.add(buildCreditEntry(submission)));
      await expect(second).rejects.toMatchObject({ constraint: 'credit_entries_submission_kind' });
    });

    it('exposes open holds and settlements since a time', async () => {
      const since = builtAt + 100;
      const { account, exposure } = await underTest.run(async (transaction) => {
        const account = await givenAccount(transaction);
        const accountId = account.id;
        await givenLedger(transaction, { accountId, acceptedAt: builtAt + 1 }, [{ amount: 10 }]);
        await givenLedger(transaction, { accountId }, [{ amount: null, at: builtAt + 2 }]);
        await givenLedger(transaction, { accountId, acceptedAt: builtAt + 3 }, [
          { amount: 20 },
          { kind: 'settle', amount: 18, at: since },
        ]);
        await givenLedger(transaction, { accountId }, [
          { amount: 30 },
          { kind: 'settle', amount: 30, at: since - 1 },
        ]);
        await givenLedger(transaction, { accountId }, [
          { amount: 40 },
          { kind: 'release', amount: 40, at: since + 1 },
        ]);
        await givenLedger(transaction, {}, [{ amount: 50 }]);
        const other = await givenAccount(transaction);
        await givenLedger(transaction, { accountId: other.id }, [
          { amount: 60 },
          { kind: 'settle', amount: 60, at: since },
        ]);
        const exposures = await transaction.credits.exposures(
          new Map([
            [accountId, since],
            [other.id, since + 1],
          ]),
        );
        expect([...exposures.keys()]).toEqual([accountId]);
        expect(await transaction.credits.exposures(new Map())).toEqual(new Map());
        return { account, exposure: exposures.get(accountId) ?? [] };
      });
      const accountId = account.id;
      expect(new Set(exposure)).toEqual(
        new Set([
          { accountId, amount: 10, settled: false, acceptedAt: builtAt + 1, at: builtAt },
          { accountId, amount: null, settled: false, acceptedAt: null, at: builtAt + 2 },
          { accountId, amount: 18, settled: true, acceptedAt: builtAt + 3, at: since },
        ]),
      );
      expect(exposure).toHaveLength(3);
    });

    it('lists what sent attempts may have taken since a time', async () => {
      const since = builtAt + 100;
      const sent = { sentAt: builtAt + 1, acceptedAt: builtAt + 2 };
      const charges = await underTest.run(async (transaction) => {
        const accountId = (await givenAccount(transaction)).id;
        await givenLedger(transaction, { accountId, ...sent }, [{ amount: 10 }]);
        await givenLedger(transaction, { accountId, sentAt: builtAt + 3 }, [{ amount: null }]);
        await givenLedger(transaction, { accountId, ...sent }, [
          { amount: 20 },
          { kind: 'settle', amount: null, at: since },
        ]);
        await givenLedger(transaction, { accountId, ...sent }, [
          { amount: 30 },
          { kind: 'release', amount: 0, at: since + 1 },
        ]);
        await givenLedger(transaction, { accountId, ...sent }, [
          { amount: 40 },
          { kind: 'settle', amount: 40, at: since - 1 },
        ]);
        await givenLedger(transaction, { accountId }, [{ amount: 50 }]);
        await givenLedger(transaction, sent, [{ amount: 60 }]);
        return transaction.credits.charges(accountId, since);
      });
      expect(charges).toEqual([
        { held: 10, ...sent, ending: null },
        { held: null, sentAt: builtAt + 3, acceptedAt: null, ending: null },
        { held: 20, ...sent, ending: { kind: 'settle', amount: null, at: since } },
        { held: 30, ...sent, ending: { kind: 'release', amount: 0, at: since + 1 } },
      ]);
    });

    it('sums open holds and settlements per account, exactly', async () => {
      const { one, two, totals } = await underTest.run(async (transaction) => {
        const [one, two] = [await givenAccount(transaction), await givenAccount(transaction)];
        await givenLedger(transaction, { accountId: one.id }, [{ amount: 10.5 }]);
        await givenLedger(transaction, { accountId: one.id }, [{ amount: 20 }]);
        await givenLedger(transaction, { accountId: one.id }, [{ amount: null }]);
        await givenLedger(transaction, { accountId: one.id }, [
          { amount: 40 },
          { kind: 'settle', amount: 35, at: builtAt + 1 },
        ]);
        await givenLedger(transaction, { accountId: two.id }, [
          { amount: 5 },
          { kind: 'settle', amount: null },
        ]);
        await givenLedger(transaction, { accountId: two.id }, [
          { amount: 7 },
          { kind: 'release', amount: 7 },
        ]);
        return { one, two, totals: await transaction.credits.totals() };
      });
      expect(totals).toEqual([
        { accountId: one.id, held: 30.5, settled: 35 },
        { accountId: two.id, held: 0, settled: 0 },
      ]);
    });

    it('gives the same totals however much of the ledger is folded', async () => {
      const totals = await underTest.run(async (transaction) => {
        const [one, two] = [await givenAccount(transaction), await givenAccount(transaction)];
        const found = [];
        for (const [place, account] of [one, two, one, one].entries()) {
          await givenLedger(transaction, { accountId: account.id, state: 'stored' }, [
            { amount: 1 },
            { kind: 'settle', amount: 10.1, at: builtAt + place },
          ]);
        }
        for (const before of [builtAt, builtAt + 2, builtAt + 100]) {
          await transaction.credits.foldSettlements(before, 2);
          found.push(await transaction.credits.totals());
        }
        await givenLedger(transaction, { accountId: two.id, state: 'stored' }, [
          { kind: 'settle', amount: 0.2, at: builtAt },
        ]);
        await transaction.credits.foldSettlements(builtAt + 1, 100);
        return { found, last: await transaction.credits.totals(), one, two };
      });
      const expected = [
        { accountId: totals.one.id, held: 0, settled: 30.3 },
        { accountId: totals.two.id, held: 0, settled: 10.1 },
      ];
      for (const found of totals.found) {
        expect(found.map((row) => ({ ...row, settled: Math.round(row.settled * 10) / 10 }))).toEqual(
          expected,
        );
      }
      expect(totals.last[1]?.settled).toBeCloseTo(10.3, 6);
    });

    it('has no totals without a ledger', async () => {
      const totals = await underTest.run(async (transaction) => {
        await givenAccount(transaction);
        return transaction.credits.totals();
      });
      expect(totals).toEqual([]);
    });
  });
}
