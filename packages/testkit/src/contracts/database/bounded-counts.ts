import { describe, expect, it } from 'vitest';
import { buildJob } from '../../builders/index.ts';
import { givenSubmission } from './given.ts';
import type { DatabaseUnderTest } from './under-test.ts';

export function describeBoundedCounts(underTest: DatabaseUnderTest): void {
  describe('counts', () => {
    it('stop at a bound for what is over, and are whole for what is not', async () => {
      const [byStatus, byState] = await underTest.run(async (transaction) => {
        for (const status of [
          'completed',
          'completed',
          'completed',
          'failed',
          'pending',
          'pending',
        ] as const) {
          await transaction.jobs.insert(buildJob({ status }), []);
        }
        for (const state of ['stored', 'stored', 'stored', 'timed_out', 'timed_out', 'timed_out'] as const) {
          await givenSubmission(transaction, { state });
        }
        const counted = await transaction.jobs.countByStatus(2);
        return [counted, await transaction.submissions.countByState(2)];
      });
      expect(byStatus.get('completed')).toBe(2);
      expect(byStatus.get('failed')).toBe(1);
      expect(byStatus.has('cancelled')).toBe(false);
      expect(byState).toEqual(
        new Map([
          ['stored', 2],
          ['timed_out', 3],
        ]),
      );
    });
  });

  it('takes a limit of the time of its statements, which ends with the transaction', async () => {
    const counted = await underTest.run(async (transaction) => {
      await transaction.limitStatements(5_000);
      return transaction.jobs.countNeedingAttention();
    });
    expect(counted).toBe(0);
  });
}
