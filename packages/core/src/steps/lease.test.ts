import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createBench } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { whileLeased } from './lease.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

describe('a lease', () => {
  it('is renewed while the effect runs, leaves the version, and ends with it', async () => {
    const submission = await bench.preparedAttempt();
    const result = await whileLeased(bench.dependencies, submission, async () => {
      bench.system.advance(10_000);
      const leased = await bench.submission(submission.id);
      expect(leased).toMatchObject({ dueAt: bench.system.now() + 30_000, version: submission.version });
      return 'done';
    });
    expect(result).toBe('done');
    expect(bench.system.intervals).toBe(0);
  });

  it('is not renewed by one who lost it', async () => {
    const submission = await bench.preparedAttempt();
    await whileLeased(bench.dependencies, submission, async () => {
      const dueAt = bench.system.now() + 1;
      const taken = await bench.write((transaction) => transaction.submissions.update(submission, { dueAt }));
      bench.system.advance(20_000);
      expect(await bench.submission(submission.id)).toEqual(taken);
    });
  });

  it('ends when the effect fails, and the failure is not hidden', async () => {
    const submission = await bench.preparedAttempt();
    const failing = whileLeased(bench.dependencies, submission, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(bench.system.intervals).toBe(0);
  });

  it('that cannot be renewed is logged and does not stop the effect', async () => {
    const submission = await bench.preparedAttempt();
    await bench.database.close();
    const result = await whileLeased(bench.dependencies, submission, async () => {
      bench.system.advance(10_000);
      await vi.waitFor(() =>
        expect(bench.logLines).toMatchObject([{ level: 'warn', message: 'lease not renewed' }]),
      );
      return 'done';
    });
    expect(result).toBe('done');
  });
});
