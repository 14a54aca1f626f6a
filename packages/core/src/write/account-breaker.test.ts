import { beforeEach, describe, expect, it } from 'vitest';
import type { AccountId } from '@pixsim7/contracts';
import { answers, createBench, outputUrl, refusals, fakeMediaBytes } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';
import type { AccountRow } from '../model/index.ts';
import { breakerState, failuresToOpen } from '../rules/index.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

/** So many jobs, each sent once, each refused because the provider is down. */
async function failJobs(count: number): Promise<void> {
  for (let job = 0; job < count; job += 1) {
    bench.provider.execute.mockResolvedValueOnce(answers.rejected(refusals.unavailable()));
    const { id } = await bench.addJob();
    await bench.dispatch();
    const attempt = await bench.lastAttempt(id);
    await bench.run('submit', attempt.id);
    expect((await bench.submission(attempt.id)).state).toBe('rejected');
  }
}

const stateOf = async (id: AccountId): Promise<string> =>
  breakerState((await bench.account(id)).breaker, bench.system.now());

async function openedAccount(changes: Partial<AccountRow> = {}): Promise<AccountRow> {
  const account = await bench.addAccount({ maxConcurrent: 20, ...changes }, { credits: 1_000 });
  await failJobs(failuresToOpen);
  expect(await stateOf(account.id)).toBe('open');
  return account;
}

describe('an account whose provider is down', () => {
  it('rests after enough different jobs, tells why and until when, and announces it once', async () => {
    const account = await openedAccount();
    expect(await bench.core.accounts.get(builtCaller, account.id)).toMatchObject({
      status: 'cooldown',
      reason: '5 jobs in a row failed at the provider; then one is tried.',
      cooldown_until: new Date(bench.system.now() + 30_000).toISOString(),
    });
    const told = (await bench.events()).filter(({ type }) => type === 'account.updated');
    expect(told.map(({ data }) => data)).toMatchObject([{ status: 'cooldown' }]);
    await bench.dispatch();
    const { id } = await bench.addJob();
    await bench.dispatch();
    expect(await bench.job(id)).toMatchObject({ status: 'pending', waitReason: 'cooldown' });
  });

  it('tries one job after the rest while the others wait, and works again when it is accepted', async () => {
    const account = await openedAccount();
    bench.system.advance(30_000);
    await bench.dispatch();
    const prepared = await bench.read((transaction) => transaction.submissions.countLive([account.id]));
    expect(prepared.get(account.id)).toBe(1);
    expect(await bench.core.accounts.get(builtCaller, account.id)).toMatchObject({
      status: 'active',
      reason: 'Several jobs in a row failed at the provider; one is being tried.',
    });
    const { trialId } = (await bench.account(account.id)).breaker;
    if (trialId === null) {
      throw new Error('There is no trial.');
    }
    await bench.run('submit', trialId);
    expect(await stateOf(account.id)).toBe('closed');
    await bench.dispatch();
    const running = await bench.read((transaction) => transaction.submissions.countLive([account.id]));
    expect(running.get(account.id)).toBe(failuresToOpen);
  });

  it.each([
    ['refused', answers.rejected(refusals.unavailable())],
    ['unanswered', answers.unanswered(refusals.noAnswer())],
  ])('rests longer when the trial is %s', async (_, answer) => {
    const account = await openedAccount();
    bench.system.advance(30_000);
    await bench.dispatch();
    const { trialId } = (await bench.account(account.id)).breaker;
    bench.provider.execute.mockResolvedValueOnce(answer);
    await bench.run('submit', trialId ?? '');
    expect((await bench.account(account.id)).breaker).toMatchObject({
      openings: 2,
      openUntil: bench.system.now() + 60_000,
      trialId: null,
    });
  });

  it('takes the next trial when a person cancels the first', async () => {
    const account = await openedAccount();
    bench.system.advance(30_000);
    await bench.dispatch();
    const { trialId } = (await bench.account(account.id)).breaker;
    const attempt = await bench.submission(trialId ?? ('' as never));
    await bench.core.jobs.cancel(builtCaller, attempt.jobId);
    expect(await stateOf(account.id)).toBe('half_open');
  });

  it('is made sound by new credentials', async () => {
    const account = await openedAccount();
    await bench.core.accounts.update(builtCaller, account.id, { credentials: { api_key: 'sk-new' } });
    expect(await stateOf(account.id)).toBe('closed');
  });

  it('does not make a job forget which account refused it', async () => {
    const account = await bench.addAccount({ maxConcurrent: 20 }, { credits: 1_000 });
    await failJobs(1);
    expect((await bench.account(account.id)).updatedAt).toBe(account.updatedAt);
  });
});

describe('generations that fail', () => {
  it('open it too, though every request was accepted, and one video closes it', async () => {
    const account = await bench.addAccount({ maxConcurrent: 20 }, { credits: 1_000 });
    for (let job = 0; job < failuresToOpen; job += 1) {
      const attempt = await bench.acceptedAttempt();
      bench.provider.checkStatus.mockResolvedValueOnce(answers.ended('failed', refusals.renderFailed()));
      await bench.run('check', attempt.id);
    }
    expect(await stateOf(account.id)).toBe('open');

    bench.system.advance(30_000);
    const trial = await bench.acceptedAttempt();
    expect(await stateOf(account.id)).toBe('trying');
    bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'done'));
    bench.provider.checkStatus.mockResolvedValueOnce(answers.completed());
    await bench.run('check', trial.id);
    expect(await stateOf(account.id)).toBe('closed');
  });

  it('count nothing when the safety check refused them', async () => {
    const account = await bench.addAccount({ maxConcurrent: 20 }, { credits: 1_000 });
    for (let job = 0; job < failuresToOpen; job += 1) {
      const attempt = await bench.acceptedAttempt();
      bench.provider.checkStatus.mockResolvedValueOnce(answers.ended('filtered', refusals.moderatedOutput()));
      await bench.run('check', attempt.id);
    }
    expect(await stateOf(account.id)).toBe('closed');
  });
});

describe('one bad job', () => {
  it('does not open an account, however often it fails there', async () => {
    const account = await bench.addAccount();
    bench.provider.execute.mockResolvedValue(answers.rejected(refusals.unavailable()));
    await bench.addJob();
    await bench.dispatch();
    await bench.settle(bench.system.now() + 60 * 60_000);
    expect((await bench.account(account.id)).breaker.failures).toHaveLength(1);
    expect(await stateOf(account.id)).toBe('closed');
  });

  it.each(['invalid', 'moderatedInput'] as const)('counts nothing when it is %s', async (name) => {
    const account = await bench.addAccount();
    bench.provider.execute.mockResolvedValue(answers.rejected(refusals[name]()));
    for (let job = 0; job < failuresToOpen; job += 1) {
      await bench.acceptedAttempt();
    }
    expect((await bench.account(account.id)).breaker.failures).toEqual([]);
  });

  it('exhausts three accounts at most, and fails with the evidence', async () => {
    const accounts: AccountRow[] = [];
    for (let count = 0; count < 6; count += 1) {
      accounts.push(await bench.addAccount({ priority: -count }, { credential: `sk-${count}` }));
    }
    bench.provider.execute.mockResolvedValue(answers.rejected(refusals.noCredits()));
    const { id } = await bench.addJob();
    await bench.dispatch();
    await bench.settle(bench.system.now() + 60_000);
    expect(await bench.job(id)).toMatchObject({
      status: 'failed',
      error: {
        code: 'insufficient_credits',
        message: '3 accounts refused this; the last one: The account has not enough credits.',
      },
    });
    const statuses = await Promise.all(
      accounts.map(async (account) => (await bench.account(account.id)).status),
    );
    expect(statuses).toEqual(['exhausted', 'exhausted', 'exhausted', 'active', 'active', 'active']);
  });
});
