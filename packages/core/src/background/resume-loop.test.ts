import { beforeEach, describe, expect, it, vi } from 'vitest';
import { submissionStates } from '@pixsim7/contracts';
import { answers, createBench, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { buildId, buildJob, buildSubmission } from '@pixsim7/testkit/builders';
import { offerOverdue, startResumeLoop, stepOf } from './resume-loop.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const offered = () => bench.queue.take().map(({ step, id }) => `${step} ${id}`);

describe('stepOf', () => {
  it('knows the step of every state', () => {
    const parents = { jobId: buildId('job'), accountId: buildId('account') };
    const steps = submissionStates.map((state) => [state, stepOf(buildSubmission(parents, { state }))]);
    expect(Object.fromEntries(steps)).toEqual({
      prepared: 'submit',
      unknown: 'submit',
      accepted: 'check',
      succeeded: 'ingest',
      stored: null,
      failed: null,
      filtered: null,
      gone: null,
      timed_out: 'check',
      cancelled: null,
      rejected: null,
    });
  });
});

describe('offerOverdue', () => {
  it('offers every lost message again', async () => {
    await bench.addAccount({ maxConcurrent: 3 });
    const succeeded = await bench.succeededAttempt();
    const accepted = await bench.acceptedAttempt();
    const prepared = await bench.preparedAttempt();
    await bench.addJob();
    bench.queue.take();
    bench.system.advance(60_000);
    expect(await offerOverdue(bench.dependencies)).toBe(3);
    expect(offered().sort()).toEqual(
      [
        `ingest ${succeeded.id}`,
        `check ${accepted.id}`,
        `submit ${prepared.id}`,
        `dispatch ${bench.provider.id}`,
      ].sort(),
    );
  });

  it('offers nothing that this process has in its hands', async () => {
    const prepared = await bench.preparedAttempt();
    bench.queue.take();
    const holds = vi.spyOn(bench.queue, 'holds');
    holds.mockImplementation(({ step, id }) => step === 'submit' && id === prepared.id);
    await offerOverdue(bench.dependencies);
    expect(offered()).toEqual([]);
    holds.mockRestore();
    await offerOverdue(bench.dependencies);
    expect(offered()).toEqual([`submit ${prepared.id}`]);
  });

  it('moves the bound of running ones at once, so that they are not offered at every tick', async () => {
    const attempt = await bench.acceptedAttempt();
    bench.queue.take();
    bench.system.advance(60_000);
    await offerOverdue(bench.dependencies);
    expect(offered()).toEqual([`check ${attempt.id}`]);
    const row = await bench.submission(attempt.id);
    expect(row).toMatchObject({ dueAt: bench.system.now() + 60_000, version: attempt.version });
    await offerOverdue(bench.dependencies);
    expect(offered()).toEqual([]);
  });

  it.each([
    ['accepted', 1_203, 1_203],
    // They stay due until their steps ran: a second look would find the same ones.
    ['prepared', 1_203, 500],
  ] as const)(
    'takes of the overdue ones in the state %s, %i in number, %i at once',
    async (state, overdue, expected) => {
      const account = await bench.addAccount();
      await bench.database.transaction(async (transaction) => {
        for (let index = 0; index < overdue; index += 1) {
          const job = buildJob({ status: 'processing' });
          const parents = { jobId: job.id, accountId: account.id };
          await transaction.jobs.insert(job, []);
          await transaction.submissions.insert(buildSubmission(parents, { state, dueAt: 0 }));
        }
      });
      expect(await offerOverdue(bench.dependencies)).toBe(expected);
      expect(new Set(offered()).size).toBe(expected);
    },
  );

  it('leaves alone what is leased, what waits for a time, and what needs a person', async () => {
    bench = createBench({ idempotency: 'none', idempotency_window_s: null });
    const account = await bench.addAccount({ maxConcurrent: 9 });
    bench.provider.execute.mockResolvedValueOnce(answers.unanswered(refusals.noAnswer()));
    const lost = await bench.acceptedAttempt();
    bench.system.advance(2_000);
    await bench.run('submit', lost.id);
    await bench.acceptedAttempt();
    await bench.addJob({
      not_before: new Date(bench.system.now() + 60_000).toISOString(),
      account_id: account.id,
    });
    bench.queue.take();
    expect(await offerOverdue(bench.dependencies)).toBe(0);
    expect(offered()).toEqual([]);
  });

  it('offers a batch at once, not one after the other', async () => {
    const account = await bench.addAccount();
    await bench.database.transaction(async (transaction) => {
      for (let index = 0; index < 3; index += 1) {
        const job = buildJob({ status: 'processing' });
        await transaction.jobs.insert(job, []);
        await transaction.submissions.insert(buildSubmission({ jobId: job.id, accountId: account.id }));
      }
    });
    let underWay = 0;
    let maxAtATime = 0;
    vi.spyOn(bench.queue, 'offer').mockImplementation(async () => {
      underWay += 1;
      maxAtATime = Math.max(maxAtATime, underWay);
      await bench.database.ping();
      underWay -= 1;
    });
    await offerOverdue(bench.dependencies);
    expect(maxAtATime).toBe(3);
  });

  it('has nothing to offer in an empty house', async () => {
    expect(await bench.commitsDuring(() => offerOverdue(bench.dependencies))).toBe(0);
    expect(offered()).toEqual([]);
  });
});

describe('the loop', () => {
  it('offers at its start and every two seconds, until it is stopped', async () => {
    const prepared = await bench.preparedAttempt();
    bench.queue.take();
    const stop = startResumeLoop(bench.dependencies);
    await vi.waitFor(() => expect(bench.queue.offers).toHaveLength(1));
    await bench.database.ping();
    bench.system.advance(2_000);
    await vi.waitFor(() => expect(bench.queue.offers).toHaveLength(2));
    await stop();
    expect(bench.system.intervals).toBe(0);
    expect(offered()).toEqual([`submit ${prepared.id}`, `submit ${prepared.id}`]);
  });

  it('goes on after a failure, which it logs', async () => {
    const { database } = bench;
    let isDown = true;
    const stop = startResumeLoop({
      ...bench.dependencies,
      database: {
        transaction: (work) => (isDown ? Promise.reject(new Error('down')) : database.transaction(work)),
        onEvents: (listener) => database.onEvents(listener),
        ping: () => database.ping(),
        close: () => database.close(),
      },
    });
    await vi.waitFor(() =>
      expect(bench.logLines).toContainEqual(
        expect.objectContaining({ message: 'overdue steps not offered' }),
      ),
    );
    isDown = false;
    const prepared = await bench.preparedAttempt();
    bench.queue.take();
    bench.system.advance(2_000);
    await vi.waitFor(() => expect(offered()).toEqual([`submit ${prepared.id}`]));
    await stop();
  });
});
