import { describe, expect, it } from 'vitest';
import type { NewEvent } from '@pixsim7/core';
import { buildEvent, buildId, buildJob, builtAt } from '../../builders/index.ts';
import type { DatabaseUnderTest } from './under-test.ts';

export function describeEvents(underTest: DatabaseUnderTest): void {
  const append = (events: readonly NewEvent[]): Promise<void> =>
    underTest.run(async (transaction) => {
      for (const event of events) {
        await transaction.events.append(event);
      }
    });
  const assign = (limit = 100) => underTest.run((transaction) => transaction.events.assignSequences(limit));
  const after = (sequence: number, limit = 100) =>
    underTest.run((transaction) => transaction.events.after(sequence, limit));

  describe('events', () => {
    it('are published with gapless numbers from 1, in the order of their writing', async () => {
      const events = Array.from({ length: 5 }, (_, index) => buildEvent({ createdAt: builtAt - index }));
      await append(events.slice(0, 3));
      await append(events.slice(3));
      expect(await after(0)).toEqual([]);
      const published = events.map((event, index) => ({ ...event, sequence: index + 1 }));
      expect(await assign()).toEqual(published);
      expect(await after(0)).toEqual(published);
      expect(await assign()).toEqual([]);
    });

    it('go on with the next number, at most as many at a time as asked', async () => {
      await append([buildEvent(), buildEvent(), buildEvent()]);
      expect((await assign(2)).map(({ sequence }) => sequence)).toEqual([1, 2]);
      expect((await assign(2)).map(({ sequence }) => sequence)).toEqual([3]);
      await append([buildEvent()]);
      expect((await assign(2)).map(({ sequence }) => sequence)).toEqual([4]);
    });

    it('tell when the oldest one without a number was written', async () => {
      const oldest = () => underTest.run((transaction) => transaction.events.oldestUnpublishedAt());
      expect(await oldest()).toBeNull();
      await append([buildEvent({ createdAt: builtAt + 2 }), buildEvent({ createdAt: builtAt + 3 })]);
      expect(await oldest()).toBe(builtAt + 2);
      await assign(1);
      expect(await oldest()).toBe(builtAt + 3);
      await assign();
      expect(await oldest()).toBeNull();
    });

    it('leave no gap for events that were rolled back', async () => {
      await append([buildEvent()]);
      const failed = underTest.run(async (transaction) => {
        await transaction.events.append(buildEvent());
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      const last = buildEvent();
      await append([last]);
      expect((await assign()).map(({ sequence }) => sequence)).toEqual([1, 2]);
      expect(await after(1)).toEqual([{ ...last, sequence: 2 }]);
    });

    it('take their numbers back when the publishing is rolled back', async () => {
      await append([buildEvent(), buildEvent()]);
      const failed = underTest.run(async (transaction) => {
        await transaction.events.assignSequences(10);
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      expect((await assign()).map(({ sequence }) => sequence)).toEqual([1, 2]);
    });

    it('get each number once when two publish at the same time', async () => {
      await append(Array.from({ length: 20 }, () => buildEvent()));
      const rounds = await Promise.all([assign(6), assign(6), assign(6)]);
      const rest = await assign(100);
      const numbers = [...rounds.flat(), ...rest].map(({ sequence }) => sequence).sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    });

    it('are read after a number, in order, at most as many as asked', async () => {
      await append([buildEvent(), buildEvent(), buildEvent()]);
      await assign();
      expect((await after(1)).map(({ sequence }) => sequence)).toEqual([2, 3]);
      expect((await after(0, 2)).map(({ sequence }) => sequence)).toEqual([1, 2]);
      expect(await after(3)).toEqual([]);
    });

    it('know the latest number, 0 before anything was published', async () => {
      const latest = () => underTest.run((transaction) => transaction.events.latestSequence());
      expect(await latest()).toBe(0);
      await append([buildEvent(), buildEvent()]);
      expect(await latest()).toBe(0);
      await assign();
      expect(await latest()).toBe(2);
    });

    it('keep their data', async () => {
      const jobId = buildId('job');
      const event = buildEvent({
        type: 'job.failed',
        subjectId: jobId,
        data: {
          job_id: jobId,
          status: 'failed',
          stage: 'finished',
          wait: null,
          operation_type: 'fusion',
          provider_id: 'example',
          account_id: buildId('account'),
          error: {
            code: 'provider_failed',
            class: 'ProviderError',
            message: 'Job 318829972391296123 failed.',
            http_status: 500,
            retryable: true,
            charged: 'no',
          },
          asset_ids: [buildId('asset')],
          sequence: 3,
        },
      });
      await append([event]);
      expect(await assign()).toEqual([{ ...event, sequence: 1 }]);
    });
  });

  describe('listeners of events', () => {
    it('are called once after each commit that appended something', async () => {
      let calls = 0;
      const stop = underTest.database.onEvents(() => {
        calls += 1;
      });
      await append([buildEvent(), buildEvent()]);
      expect(calls).toBe(1);
      await append([buildEvent()]);
      expect(calls).toBe(2);
      stop();
      await append([buildEvent()]);
      expect(calls).toBe(2);
    });

    it('hear nothing of a rollback, of other writes or of publishing', async () => {
      let calls = 0;
      await append([buildEvent()]);
      underTest.database.onEvents(() => {
        calls += 1;
      });
      const failed = underTest.run(async (transaction) => {
        await transaction.events.append(buildEvent());
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      await underTest.run((transaction) => transaction.jobs.insert(buildJob(), []));
      await assign();
      expect(calls).toBe(0);
    });

    it('are called when the events can be read', async () => {
      const event = buildEvent();
      const seen = new Promise<unknown>((resolve) => {
        underTest.database.onEvents(() => resolve(assign()));
      });
      await append([event]);
      expect(await seen).toEqual([{ ...event, sequence: 1 }]);
    });
  });
}
