import { describe, expect, it } from 'vitest';
import type { JobId, UserId } from '@pixsim7/contracts';
import { furthestPlace } from '@pixsim7/core';
import type { JobRow } from '@pixsim7/core';
import { buildAccount, buildId, buildJob, builtAt, builtWorkspace } from '../../builders/index.ts';
import type { DatabaseUnderTest } from './under-test.ts';

const ann = 'usr_000000000000000000000000aa' as UserId;
const bob = 'usr_000000000000000000000000bb' as UserId;
const cat = 'usr_000000000000000000000000cc' as UserId;
const now = builtAt + 60_000;

export function describeDispatchOrder(underTest: DatabaseUnderTest): void {
  const givenJobs = (jobs: readonly JobRow[]): Promise<void> =>
    underTest.run(async (transaction) => {
      for (const job of jobs) {
        await transaction.jobs.insert(job, []);
      }
    });
  const dispatchable = async (limit = 100): Promise<JobId[]> => {
    const rows = await underTest.run((transaction) => transaction.jobs.dispatchable('example', now, limit));
    return rows.map((job) => job.id);
  };
  const positions = (jobs: readonly JobRow[]): Promise<Map<JobId, number>> =>
    underTest.run((transaction) => transaction.jobs.queuePositions(jobs.map((job) => job.id)));
  /** The answer of `queuePositions` for jobs that stand in this order. */
  const lineOf = (jobs: readonly JobRow[]): Map<JobId, number> =>
    new Map(jobs.map((job, index) => [job.id, index + 1]));

  describe('dispatch order', () => {
    it('puts the older job first among equals, and the smaller id among equal times', async () => {
      const [third, first, second] = [
        buildJob({ createdAt: builtAt + 2 }),
        buildJob({ createdAt: builtAt }),
        buildJob({ createdAt: builtAt }),
      ];
      await givenJobs([third, second, first]);
      expect(await dispatchable()).toEqual([first.id, second.id, third.id]);
      expect(await positions([third, first, second])).toEqual(lineOf([first, second, third]));
    });

    it('puts priority before age', async () => {
      const [low, normal, high] = [
        buildJob({ priority: -5, createdAt: builtAt }),
        buildJob({ priority: 0, createdAt: builtAt + 1 }),
        buildJob({ priority: 5, createdAt: builtAt + 2 }),
      ];
      await givenJobs([low, normal, high]);
      expect(await dispatchable()).toEqual([high.id, normal.id, low.id]);
      expect(await positions([low, normal, high])).toEqual(lineOf([high, normal, low]));
    });

    it('lets owners take turns, however many jobs one of them queued first', async () => {
      const ofAnn = [0, 1, 2].map((at) => buildJob({ ownerId: ann, createdAt: builtAt + at }));
      const ofBob = [10, 11].map((at) => buildJob({ ownerId: bob, createdAt: builtAt + at }));
      const [ofCat] = [buildJob({ ownerId: cat, createdAt: builtAt + 20 })];
      await givenJobs([...ofAnn, ...ofBob, ofCat]);
      const line = [ofAnn[0], ofBob[0], ofCat, ofAnn[1], ofBob[1], ofAnn[2]].filter(
        (job) => job !== undefined,
      );
      expect(await dispatchable()).toEqual(line.map((job) => job.id));
      expect(await positions(line)).toEqual(lineOf(line));
    });

    it('counts what an owner has running', async () => {
      const [annFirst, annSecond] = [
        buildJob({ ownerId: ann, createdAt: builtAt }),
        buildJob({ ownerId: ann, createdAt: builtAt + 1 }),
      ];
      const [bobFirst, bobSecond] = [
        buildJob({ ownerId: bob, createdAt: builtAt + 2 }),
        buildJob({ ownerId: bob, createdAt: builtAt + 3 }),
      ];
      await givenJobs([
        buildJob({ ownerId: ann, status: 'processing' }),
        // Neither what is over nor what runs elsewhere takes a turn here.
        buildJob({ ownerId: bob, status: 'completed' }),
        buildJob({ ownerId: bob, status: 'processing', providerId: 'elsewhere' }),
        annFirst,
        annSecond,
        bobFirst,
        bobSecond,
      ]);
      const line = [bobFirst, annFirst, bobSecond, annSecond];
      expect(await dispatchable()).toEqual(line.map((job) => job.id));
      expect(await positions(line)).toEqual(lineOf(line));
    });

    it('counts the urgent jobs of an owner against their ordinary ones', async () => {
      const urgent = buildJob({ ownerId: ann, priority: 10, createdAt: builtAt });
      const ordinary = buildJob({ ownerId: ann, createdAt: builtAt });
      const ofBob = buildJob({ ownerId: bob, createdAt: builtAt + 5 });
      await givenJobs([urgent, ordinary, ofBob]);
      const line = [urgent, ofBob, ordinary];
      expect(await dispatchable()).toEqual(line.map((job) => job.id));
      expect(await positions(line)).toEqual(lineOf(line));
    });

    it('offers only pending jobs of the provider whose time has come, at most as many as asked', async () => {
      const due = [
        buildJob({ dueAt: now, createdAt: builtAt }),
        buildJob({ dueAt: now - 1, createdAt: builtAt + 1 }),
      ];
      await givenJobs([
        ...due,
        buildJob({ dueAt: now + 1 }),
        buildJob({ dueAt: null }),
        buildJob({ providerId: 'elsewhere' }),
        buildJob({ status: 'processing' }),
      ]);
      expect(await dispatchable()).toEqual(due.map((job) => job.id));
      expect(await dispatchable(1)).toEqual([due[0]?.id]);
    });

    it('finds what fits the places that are open, also among those that stepped aside', async () => {
      const [mine, other, pinned] = [buildAccount(), buildAccount(), buildAccount()];
      await underTest.run(async (transaction) => {
        for (const account of [mine, other, pinned]) {
          await transaction.accounts.insert(account);
        }
      });
      const aside = { waitReason: 'credits', dueAt: now + 1 } as const;
      const fitting = [
        buildJob({ createdAt: builtAt + 1, quotedCredits: 10 }),
        buildJob({ createdAt: builtAt + 2, quotedCredits: 5, ...aside }),
        buildJob({ createdAt: builtAt + 3, pinnedAccountId: mine.id, quotedCredits: null }),
        buildJob({ createdAt: builtAt + 4, quotedCredits: 11, lanes: ['example', 'elsewhere'] }),
      ];
      await givenJobs([
        buildJob({ workspaceId: buildId('workspace') }),
        buildJob({ pinnedAccountId: pinned.id }),
        buildJob({ quotedCredits: 11 }),
        buildJob({ waitReason: 'schedule', dueAt: now + 1 }),
        buildJob({ waitReason: 'backoff', dueAt: now + 1 }),
        buildJob({ lanes: ['elsewhere'] }),
        ...fitting,
      ]);
      const accountIds = [mine.id, other.id];
      const startable = async (maxCredits: number | null, limit = 100): Promise<JobId[]> => {
        const places = [{ workspaceId: builtWorkspace, accountIds, maxCredits }];
        const found = await underTest.run((transaction) =>
          transaction.jobs.startable('example', now, places, limit),
        );
        return found.map(({ id }) => id);
      };
      const line = fitting.map(({ id }) => id);
      expect(await startable(10)).toEqual(line);
      expect(await startable(10, 2)).toEqual(line.slice(0, 2));
      expect(await startable(null)).toHaveLength(line.length + 1);
      expect(
        await underTest.run((transaction) => transaction.jobs.startable('example', now, [], 100)),
      ).toEqual([]);
      const stepped = (lane: string): Promise<boolean> =>
        underTest.run((transaction) => transaction.jobs.hasSteppedAside(lane, now));
      expect(await stepped('example')).toBe(true);
      expect(await stepped('elsewhere')).toBe(false);
    });

    it('reads as many of an owner as stand in front, and no more', async () => {
      const urgent = Array.from({ length: 20 }, (_, at) =>
        buildJob({ ownerId: ann, priority: at < 12 ? 1 : 0, createdAt: builtAt + at }),
      );
      const ofBob = [30, 31].map((at) => buildJob({ ownerId: bob, createdAt: builtAt + at }));
      await givenJobs([...urgent, ...ofBob]);
      const line = [...urgent.slice(0, 12), ...ofBob, ...urgent.slice(12)].map(({ id }) => id);
      expect(await dispatchable()).toEqual(line);
      expect(await dispatchable(13)).toEqual(line.slice(0, 13));
      expect(await dispatchable(3)).toEqual(line.slice(0, 3));
    });

    it('does not let jobs that are not due take turns from those that are', async () => {
      const later = buildJob({ ownerId: ann, dueAt: now + 1, createdAt: builtAt });
      const ofAnn = buildJob({ ownerId: ann, createdAt: builtAt + 1 });
      const ofBob = buildJob({ ownerId: bob, createdAt: builtAt + 2 });
      await givenJobs([later, ofAnn, ofBob]);
      expect(await dispatchable()).toEqual([ofAnn.id, ofBob.id]);
    });

    it('lets a job that may run at several providers stand in the lane of each', async () => {
      const first = buildJob({ createdAt: builtAt });
      const several = buildJob({
        lanes: ['elsewhere', 'example'],
        providerId: 'elsewhere',
        createdAt: builtAt + 1,
      });
      const last = buildJob({ createdAt: builtAt + 2 });
      await givenJobs([first, several, last]);
      expect(await dispatchable()).toEqual([first.id, several.id, last.id]);
      const elsewhere = await underTest.run((transaction) =>
        transaction.jobs.dispatchable('elsewhere', now, 100),
      );
      expect(elsewhere.map((job) => job.id)).toEqual([several.id]);
      expect(await underTest.run((transaction) => transaction.jobs.providersWithDispatchable(now))).toEqual([
        'elsewhere',
        'example',
      ]);
      // Its foremost place: second here, first elsewhere.
      expect(await positions([first, several, last])).toEqual(
        new Map([
          [first.id, 1],
          [several.id, 1],
          [last.id, 3],
        ]),
      );
    });

    it('counts what an owner has running in each lane by itself', async () => {
      const lanes = ['example', 'elsewhere'];
      const ofAnn = buildJob({ ownerId: ann, lanes, createdAt: builtAt });
      const ofBob = buildJob({ ownerId: bob, lanes, createdAt: builtAt + 1 });
      await givenJobs([buildJob({ ownerId: ann, status: 'processing', lanes }), ofAnn, ofBob]);
      expect(await dispatchable()).toEqual([ofBob.id, ofAnn.id]);
      const elsewhere = await underTest.run((transaction) =>
        transaction.jobs.dispatchable('elsewhere', now, 100),
      );
      expect(elsewhere.map((job) => job.id)).toEqual([ofAnn.id, ofBob.id]);
    });

    it('names the providers that have something to dispatch, each once', async () => {
      await givenJobs([
        buildJob({ providerId: 'one' }),
        buildJob({ providerId: 'one' }),
        buildJob({ providerId: 'two' }),
        buildJob({ providerId: 'later', dueAt: now + 1 }),
        buildJob({ providerId: 'busy', status: 'processing' }),
      ]);
      const providers = await underTest.run((transaction) => transaction.jobs.providersWithDispatchable(now));
      expect(providers).toEqual(['one', 'two']);
    });

    it('tells places up to the thousandth, and of the others that they are beyond', async () => {
      const ofAnn = Array.from({ length: furthestPlace + 2 }, (_, at) =>
        buildJob({ ownerId: ann, createdAt: builtAt + at }),
      );
      const ofBob = [0, 1].map((at) => buildJob({ ownerId: bob, createdAt: builtAt + 10_000 + at }));
      const urgent = buildJob({ ownerId: ann, priority: 1, createdAt: builtAt + 20_000 });
      await givenJobs([...ofAnn, ...ofBob, urgent]);
      // Behind the urgent one and the first job of the other owner. The second one is behind only the third of this owner,
      // whose turn the urgent one took.
      expect(await positions([urgent, ...ofBob])).toEqual(
        new Map([
          [urgent.id, 1],
          [ofBob[0]?.id, 2],
          [ofBob[1]?.id, 4],
        ]),
      );
      const far = ofAnn.slice(furthestPlace - 4);
      expect([...(await positions(far)).values()].toSorted((left, right) => left - right)).toEqual([
        1_000, 1_001, 1_001, 1_001, 1_001, 1_001,
      ]);
    });

    it('gives a place per provider, and none to jobs that are not pending', async () => {
      const here = [buildJob({ createdAt: builtAt }), buildJob({ createdAt: builtAt + 1 })];
      const elsewhere = buildJob({ providerId: 'elsewhere', createdAt: builtAt + 2 });
      const running = buildJob({ status: 'processing', ownerId: ann });
      await givenJobs([...here, elsewhere, running]);
      const [, second] = here;
      const asked = [second, elsewhere, running, buildJob()].filter((job) => job !== undefined);
      expect(await positions(asked)).toEqual(
        new Map([
          [second?.id, 2],
          [elsewhere.id, 1],
        ]),
      );
      expect(await positions([])).toEqual(new Map());
      expect(await underTest.run((transaction) => transaction.jobs.queuePositions([buildId('job')]))).toEqual(
        new Map(),
      );
    });
  });
}
