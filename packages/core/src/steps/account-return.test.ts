import { beforeEach, describe, expect, it } from 'vitest';
import type { AccountId, CreateJobRequest, JobId } from '@pixsim7/contracts';
import { answers, createBench, fakePrice, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { buildBalanceReading, builtCaller } from '@pixsim7/testkit/builders';
import { breakerState } from '../rules/index.ts';

/** More than one round looks at. */
const backlog = 450;

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

async function addJobs(count: number, changes: Partial<CreateJobRequest> = {}): Promise<JobId[]> {
  const ids: JobId[] = [];
  for (let made = 0; made < count; made += 1) {
    ids.push((await bench.addJob(changes)).id);
  }
  return ids;
}

/** Runs the dispatch as often as the queue is offered one for now. @returns attempts on the account then */
async function liveAfterOffers(account: AccountId): Promise<number> {
  for (;;) {
    const now = bench.system.now();
    const offered = bench.queue.take().some(({ step, runAt }) => step === 'dispatch' && runAt <= now);
    if (!offered) {
      const live = await bench.read((transaction) => transaction.submissions.countLive([account]));
      return live.get(account) ?? 0;
    }
    await bench.dispatch();
  }
}

/** Every waiting job was looked at and stepped aside. */
async function untilAllStepAside(): Promise<void> {
  for (let rounds = 0; rounds < 10; rounds += 1) {
    await bench.dispatch();
  }
  bench.queue.take();
}

describe('an account that comes back', () => {
  it('by being switched on is filled at once, by the jobs in front', async () => {
    const account = await bench.addAccount({ enabled: false, maxConcurrent: 3 }, { credits: 1_000 });
    const ids = await addJobs(backlog);
    await untilAllStepAside();
    await bench.core.accounts.update(builtCaller, account.id, { enabled: true });
    expect(await liveAfterOffers(account.id)).toBe(3);
    const started = await Promise.all(ids.slice(0, 3).map(async (id) => (await bench.job(id)).status));
    expect(started).toEqual(['processing', 'processing', 'processing']);
  });

  it('with a hundred more slots fills all of them', async () => {
    const account = await bench.addAccount({ enabled: false, maxConcurrent: 300 }, { credits: 100_000 });
    await addJobs(backlog);
    await untilAllStepAside();
    await bench.core.accounts.update(builtCaller, account.id, { enabled: true });
    expect(await liveAfterOffers(account.id)).toBe(300);
  });

  it('by a balance that was topped up is used by the jobs that it can pay', async () => {
    const account = await bench.addAccount({ maxConcurrent: 10 }, { credits: 0 });
    await addJobs(backlog);
    await untilAllStepAside();
    bench.system.advance(1_000);
    await bench.write(async (transaction) => {
      await transaction.accounts.addReading(
        buildBalanceReading(account.id, { amount: fakePrice * 2, observedAt: bench.system.now() }),
      );
    });
    await bench.dispatch();
    expect(await liveAfterOffers(account.id)).toBe(2);
  });

  it('by the end of a rest is looked at then, although others asked for a dispatch meanwhile', async () => {
    const until = bench.system.now() + 10_000;
    const account = await bench.addAccount(
      { status: 'cooldown', cooldownUntil: until, maxConcurrent: 2 },
      { credits: 1_000 },
    );
    await addJobs(backlog);
    await untilAllStepAside();
    bench.system.advance(3_000);
    expect(await bench.dispatch()).toEqual({ again: until });
    bench.system.advanceTo(until);
    await bench.dispatch();
    expect(await liveAfterOffers(account.id)).toBe(2);
  });

  it('by a trial that went well calls the jobs that waited for it', async () => {
    const account = await bench.addAccount({ maxConcurrent: 4 }, { credits: 1_000 });
    bench.provider.execute.mockResolvedValue(answers.rejected(refusals.unavailable()));
    await addJobs(10);
    for (
      let times = 0;
      breakerState((await bench.account(account.id)).breaker, bench.system.now()) !== 'open';
    ) {
      expect((times += 1)).toBeLessThan(20);
      await bench.dispatch();
      for (const { id } of bench.queue.take().filter(({ step }) => step === 'submit')) {
        await bench.run('submit', id);
      }
    }
    bench.provider.execute.mockReset().mockResolvedValue(answers.accepted('generation-1'));
    bench.system.advance(60_000);
    await bench.dispatch();
    const { trialId } = (await bench.account(account.id)).breaker;
    bench.queue.take();
    await bench.run('submit', trialId ?? '');
    expect(await liveAfterOffers(account.id)).toBe(4);
  });

  it('is used by a job behind a whole line that waits for another account', async () => {
    const off = await bench.addAccount({ enabled: false, maxConcurrent: 5 }, { credential: 'sk-off' });
    const account = await bench.addAccount({ enabled: false }, { credential: 'sk-on', credits: 1_000 });
    await addJobs(backlog, { account_id: off.id, priority: 1 });
    const [behind] = await addJobs(1);
    await untilAllStepAside();
    await bench.core.accounts.update(builtCaller, account.id, { enabled: true });
    expect(await liveAfterOffers(account.id)).toBe(1);
    expect((await bench.job(behind ?? ('' as JobId))).status).toBe('processing');
  });
});

describe('a round', () => {
  it('starts the jobs of each account in one transaction', async () => {
    await bench.addAccount({ maxConcurrent: 10 }, { credential: 'sk-1', credits: 1_000 });
    await bench.addAccount({ maxConcurrent: 10 }, { credential: 'sk-2', credits: 1_000 });
    await addJobs(20);
    expect(await bench.commitsDuring(() => bench.dispatch())).toBe(2);
    expect((await bench.read((transaction) => transaction.jobs.countByStatus(99))).get('processing')).toBe(
      20,
    );
  });

  it('leaves out a job that somebody cancelled meanwhile, and starts the others', async () => {
    const account = await bench.addAccount({ maxConcurrent: 4 }, { credits: 1_000 });
    const [first, lost, last] = await addJobs(3);
    const { database } = bench.dependencies;
    const transaction = database.transaction.bind(database);
    let transactions = 0;
    // Between the transaction that reads and the next one, which writes, somebody is faster.
    database.transaction = async (work) => {
      transactions += 1;
      if (transactions === 2) {
        await bench.core.jobs.cancel(builtCaller, lost ?? '');
      }
      return transaction(work);
    };
    await bench.dispatch();
    const statuses = await Promise.all(
      [first, lost, last].map(async (id) => (await bench.job(id ?? ('' as JobId))).status),
    );
    expect(statuses).toEqual(['processing', 'cancelled', 'processing']);
    expect((await bench.read((read) => read.submissions.countLive([account.id]))).get(account.id)).toBe(2);
    expect(bench.queue.take().filter(({ step }) => step === 'submit')).toHaveLength(2);
  });
});
