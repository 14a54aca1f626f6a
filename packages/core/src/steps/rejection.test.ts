import { beforeEach, describe, expect, it } from 'vitest';
import type { AccountStatus, JobStatus, WaitReason } from '@pixsim7/contracts';
import type { ProviderCallError } from '@pixsim7/providers/contract';
import { JobNotFoundError } from '@pixsim7/providers/contract';
import { answers, createBench, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const forgottenUpload = (): ProviderCallError =>
  new JobNotFoundError({
    code: 'provider_rejected',
    message: 'The provider does not know an input.',
    retry: 'never',
    accountEffect: 'none',
    charged: 'no',
  });

type Expected = {
  readonly job: JobStatus;
  readonly wait?: WaitReason;
  readonly afterMs?: number;
  readonly account: AccountStatus;
  readonly restMs?: number;
};

describe('a certain rejection', () => {
  it.each<[keyof typeof refusals, Expected]>([
    ['credentials', { job: 'pending', wait: 'account', afterMs: 0, account: 'disabled' }],
    ['noCredits', { job: 'pending', wait: 'account', afterMs: 0, account: 'exhausted' }],
    ['tooMany', { job: 'pending', wait: 'account', afterMs: 0, account: 'cooldown', restMs: 5_000 }],
    ['rateLimit', { job: 'pending', wait: 'backoff', afterMs: 7_000, account: 'cooldown', restMs: 15_000 }],
    ['unavailable', { job: 'pending', wait: 'backoff', afterMs: 2_000, account: 'active' }],
    ['invalid', { job: 'failed', account: 'active' }],
    ['moderatedInput', { job: 'failed', account: 'active' }],
  ])('by %s decides over job and account', async (name, expected) => {
    const error = refusals[name]();
    bench.provider.execute.mockResolvedValueOnce(answers.rejected(error));
    const prepared = await bench.preparedAttempt();
    bench.queue.take();
    await bench.run('submit', prepared.id);
    const now = bench.system.now();

    expect(await bench.submission(prepared.id)).toMatchObject({
      state: 'rejected',
      dueAt: null,
      finishedAt: now,
      error: { class: error.class },
    });
    expect(await bench.ledger(prepared.id)).toEqual(['hold 10', 'release 0']);
    const job = await bench.job(prepared.jobId);
    expect(job.status).toBe(expected.job);
    expect(job.waitReason).toBe(expected.wait ?? null);
    expect(job.dueAt).toBe(expected.afterMs === undefined ? null : now + expected.afterMs);
    expect(job.waitDetail ?? job.error?.message).toBe(error.message);
    expect(job.error?.code).toBe(expected.job === 'failed' ? error.code : undefined);
    const account = await bench.account(prepared.accountId);
    expect(account.status).toBe(expected.account);
    expect(account.reason).toBe(expected.account === 'active' ? null : error.message);
    expect(account.cooldownUntil).toBe(expected.restMs === undefined ? null : now + expected.restMs);
    expect(bench.queue.take()).toEqual([{ step: 'dispatch', id: bench.provider.id, runAt: now }]);
  });

  it('tells of the account once for each refusal that changed it', async () => {
    bench.provider.execute.mockResolvedValueOnce(answers.rejected(refusals.tooMany()));
    await bench.acceptedAttempt();
    const events = await bench.events();
    expect(events.filter(({ type }) => type === 'account.updated').map(({ data }) => data)).toMatchObject([
      { status: 'cooldown', reason: 'The account runs too many generations.' },
    ]);
  });

  it('neither shortens a rest nor hides a graver reason', async () => {
    const longRest = bench.system.now() + 600_000;
    const account = await bench.addAccount();
    const attempt = await bench.preparedAttempt();
    bench.provider.execute.mockImplementationOnce(async () => {
      await bench.write(async (transaction) => {
        const row = await transaction.accounts.get(account.id);
        if (row !== null) {
          await transaction.accounts.update(row, { status: 'cooldown', cooldownUntil: longRest });
        }
      });
      return answers.rejected(refusals.tooMany());
    });
    await bench.run('submit', attempt.id);
    expect((await bench.account(account.id)).cooldownUntil).toBe(longRest);
  });

  it('does not wake an account that was disabled meanwhile', async () => {
    const account = await bench.addAccount();
    const attempt = await bench.preparedAttempt();
    bench.provider.execute.mockImplementationOnce(async () => {
      await bench.write(async (transaction) => {
        const row = await transaction.accounts.get(account.id);
        if (row !== null) {
          await transaction.accounts.update(row, { status: 'disabled', reason: 'Bad key.' });
        }
      });
      return answers.rejected(refusals.tooMany());
    });
    await bench.run('submit', attempt.id);
    expect(await bench.account(account.id)).toMatchObject({ status: 'disabled', reason: 'Bad key.' });
  });

  it('starts a new attempt with a new token', async () => {
    bench.provider.execute.mockResolvedValueOnce(answers.rejected(refusals.unavailable()));
    const first = await bench.acceptedAttempt();
    bench.system.advance(2_000);
    await bench.dispatch();
    const second = await bench.lastAttempt(first.jobId);
    expect(second.number).toBe(2);
    expect(second.token).not.toBe(first.token);
  });
});

describe('a rejection after an unanswered send', () => {
  it.each(['credentials', 'noCredits', 'tooMany', 'rateLimit', 'unavailable'] as const)(
    'by %s proves nothing',
    async (name) => {
      const prepared = await bench.preparedAttempt();
      bench.provider.execute.mockResolvedValueOnce(answers.unanswered(refusals.noAnswer()));
      await bench.run('submit', prepared.id);
      bench.system.advance(2_000);
      bench.provider.execute.mockResolvedValueOnce(answers.rejected(refusals[name]()));
      const { again } = await bench.run('submit', prepared.id);
      expect(again).toBeGreaterThan(bench.system.now());
      expect(await bench.submission(prepared.id)).toMatchObject({ state: 'unknown', dueAt: again });
      expect(await bench.ledger(prepared.id)).toEqual(['hold 10']);
    },
  );

  it.each(['invalid', 'moderatedInput'] as const)('by %s proves that there is nothing', async (name) => {
    const prepared = await bench.preparedAttempt();
    bench.provider.execute.mockResolvedValueOnce(answers.unanswered(refusals.noAnswer()));
    await bench.run('submit', prepared.id);
    bench.system.advance(2_000);
    bench.provider.execute.mockResolvedValueOnce(answers.rejected(refusals[name]()));
    await bench.run('submit', prepared.id);
    expect((await bench.submission(prepared.id)).state).toBe('rejected');
    expect(await bench.ledger(prepared.id)).toEqual(['hold 10', 'release 0']);
  });
});

describe('an upload that the provider forgot', () => {
  it('is made anew once, and a second time is a failure', async () => {
    await bench.addAccount();
    const image = await bench.addAsset('image');
    const imageToVideo = { operation_type: 'image_to_video', params: { image_url: image } } as const;
    bench.provider.execute.mockResolvedValue(answers.rejected(forgottenUpload()));

    const first = await bench.acceptedAttempt(imageToVideo);
    expect(first.state).toBe('rejected');
    expect((await bench.job(first.jobId)).status).toBe('pending');
    await bench.dispatch();
    await bench.run('submit', (await bench.lastAttempt(first.jobId)).id);

    expect(bench.provider.resolveInput).toHaveBeenCalledTimes(2);
    expect(bench.provider.execute).toHaveBeenCalledTimes(2);
    expect(await bench.job(first.jobId)).toMatchObject({
      status: 'failed',
      error: { code: 'provider_rejected' },
    });
  });
});
