import { describe, expect, it } from 'vitest';
import type { SubmissionState } from '@pixsim7/contracts';
import { StaleRowError, UniqueViolationError } from '@pixsim7/core';
import type { SubmissionRow } from '@pixsim7/core';
import { buildId, buildObservation, buildSubmission, builtAt } from '../../builders/index.ts';
import { givenAccount, givenJob, givenSubmission } from './given.ts';
import type { DatabaseUnderTest } from './under-test.ts';

export function describeSubmissions(underTest: DatabaseUnderTest): void {
  describe('submissions', () => {
    it('finds the attempt of a generation by the id that the provider gave, per account', async () => {
      const { mine, found, elsewhere, unknown } = await underTest.run(async (transaction) => {
        const { submissions } = transaction;
        const mine = await givenSubmission(transaction, { state: 'accepted', providerJobId: '42' });
        const other = await givenSubmission(transaction, { state: 'accepted', providerJobId: '42' });
        return {
          mine,
          found: await submissions.findByProviderJob(mine.accountId, '42'),
          elsewhere: (await submissions.findByProviderJob(other.accountId, '42'))?.id === other.id,
          unknown: await submissions.findByProviderJob(mine.accountId, '43'),
        };
      });
      expect(found).toEqual(mine);
      expect([elsewhere, unknown]).toEqual([true, null]);
    });

    it('counts the attempts whose answer is awaited, not those that wait for a person', async () => {
      const [counted, ofOther] = await underTest.run(async (transaction) => {
        const { accountId } = await givenSubmission(transaction, { state: 'unknown', sentAt: builtAt });
        const add = (changes: Partial<SubmissionRow>) =>
          givenSubmission(transaction, { accountId, ...changes });
        await add({ state: 'prepared', sentAt: builtAt });
        await add({ state: 'prepared', sentAt: null });
        await add({ state: 'unknown', sentAt: builtAt, dueAt: null });
        await add({ state: 'accepted', sentAt: builtAt });
        const other = await givenAccount(transaction);
        return [
          await transaction.submissions.countUnanswered(accountId),
          await transaction.submissions.countUnanswered(other.id),
        ];
      });
      expect([counted, ofOther]).toEqual([2, 0]);
    });

    it('gives back every field as it was written', async () => {
      const { submission, read } = await underTest.run(async (transaction) => {
        const account = await givenAccount(transaction);
        const submission = await givenSubmission(transaction, {
          accountId: account.id,
          number: 3,
          state: 'accepted',
          endpoint: 'POST /video/text/generate',
          body: '{"img_id":318830014125572123,"prompt":"a \\"b\\""}',
          payload: { img_id: '318830014125572123', prompt: 'a "b"', list: [1, null, { deep: true }] },
          providerJobId: '318829972391296',
          handle: { video_id: '318829972391296123', nested: [] },
          outputs: [
            { url: 'https://media.example.com/a.mp4?x=1', mediaType: 'video', expiresAt: null },
            {
              url: 'https://media.example.com/b.jpg',
              mediaType: 'image',
              expiresAt: '2026-01-02T00:00:00.000Z',
            },
          ],
          tries: 2,
          dueAt: builtAt + 10_001,
          watchedMs: 300_000,
          lookedAt: builtAt + 9_000,
          evidenceLooks: 1,
          error: {
            class: 'ProviderError',
            code: 'provider_failed',
            message: 'The provider failed.',
            httpStatus: 500,
            retry: 'later',
            accountEffect: 'none',
            charged: 'unknown',
            providerCode: '99999',
            providerMessage: null,
          },
          accountChoice: [{ accountId: account.id, chosen: true, reason: 'most credits' }],
          lastRawStatus: '5',
          lastObservedAt: builtAt + 3,
          progress: 0.25,
          queuePosition: 4,
          providerCredits: 22.5,
          cancelAskedAt: builtAt + 4,
          version: 9,
          sentAt: builtAt + 1,
          acceptedAt: builtAt + 2,
          finishedAt: builtAt + 5,
          storedAt: builtAt + 6,
        });
        return { submission, read: await transaction.submissions.get(submission.id) };
      });
      expect(read).toEqual(submission);
    });

    it('answers null for an id that nobody has', async () => {
      expect(
        await underTest.run((transaction) => transaction.submissions.get(buildId('submission'))),
      ).toBeNull();
    });

    it('changes what it is told to, raises the version and returns the row', async () => {
      const { submission, updated, read } = await underTest.run(async (transaction) => {
        const submission = await givenSubmission(transaction);
        const updated = await transaction.submissions.update(submission, {
          state: 'accepted',
          providerJobId: 'p-1',
          handle: { id: 'p-1' },
        });
        return { submission, updated, read: await transaction.submissions.get(submission.id) };
      });
      expect(updated).toEqual({
        ...submission,
        state: 'accepted',
        providerJobId: 'p-1',
        handle: { id: 'p-1' },
        version: 2,
      });
      expect(read).toEqual(updated);
    });

    it('refuses to change a row that moved on since it was read', async () => {
      const submission = await underTest.run((transaction) => givenSubmission(transaction));
      await underTest.run((transaction) => transaction.submissions.update(submission, { tries: 1 }));
      const late = underTest.run((transaction) => transaction.submissions.update(submission, { tries: 5 }));
      await expect(late).rejects.toBeInstanceOf(StaleRowError);
    });

    it('refuses a second attempt with the same number', async () => {
      const first = await underTest.run((transaction) => givenSubmission(transaction, { state: 'failed' }));
      const second = underTest.run((transaction) =>
        transaction.submissions.insert(buildSubmission(first, { state: 'failed' })),
      );
      await expect(second).rejects.toMatchObject({ constraint: 'submissions_job_number' });
    });

    it.each(['prepared', 'unknown', 'accepted', 'succeeded'] as const)(
      'refuses a second attempt while one is %s',
      async (state: SubmissionState) => {
        const first = await underTest.run((transaction) => givenSubmission(transaction, { state }));
        const second = underTest.run((transaction) =>
          transaction.submissions.insert(buildSubmission(first, { number: 2 })),
        );
        await expect(second).rejects.toBeInstanceOf(UniqueViolationError);
        await expect(second).rejects.toMatchObject({ constraint: 'submissions_one_live' });
      },
    );

    it.each(['stored', 'failed', 'filtered', 'gone', 'timed_out', 'cancelled', 'rejected'] as const)(
      'allows a second attempt after one that is %s',
      async (state: SubmissionState) => {
        const listed = await underTest.run(async (transaction) => {
          const first = await givenSubmission(transaction, { state });
          await transaction.submissions.insert(buildSubmission(first, { number: 2 }));
          return transaction.submissions.listByJobs([first.jobId]);
        });
        expect(listed.map(({ number }) => number)).toEqual([1, 2]);
      },
    );

    it('gives one job of a provider account to one submission only', async () => {
      const account = await underTest.run((transaction) => givenAccount(transaction));
      const [, second] = await underTest.run(async (transaction) => [
        await givenSubmission(transaction, { accountId: account.id, providerJobId: 'p-1' }),
        await givenSubmission(transaction, { accountId: account.id }),
      ]);
      if (second === undefined) {
        throw new Error('two submissions were made');
      }
      const update = underTest.run((transaction) =>
        transaction.submissions.update(second, { providerJobId: 'p-1' }),
      );
      await expect(update).rejects.toMatchObject({ constraint: 'submissions_provider_job' });
      const elsewhere = underTest.run((transaction) =>
        givenSubmission(transaction, { providerJobId: 'p-1' }),
      );
      await expect(elsewhere).resolves.toMatchObject({ providerJobId: 'p-1' });
    });

    it('lists the attempts of several jobs, oldest first within a job', async () => {
      const { one, two, listed, none } = await underTest.run(async (transaction) => {
        const account = await givenAccount(transaction);
        const [one, two] = [await givenJob(transaction), await givenJob(transaction)];
        const add = (jobId: typeof one.id, number: number) =>
          givenSubmission(transaction, { jobId, accountId: account.id, number, state: 'failed' });
        await add(one.id, 2);
        await add(two.id, 1);
        await add(one.id, 1);
        await givenSubmission(transaction);
        const listed = await transaction.submissions.listByJobs([one.id, two.id]);
        return { one, two, listed, none: await transaction.submissions.listByJobs([]) };
      });
      const numbersOf = (jobId: string) =>
        listed.filter((row) => row.jobId === jobId).map(({ number }) => number);
      expect(numbersOf(one.id)).toEqual([1, 2]);
      expect(numbersOf(two.id)).toEqual([1]);
      expect(listed).toHaveLength(3);
      expect(none).toEqual([]);
    });

    it('counts the used slots of accounts', async () => {
      const { busy, idle, counts } = await underTest.run(async (transaction) => {
        const [busy, idle, other] = [
          await givenAccount(transaction),
          await givenAccount(transaction),
          await givenAccount(transaction),
        ];
        for (const state of ['prepared', 'unknown', 'accepted', 'succeeded', 'stored', 'failed'] as const) {
          await givenSubmission(transaction, { accountId: busy.id, state });
        }
        await givenSubmission(transaction, { accountId: idle.id, state: 'rejected' });
        await givenSubmission(transaction, { accountId: other.id });
        return { busy, idle, counts: await transaction.submissions.countLive([busy.id, idle.id]) };
      });
      expect(counts).toEqual(new Map([[busy.id, 3]]));
      expect(counts.has(idle.id)).toBe(false);
      expect(await underTest.run((transaction) => transaction.submissions.countLive([]))).toEqual(new Map());
    });

    it('counts by state, leaving out what does not occur', async () => {
      const [none, counts] = await underTest.run(async (transaction) => {
        const before = await transaction.submissions.countByState(10);
        for (const state of ['accepted', 'stored', 'stored'] as const) {
          await givenSubmission(transaction, { state });
        }
        return [before, await transaction.submissions.countByState(10)];
      });
      expect(none).toEqual(new Map());
      expect(counts).toEqual(
        new Map([
          ['accepted', 1],
          ['stored', 2],
        ]),
      );
    });

    it('keeps what a provider said, in the order of time', async () => {
      const { first, second, read } = await underTest.run(async (transaction) => {
        const { id } = await givenSubmission(transaction);
        const other = await givenSubmission(transaction);
        const first = buildObservation(id, { at: builtAt, rawStatus: '5' });
        const second = buildObservation(id, { at: builtAt + 1, rawStatus: 'new-word', status: null });
        await transaction.submissions.addObservation(first, 10);
        await transaction.submissions.addObservation(second, 10);
        await transaction.submissions.addObservation(buildObservation(other.id), 10);
        return { first, second, read: await transaction.submissions.observations([id]) };
      });
      expect(read).toEqual([first, second]);
      expect(await underTest.run((transaction) => transaction.submissions.observations([]))).toEqual([]);
    });
  });
}
