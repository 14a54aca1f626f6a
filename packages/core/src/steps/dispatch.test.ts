import { beforeEach, describe, expect, it } from 'vitest';
import { createBench, fakePrice, answers, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const addJobs = async (count: number): Promise<void> => {
  for (let made = 0; made < count; made += 1) {
    await bench.addJob();
  }
};
const jobsByStatus = () => bench.read((transaction) => transaction.jobs.countByStatus(1_000));

describe('giving a job its account', () => {
  it('makes the attempt, its hold and the new stage in one transaction, and offers the submit', async () => {
    const account = await bench.addAccount();
    const job = await bench.addJob();
    bench.queue.take();
    expect(await bench.commitsDuring(() => bench.dispatch())).toBe(1);
    const attempt = await bench.lastAttempt(job.id);
    expect(attempt).toMatchObject({
      state: 'prepared',
      number: 1,
      accountId: account.id,
      sentAt: null,
      tries: 0,
    });
    expect(attempt.accountChoice).toEqual([
      { accountId: account.id, chosen: true, reason: expect.any(String) },
    ]);
    expect(await bench.ledger(attempt.id)).toEqual([`hold ${fakePrice}`]);
    expect(await bench.job(job.id)).toMatchObject({
      status: 'processing',
      stage: 'preparing',
      waitReason: null,
      dueAt: null,
    });
    expect((await bench.account(account.id)).lastUsedAt).toBe(bench.system.now());
    expect(bench.queue.take()).toEqual([{ step: 'submit', id: attempt.id, runAt: bench.system.now() }]);
  });

  it('gives every attempt a token of its own', async () => {
    await bench.addAccount({ maxConcurrent: 5 });
    await addJobs(5);
    await bench.dispatch();
    const { data } = await bench.core.jobs.list(builtCaller, { limit: 100 });
    const attempts = await bench.read((transaction) =>
      transaction.submissions.listByJobs(data.map(({ id }) => id)),
    );
    expect(new Set(attempts.map(({ token }) => token)).size).toBe(5);
  });

  it('does nothing for a provider that is not registered, or without jobs', async () => {
    expect(await bench.run('dispatch', 'nobody')).toEqual({});
    expect(await bench.commitsDuring(() => bench.dispatch())).toBe(0);
  });

  it('spreads jobs over the accounts with room and keeps the view of a round current', async () => {
    const accounts = [
      await bench.addAccount({ maxConcurrent: 2 }),
      await bench.addAccount({ maxConcurrent: 3 }),
    ];
    await addJobs(7);
    await bench.dispatch();
    const used = await bench.read((transaction) =>
      transaction.submissions.countLive(accounts.map(({ id }) => id)),
    );
    expect(accounts.map(({ id }) => used.get(id))).toEqual([2, 3]);
    expect(Object.fromEntries(await jobsByStatus())).toEqual({ processing: 5, pending: 2 });
  });
});

describe('the limits of an account', () => {
  it('are kept when several dispatchers run at once', async () => {
    const account = await bench.addAccount({ maxConcurrent: 3 });
    await addJobs(10);
    await Promise.all([bench.dispatch(), bench.dispatch(), bench.dispatch()]);
    const used = await bench.read((transaction) => transaction.submissions.countLive([account.id]));
    expect(used.get(account.id)).toBe(3);
    expect(Object.fromEntries(await jobsByStatus())).toEqual({ processing: 3, pending: 7 });
  });

  it('end where its credits end', async () => {
    await bench.addAccount({ maxConcurrent: 9 }, { credits: 2 * fakePrice + 1 });
    await addJobs(4);
    await bench.dispatch();
    expect(Object.fromEntries(await jobsByStatus())).toEqual({ processing: 2, pending: 2 });
    expect(await bench.read((transaction) => transaction.jobs.countByWaitReason())).toEqual(
      new Map([['credits', 2]]),
    );
  });

  it('do not include a balance that nobody knows', async () => {
    await bench.addAccount({ maxConcurrent: 1 }, { credits: null });
    await addJobs(1);
    await bench.dispatch();
    expect(Object.fromEntries(await jobsByStatus())).toEqual({ processing: 1 });
  });

  it('count again once an attempt is over', async () => {
    await bench.addAccount({ maxConcurrent: 1 });
    const attempt = await bench.acceptedAttempt();
    await addJobs(1);
    await bench.dispatch();
    expect(Object.fromEntries(await jobsByStatus())).toEqual({ processing: 1, pending: 1 });
    bench.provider.checkStatus.mockResolvedValueOnce(answers.ended('failed', refusals.renderFailed()));
    await bench.run('check', attempt.id);
    await bench.dispatch();
    expect(Object.fromEntries(await jobsByStatus())).toEqual({ failed: 1, processing: 1 });
  });
});

describe('a job that has to wait', () => {
  it('keeps the reason, and writes it once', async () => {
    const job = await bench.addJob();
    await bench.dispatch();
    expect(await bench.job(job.id)).toMatchObject({
      status: 'pending',
      waitReason: 'account',
      waitDetail: 'This provider has no account yet.',
    });
    bench.system.advance(60_000);
    expect(await bench.commitsDuring(() => bench.dispatch())).toBe(0);
  });

  it('stays due while it waits for a slot, without a write at every look', async () => {
    await bench.addAccount({ maxConcurrent: 1 });
    await bench.preparedAttempt();
    const waiting = await bench.addJob();
    await bench.dispatch();
    bench.system.advance(60_000);
    expect(await bench.commitsDuring(() => bench.dispatch())).toBe(0);
    const row = await bench.job(waiting.id);
    expect(row.waitReason).toBe('slot');
    expect(row.dueAt).toBeLessThan(bench.system.now());
  });

  it('steps aside when a whole round of its like would hide a job that can start', async () => {
    const off = await bench.addAccount({ enabled: false });
    await bench.addAccount();
    for (let blocked = 0; blocked < 200; blocked += 1) {
      await bench.addJob({ account_id: off.id, priority: 1 });
    }
    const behind = await bench.addJob();
    await bench.dispatch();
    await bench.dispatch();
    expect((await bench.job(behind.id)).status).toBe('processing');
  });

  it('is looked at again exactly when a rest ends', async () => {
    const until = bench.system.now() + 7_000;
    await bench.addAccount({ status: 'cooldown', cooldownUntil: until, reason: 'Too many.' });
    const job = await bench.addJob();
    expect(await bench.dispatch()).toEqual({ again: until });
    expect(await bench.job(job.id)).toMatchObject({ waitReason: 'cooldown', waitUntil: until, dueAt: until });
    bench.system.advanceTo(until);
    await bench.dispatch();
    expect((await bench.job(job.id)).status).toBe('processing');
  });

  it('does not start before its time', async () => {
    await bench.addAccount();
    const at = bench.system.now() + 60_000;
    const job = await bench.addJob({ not_before: new Date(at).toISOString() });
    await bench.dispatch();
    expect(await bench.job(job.id)).toMatchObject({
      status: 'pending',
      waitReason: 'schedule',
      waitUntil: at,
    });
    bench.system.advanceTo(at);
    await bench.dispatch();
    expect((await bench.job(job.id)).status).toBe('processing');
  });

  it('waits for the account that it is pinned to although another is free', async () => {
    const pinned = await bench.addAccount({ maxConcurrent: 1 });
    await bench.preparedAttempt();
    await bench.addAccount();
    const job = await bench.addJob({ account_id: pinned.id });
    await bench.dispatch();
    expect(await bench.job(job.id)).toMatchObject({ status: 'pending', waitReason: 'slot' });
  });

  it('does not stop the one behind it', async () => {
    const broken = await bench.addAccount({ enabled: false });
    await bench.addAccount();
    await bench.addJob({ account_id: broken.id, priority: 100 });
    const behind = await bench.addJob();
    await bench.dispatch();
    expect((await bench.job(behind.id)).status).toBe('processing');
  });
});

describe('accounts that refused', () => {
  const refuseNext = (): void => {
    bench.provider.execute.mockResolvedValueOnce(answers.rejected(refusals.credentials()));
  };

  it('are left out, and the next one gets the job', async () => {
    const first = await bench.addAccount({ priority: 1 });
    const second = await bench.addAccount();
    refuseNext();
    const attempt = await bench.preparedAttempt();
    expect(attempt.accountId).toBe(first.id);
    await bench.run('submit', attempt.id);
    await bench.dispatch();
    expect(await bench.lastAttempt(attempt.jobId)).toMatchObject({ number: 2, accountId: second.id });
  });

  it('fail the job with their reason when they are all, even while the clock moves between two statements', async () => {
    bench.system.tickMs = 1;
    const account = await bench.addAccount();
    refuseNext();
    const attempt = await bench.acceptedAttempt();
    await bench.dispatch();
    expect(await bench.job(attempt.jobId)).toMatchObject({
      status: 'failed',
      error: { code: 'credentials_invalid', charged: 'no', http_status: 401 },
    });
    expect((await bench.account(account.id)).status).toBe('disabled');
  });

  it('fail the job although a sandbox account stands beside, which does not take it', async () => {
    await bench.addAccount();
    await bench.addAccount({ sandbox: true });
    refuseNext();
    const attempt = await bench.acceptedAttempt();
    await bench.dispatch();
    expect((await bench.job(attempt.jobId)).status).toBe('failed');
  });

  it('may be tried again after somebody changed them', async () => {
    const account = await bench.addAccount();
    const other = await bench.addAccount({ maxConcurrent: 1, priority: -1 });
    refuseNext();
    const attempt = await bench.preparedAttempt();
    await bench.run('submit', attempt.id);
    bench.system.advance(1_000);
    await bench.core.accounts.update(builtCaller, other.id, { enabled: false });
    await bench.core.accounts.update(builtCaller, account.id, { credentials: { api_key: 'sk-new' } });
    await bench.dispatch();
    expect(await bench.lastAttempt(attempt.jobId)).toMatchObject({ number: 2, accountId: account.id });
  });
});

describe('a race', () => {
  it('with a cancellation leaves the job cancelled and starts nothing', async () => {
    await bench.addAccount();
    const job = await bench.addJob();
    await Promise.all([bench.core.jobs.cancel(builtCaller, job.id), bench.dispatch()]);
    expect((await bench.job(job.id)).status).toBe('cancelled');
    for (const { state } of await bench.attempts(job.id)) {
      expect(state).toBe('cancelled');
    }
  });
});
