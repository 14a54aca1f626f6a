import { describe, expect, it } from 'vitest';
import type { JobId, WorkspaceId } from '@pixsim7/contracts';
import type { JobFilter, JobRow } from '@pixsim7/core';
import { buildJob, buildRoute, builtAt, builtWorkspace } from '../../builders/index.ts';
import { givenAccount, givenJob, givenSubmission } from './given.ts';
import type { DatabaseUnderTest } from './under-test.ts';

const otherWorkspace = 'wsp_0000000000000000000000000b' as WorkspaceId;

export function describeJobLists(underTest: DatabaseUnderTest): void {
  const givenJobs = (jobs: readonly JobRow[]): Promise<void> =>
    underTest.run(async (transaction) => {
      for (const job of jobs) {
        await transaction.jobs.insert(job, []);
      }
    });
  const listIds = async (filter: Partial<JobFilter>): Promise<JobId[]> => {
    const rows = await underTest.run((transaction) =>
      transaction.jobs.list({ workspaceId: builtWorkspace, ...filter }, { limit: 100, after: null }),
    );
    return rows.map((job) => job.id);
  };

  describe('lists of jobs', () => {
    it('shows the newest first and an owner only what is theirs', async () => {
      const old = buildJob({ createdAt: builtAt - 1000 });
      const [first, second] = [buildJob(), buildJob()];
      await givenJobs([second, old, first, buildJob({ workspaceId: otherWorkspace })]);
      expect(await listIds({})).toEqual([second.id, first.id, old.id]);
    });

    it('goes through the pages without repeating or skipping a row, also among equal times', async () => {
      const jobs = Array.from({ length: 7 }, (_, index) => buildJob({ createdAt: builtAt + (index >> 1) }));
      await givenJobs(jobs);
      const seen: JobId[] = [];
      let after: JobRow | null = null;
      for (let page = 0; page < 4; page += 1) {
        const rows: JobRow[] = await underTest.run((transaction) =>
          transaction.jobs.list({ workspaceId: builtWorkspace }, { limit: 2, after }),
        );
        seen.push(...rows.map((job) => job.id));
        after = rows.at(-1) ?? null;
      }
      expect(seen).toEqual(jobs.map((job) => job.id).toReversed());
    });

    it('filters by status, operation, provider and time', async () => {
      const plain = buildJob();
      const done = buildJob({ status: 'completed' });
      const fusion = buildJob({ operationType: 'fusion' });
      const elsewhere = buildJob({ providerId: 'elsewhere' });
      const newer = buildJob({ createdAt: builtAt + 1 });
      await givenJobs([plain, done, fusion, elsewhere, newer]);
      expect(await listIds({ statuses: ['completed'] })).toEqual([done.id]);
      expect(await listIds({ operationType: 'fusion' })).toEqual([fusion.id]);
      expect(await listIds({ providerId: 'elsewhere' })).toEqual([elsewhere.id]);
      expect(await listIds({ createdAfter: builtAt })).toEqual([newer.id]);
      expect(await listIds({ statuses: ['completed'], operationType: 'fusion' })).toEqual([]);
    });

    it('filters by several statuses, model, account, metadata and the time before', async () => {
      const plain = buildJob();
      const done = buildJob({ status: 'completed' });
      const failed = buildJob({ status: 'failed', model: 'other' });
      const noted = buildJob({ metadata: { shot: '12b', scene: '4' }, createdAt: builtAt - 1 });
      await givenJobs([plain, done, failed, noted]);
      const { accountId } = await underTest.run(async (transaction) => {
        const account = await givenAccount(transaction);
        await givenSubmission(transaction, { jobId: done.id, accountId: account.id });
        return { accountId: account.id };
      });
      expect(await listIds({ statuses: ['completed', 'failed'] })).toEqual([failed.id, done.id]);
      expect(await listIds({ statuses: [] })).toEqual([]);
      expect(await listIds({ model: 'other' })).toEqual([failed.id]);
      expect(await listIds({ accountId })).toEqual([done.id]);
      expect(await listIds({ metadata: { shot: '12b' } })).toEqual([noted.id]);
      expect(await listIds({ metadata: { shot: '12b', scene: '5' } })).toEqual([]);
      expect(await listIds({ createdBefore: builtAt })).toEqual([noted.id]);
    });

    it('shows the oldest first when asked, page by page', async () => {
      const jobs = [buildJob({ createdAt: builtAt - 1 }), buildJob(), buildJob()];
      await givenJobs(jobs);
      const page = (after: JobRow | null): Promise<JobRow[]> =>
        underTest.run((transaction) =>
          transaction.jobs.list({ workspaceId: builtWorkspace }, { limit: 2, after, order: 'oldest_first' }),
        );
      const first = await page(null);
      expect(first.map(({ id }) => id)).toEqual(jobs.slice(0, 2).map(({ id }) => id));
      expect((await page(first.at(-1) ?? null)).map(({ id }) => id)).toEqual([jobs[2]?.id]);
    });

    it('searches prompt and name without regard to case', async () => {
      const byPrompt = buildJob({ params: { prompt: 'A red FOX in the snow' } });
      const byName = buildJob({ params: {}, name: 'Foxes, take 2' });
      await givenJobs([byPrompt, byName, buildJob({ params: { prompt: 'a hare', style: 'fox' } })]);
      expect(await listIds({ search: 'fox' })).toEqual([byName.id, byPrompt.id]);
      expect(await listIds({ search: 'fox in' })).toEqual([byPrompt.id]);
      expect(await listIds({ search: 'wolf' })).toEqual([]);
    });

    it.each([
      ['100%', '100% wool', '100 wool'],
      ['a_b', 'name a_b', 'name axb'],
      ['c:\\d', 'path c:\\d', 'path c:d'],
      ["it's", "it's here", 'its here'],
    ])('takes %s literally', async (search, hit, miss) => {
      const wanted = buildJob({ name: hit });
      await givenJobs([wanted, buildJob({ name: miss })]);
      expect(await listIds({ search })).toEqual([wanted.id]);
    });

    it('tells jobs that left the choice of their provider to the rules from the others', async () => {
      const routed = buildJob({ route: buildRoute(['example']) });
      const named = buildJob();
      await givenJobs([routed, named]);
      expect(await listIds({ routed: true })).toEqual([routed.id]);
      expect(await listIds({ routed: false })).toEqual([named.id]);
    });

    it('counts by status and by wait reason, leaving out what does not occur', async () => {
      await givenJobs([
        buildJob({ waitReason: 'slot' }),
        buildJob({ waitReason: 'slot', workspaceId: otherWorkspace }),
        buildJob({ waitReason: 'credits' }),
        buildJob({ status: 'failed' }),
      ]);
      const [byStatus, byReason] = await underTest.run(async (transaction) => [
        await transaction.jobs.countByStatus(10),
        await transaction.jobs.countByWaitReason(),
      ]);
      expect(byStatus).toEqual(
        new Map([
          ['pending', 3],
          ['failed', 1],
        ]),
      );
      expect(byReason).toEqual(
        new Map([
          ['slot', 2],
          ['credits', 1],
        ]),
      );
    });

    it('finds and counts jobs that need attention', async () => {
      const needy = buildJob({ status: 'processing', stage: 'needs_attention' });
      await givenJobs([needy, buildJob({ status: 'processing' }), buildJob()]);
      expect(await listIds({ stages: ['needs_attention', 'storing'] })).toEqual([needy.id]);
      expect(await underTest.run((transaction) => transaction.jobs.countNeedingAttention())).toBe(1);
    });

    it('counts nothing in an empty database', async () => {
      const count = await underTest.run(async (transaction) => {
        const job = await givenJob(transaction, { status: 'cancelled' });
        return { job, byReason: await transaction.jobs.countByWaitReason() };
      });
      expect(count.byReason).toEqual(new Map());
    });
  });
}
