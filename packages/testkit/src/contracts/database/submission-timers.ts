import { describe, expect, it } from 'vitest';
import type { SubmissionId, WorkspaceId } from '@pixsim7/contracts';
import type { LikeJobs, SubmissionRow } from '@pixsim7/core';
import { builtAt, builtWorkspace } from '../../builders/index.ts';
import { givenAccount, givenJob, givenSubmission } from './given.ts';
import type { DatabaseUnderTest } from './under-test.ts';

const now = builtAt;

export function describeSubmissionTimers(underTest: DatabaseUnderTest): void {
  const given = (overrides: Partial<SubmissionRow>): Promise<SubmissionRow> =>
    underTest.run((transaction) => givenSubmission(transaction, overrides));
  const read = (id: SubmissionId): Promise<SubmissionRow | null> =>
    underTest.run((transaction) => transaction.submissions.get(id));

  describe('timers of submissions', () => {
    it('offers what is overdue, the most overdue first, at most as many as asked', async () => {
      const second = await given({ dueAt: now });
      const first = await given({ dueAt: now - 5000 });
      await given({ dueAt: now + 1 });
      await given({ dueAt: null, state: 'failed' });
      const due = (limit: number) => underTest.run((transaction) => transaction.submissions.due(now, limit));
      expect((await due(10)).map(({ id }) => id)).toEqual([first.id, second.id]);
      expect((await due(1)).map(({ id }) => id)).toEqual([first.id]);
    });

    it('extends the lease of the version that holds it, without a new version', async () => {
      const submission = await given({ dueAt: now });
      const extended = await underTest.run((transaction) =>
        transaction.submissions.extendLease(submission.id, submission.version, now + 30_000),
      );
      expect(extended).toBe(true);
      expect(await read(submission.id)).toEqual({ ...submission, dueAt: now + 30_000 });
    });

    it('does not move a due time back when it extends a lease', async () => {
      const submission = await given({ dueAt: now + 60_000 });
      const extended = await underTest.run((transaction) =>
        transaction.submissions.extendLease(submission.id, submission.version, now + 30_000),
      );
      expect(extended).toBe(true);
      expect(await read(submission.id)).toEqual(submission);
    });

    it('does not extend the lease of an older version', async () => {
      const submission = await given({ dueAt: now });
      const updated = await underTest.run((transaction) =>
        transaction.submissions.update(submission, { dueAt: now + 1 }),
      );
      const extended = await underTest.run((transaction) =>
        transaction.submissions.extendLease(submission.id, submission.version, now + 30_000),
      );
      expect(extended).toBe(false);
      expect(await read(submission.id)).toEqual(updated);
    });

    it('records looks for the version that holds it, without a new version', async () => {
      const submission = await given({ dueAt: now });
      const record = (version: number, looks: readonly number[]): Promise<boolean> =>
        underTest.run((transaction) =>
          transaction.submissions.recordLooks(submission.id, version, looks, now + 30_000),
        );
      expect(await record(submission.version, [0, 2])).toBe(true);
      expect(await read(submission.id)).toEqual({ ...submission, looks: [0, 2], dueAt: now + 30_000 });
      expect(await record(submission.version + 1, [3])).toBe(false);
      expect(await read(submission.id)).toEqual({ ...submission, looks: [0, 2], dueAt: now + 30_000 });
    });

    it('postpones many at once, without a new version', async () => {
      const [first, second, untouched] = [
        await given({ dueAt: now }),
        await given({ dueAt: now - 1 }),
        await given({ dueAt: now }),
      ];
      await underTest.run((transaction) =>
        transaction.submissions.postpone([first.id, second.id], now + 60_000),
      );
      expect(await read(first.id)).toEqual({ ...first, dueAt: now + 60_000 });
      expect(await read(second.id)).toEqual({ ...second, dueAt: now + 60_000 });
      expect(await read(untouched.id)).toEqual(untouched);
    });

    it('postpones nothing when nothing is named', async () => {
      const submission = await given({ dueAt: now });
      await underTest.run((transaction) => transaction.submissions.postpone([], now + 60_000));
      expect(await read(submission.id)).toEqual(submission);
    });

    it('makes what is not finished due at a start, and says how many that were', async () => {
      const [leased, overdue, finished] = [
        await given({ dueAt: now + 30_000 }),
        await given({ dueAt: now - 7000 }),
        await given({ dueAt: null, state: 'failed' }),
      ];
      expect(await underTest.run((transaction) => transaction.submissions.voidLeases(now))).toBe(1);
      expect(await read(leased.id)).toEqual({ ...leased, dueAt: now });
      expect(await read(overdue.id)).toEqual(overdue);
      expect(await read(finished.id)).toEqual(finished);
    });

    it('tells how long the newest like jobs took, the newest first', async () => {
      await underTest.run(async (transaction) => {
        const account = await givenAccount(transaction);
        const add = async (durationKey: string, overrides: Partial<SubmissionRow>): Promise<void> => {
          const job = await givenJob(transaction, { status: 'processing', durationKey });
          await givenSubmission(transaction, {
            jobId: job.id,
            accountId: account.id,
            durationKey,
            ...overrides,
          });
        };
        const acceptedAt = builtAt;
        await add('like', { state: 'stored', acceptedAt, finishedAt: builtAt + 40_000 });
        await add('like', {
          state: 'succeeded',
          acceptedAt,
          lookedAt: builtAt + 50_250,
          finishedAt: builtAt + 60_500,
        });
        await add('like', { state: 'stored', acceptedAt, finishedAt: builtAt + 20_000 });
        // An attempt without a video says nothing of how long one takes.
        await add('like', { state: 'timed_out', acceptedAt, finishedAt: builtAt + 86_400_000 });
        await add('like', { state: 'failed', acceptedAt, finishedAt: builtAt + 1000 });
        await add('like', { state: 'accepted', acceptedAt });
        await add('unlike', { state: 'stored', acceptedAt, finishedAt: builtAt + 90_000 });
        await add('like', { state: 'stored', acceptedAt, finishedAt: builtAt + 70_000, providerId: 'other' });
      });
      const like: LikeJobs = {
        workspaceId: builtWorkspace,
        providerId: 'example',
        durationKey: 'like',
        sandbox: false,
      };
      const durations = (likes: readonly LikeJobs[], limit: number) =>
        underTest.run((transaction) => transaction.submissions.recentDurations(likes, limit));
      const newest = [
        { seconds: 60.5, unfinishedS: 50.25 },
        { seconds: 40, unfinishedS: null },
        { seconds: 20, unfinishedS: null },
      ];
      expect(await durations([like], 10)).toEqual([newest]);
      expect(await durations([like], 2)).toEqual([newest.slice(0, 2)]);
      expect(await durations([], 2)).toEqual([]);
      const unlike: LikeJobs[] = [
        { ...like, providerId: 'none' },
        { ...like, sandbox: true },
        { ...like, workspaceId: 'wsp_0000000000000000000000000b' as WorkspaceId },
      ];
      expect(await durations([...unlike, like, { ...like, durationKey: 'unlike' }], 1)).toEqual([
        [],
        [],
        [],
        [newest[0]],
        [{ seconds: 90, unfinishedS: null }],
      ]);
    });
  });
}
