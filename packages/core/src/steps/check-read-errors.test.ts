import { beforeEach, describe, expect, it } from 'vitest';
import { JobNotFoundError } from '@pixsim7/providers/contract';
import { answers, createBench, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const notFound = () =>
  new JobNotFoundError({
    code: 'provider_job_not_found',
    message: 'The provider does not know this job.',
    retry: 'never',
    accountEffect: 'none',
    charged: 'no',
  });

describe('a status that cannot be read', () => {
  it('slows the pace and changes nothing', async () => {
    const attempt = await bench.acceptedAttempt();
    bench.provider.checkStatus.mockRejectedValueOnce(refusals.unavailable());
    let again: number | undefined;
    const commits = await bench.commitsDuring(async () => {
      ({ again } = await bench.run('check', attempt.id));
    });
    expect(commits).toBe(0);
    expect(again).toBe(bench.system.now() + 30_000);
    expect((await bench.job(attempt.jobId)).status).toBe('processing');
  });

  it('rests the account when the provider asks for it, and the job goes on', async () => {
    const attempt = await bench.acceptedAttempt();
    bench.provider.checkStatus.mockRejectedValueOnce(refusals.rateLimit());
    await bench.run('check', attempt.id);
    expect((await bench.account(attempt.accountId)).status).toBe('cooldown');
    expect((await bench.submission(attempt.id)).state).toBe('accepted');
  });

  it('never ends a job because of credentials, however often it is refused', async () => {
    const attempt = await bench.acceptedAttempt();
    bench.provider.checkStatus.mockRejectedValue(refusals.credentials());
    for (let look = 0; look < 10; look += 1) {
      const { again } = await bench.run('check', attempt.id);
      bench.system.advanceTo(Number(again));
    }
    expect((await bench.submission(attempt.id)).state).toBe('accepted');
    expect((await bench.account(attempt.accountId)).status).toBe('disabled');
    bench.provider.checkStatus.mockResolvedValueOnce(answers.completed());
    await bench.run('check', attempt.id);
    expect((await bench.submission(attempt.id)).state).toBe('succeeded');
  });

  it('is a fault of ours when the error is none of the provider, and is not swallowed', async () => {
    const attempt = await bench.acceptedAttempt();
    bench.provider.checkStatus.mockRejectedValueOnce(new TypeError('a bug'));
    await expect(bench.run('check', attempt.id)).rejects.toThrow('a bug');
    expect((await bench.submission(attempt.id)).state).toBe('accepted');
  });
});

describe('a job that the provider does not know', () => {
  it('is given up only when that is said three times over two minutes', async () => {
    const attempt = await bench.acceptedAttempt();
    bench.provider.checkStatus.mockRejectedValue(notFound());
    await bench.run('check', attempt.id);
    const { lastObservedAt } = await bench.submission(attempt.id);
    bench.system.advance(119_999);
    expect(await bench.run('check', attempt.id)).toHaveProperty('again');
    expect(await bench.submission(attempt.id)).toMatchObject({ state: 'accepted', lastObservedAt });
    bench.system.advance(1);
    expect(await bench.run('check', attempt.id)).toEqual({});
    expect((await bench.submission(attempt.id)).state).toBe('gone');
    // It was accepted once, so nobody can say that it was free.
    expect((await bench.job(attempt.jobId)).error).toMatchObject({
      code: 'provider_job_not_found',
      charged: 'unknown',
    });
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'settle null']);
  });

  it('goes on when it is found again, and the time starts anew', async () => {
    const attempt = await bench.acceptedAttempt();
    bench.provider.checkStatus.mockRejectedValueOnce(notFound());
    await bench.run('check', attempt.id);
    bench.system.advance(120_000);
    await bench.run('check', attempt.id);
    expect((await bench.submission(attempt.id)).lastRawStatus).toBe('running');
    bench.provider.checkStatus.mockRejectedValueOnce(notFound());
    await bench.run('check', attempt.id);
    expect((await bench.submission(attempt.id)).state).toBe('accepted');
    const observed = await bench.read((transaction) => transaction.submissions.observations([attempt.id]));
    expect(observed.map(({ rawStatus }) => rawStatus)).toEqual(['not_found', 'running', 'not_found']);
  });
});
