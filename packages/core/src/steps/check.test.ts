import { beforeEach, describe, expect, it } from 'vitest';
import type { ProviderCallError, VideoStatusResult } from '@pixsim7/providers/contract';
import { answers, createBench, fakeMediaBytes, outputUrl, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';
import { createStepHandlers } from '../core.ts';
import { leaseMs } from '../rules/index.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const says = (result: VideoStatusResult): void => {
  bench.provider.checkStatus.mockResolvedValueOnce(result);
};
const fails = (error: ProviderCallError): void => {
  bench.provider.checkStatus.mockRejectedValueOnce(error);
};
const observations = (id: Awaited<ReturnType<Bench['acceptedAttempt']>>['id']) =>
  bench.read((transaction) => transaction.submissions.observations([id]));

describe('a look at a running generation', () => {
  it('writes down what is new', async () => {
    const attempt = await bench.acceptedAttempt();
    bench.system.advance(20_000);
    says(answers.processing({ progress: 0.4, queuePosition: 2 }));
    const { again } = await bench.run('check', attempt.id);
    const now = bench.system.now();
    // A fifth of the time spent, because nothing is known of it.
    expect(again).toBe(now + 4_020);
    expect(await bench.submission(attempt.id)).toMatchObject({
      lastRawStatus: 'running',
      lastObservedAt: now,
      progress: 0.4,
      queuePosition: 2,
      dueAt: now + 60_000,
    });
    expect(await observations(attempt.id)).toEqual([
      { submissionId: attempt.id, at: now, rawStatus: 'running', status: 'processing' },
    ]);
  });

  it('is written down with the end, and not before', async () => {
    const attempt = await bench.acceptedAttempt();
    // One process, which remembers its looks.
    const { check } = createStepHandlers(bench.dependencies);
    const { signal } = new AbortController();
    for (const afterMs of [2_000, 3_000]) {
      bench.system.advance(afterMs);
      await check(attempt.id, signal);
    }
    const unfinishedAt = bench.system.now();
    expect(await bench.submission(attempt.id)).toMatchObject({
      lookedAt: null,
      lastObservedAt: unfinishedAt - 3_000,
    });
    bench.system.advance(4_000);
    says(answers.completed());
    await check(attempt.id, signal);
    expect(await bench.submission(attempt.id)).toMatchObject({
      lookedAt: unfinishedAt,
      finishedAt: unfinishedAt + 4_000,
    });
  });

  it('writes nothing when there is no news', async () => {
    const attempt = await bench.acceptedAttempt();
    await bench.run('check', attempt.id);
    const { version } = await bench.submission(attempt.id);
    const commits = await bench.commitsDuring(async () => {
      for (let look = 0; look < 5; look += 1) {
        expect(await bench.run('check', attempt.id)).toHaveProperty('again');
      }
    });
    expect(commits).toBe(0);
    expect((await bench.submission(attempt.id)).version).toBe(version);
  });

  it('keeps the charge that was named when a later answer names none', async () => {
    const attempt = await bench.acceptedAttempt();
    says(answers.processing({ credits: 7 }));
    await bench.run('check', attempt.id);
    says(answers.processing({ rawStatus: 'rendering' }));
    await bench.run('check', attempt.id);
    expect((await bench.submission(attempt.id)).providerCredits).toBe(7);
  });

  it.each([
    ['an unknown status', answers.processing({ status: null, rawStatus: '42' })],
    ['success without an output', answers.completed('', { outputs: [] })],
  ])('takes %s for no end', async (_, result) => {
    const attempt = await bench.acceptedAttempt();
    says(result);
    expect(await bench.run('check', attempt.id)).toHaveProperty('again');
    expect((await bench.submission(attempt.id)).state).toBe('accepted');
    expect(await observations(attempt.id)).toMatchObject([
      { rawStatus: result.rawStatus, status: result.status },
    ]);
  });

  it('names an unknown status in the log', async () => {
    const attempt = await bench.acceptedAttempt();
    says(answers.processing({ status: null, rawStatus: '42' }));
    await bench.run('check', attempt.id);
    expect(bench.logLines).toContainEqual(
      expect.objectContaining({ level: 'warn', fields: { submission_id: attempt.id, raw_status: '42' } }),
    );
  });

  it('is not taken at an attempt that is over or does not exist', async () => {
    const attempt = await bench.succeededAttempt();
    bench.provider.checkStatus.mockClear();
    expect(await bench.run('check', attempt.id)).toEqual({});
    expect(await bench.run('check', 'sub_00000000000000000000000000')).toEqual({});
    expect(bench.provider.checkStatus).not.toHaveBeenCalled();
  });
});

describe('the end of a generation', () => {
  it('frees the slot and hands over to ingest when there is an output', async () => {
    const attempt = await bench.acceptedAttempt();
    bench.queue.take();
    says(answers.completed('https://output.example/1.mp4', { credits: 9 }));
    expect(await bench.run('check', attempt.id)).toEqual({});
    const now = bench.system.now();
    expect(await bench.submission(attempt.id)).toMatchObject({
      state: 'succeeded',
      outputs: [{ url: 'https://output.example/1.mp4' }],
      providerCredits: 9,
      finishedAt: now,
      lookedAt: attempt.acceptedAt,
      dueAt: now + leaseMs,
      tries: 0,
    });
    expect(await bench.job(attempt.jobId)).toMatchObject({ status: 'processing', stage: 'storing' });
    expect(bench.queue.take()).toEqual([
      { step: 'dispatch', id: bench.provider.id, runAt: now },
      { step: 'ingest', id: attempt.id, runAt: now },
    ]);
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10']);
  });

  it.each(['failed', 'filtered', 'cancelled'] as const)(
    'by %s ends the attempt and fails the job',
    async (status) => {
      const attempt = await bench.acceptedAttempt();
      says(answers.ended(status, refusals.moderatedOutput()));
      expect(await bench.run('check', attempt.id)).toEqual({});
      expect(await bench.submission(attempt.id)).toMatchObject({
        state: status,
        dueAt: null,
        finishedAt: bench.system.now(),
      });
      expect(await bench.job(attempt.jobId)).toMatchObject({
        status: 'failed',
        error: { code: 'output_moderated' },
      });
    },
  );

  it.each([
    // the class says, the provider charged, the ledger, the job says
    ['no', null, 'release 0', 'no'],
    ['yes', null, 'settle 10', 'yes'],
    ['unknown', null, 'settle null', 'unknown'],
    ['yes', 9, 'settle 9', 'yes'],
    ['no', 9, 'settle 9', 'yes'],
    ['unknown', 9, 'settle 9', 'yes'],
    ['unknown', 0, 'release 0', 'no'],
  ] as const)('charged %s, provider says %s: %s', async (usual, credits, entry, charged) => {
    const attempt = await bench.acceptedAttempt();
    const error = Object.assign(refusals.renderFailed(), { charged: usual });
    says(answers.ended('failed', error, { credits }));
    await bench.run('check', attempt.id);
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', entry]);
    expect((await bench.job(attempt.jobId)).error?.charged).toBe(charged);
  });

  it('without a reason does not claim to know about the money', async () => {
    const attempt = await bench.acceptedAttempt();
    says(answers.ended('failed', null));
    await bench.run('check', attempt.id);
    expect((await bench.job(attempt.jobId)).error).toMatchObject({
      code: 'outcome_unknown',
      charged: 'unknown',
    });
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'settle null']);
  });

  it('is written down once when two checks see it', async () => {
    const attempt = await bench.acceptedAttempt();
    bench.provider.checkStatus.mockResolvedValue(answers.ended('failed', refusals.renderFailed()));
    await Promise.all([bench.run('check', attempt.id), bench.run('check', attempt.id)]);
    expect(await observations(attempt.id)).toHaveLength(1);
    expect((await bench.events()).filter(({ type }) => type === 'job.failed')).toHaveLength(1);
  });
});

describe('the deadline', () => {
  const deadlineMs = (): number => bench.provider.manifest.behaviour.deadline_s * 1_000;
  /** Looks every half minute for so long. */
  const watch = async (
    id: Awaited<ReturnType<Bench['acceptedAttempt']>>['id'],
    forMs: number,
  ): Promise<void> => {
    for (let passed = 0; passed < forMs; passed += 30_000) {
      bench.system.advance(30_000);
      await bench.run('check', id);
    }
  };
  const overdueAttempt = async () => {
    const attempt = await bench.acceptedAttempt();
    await watch(attempt.id, deadlineMs() * 1.3);
    return attempt;
  };

  it('fails the job by evidence, frees the slot, and does not say that it was free', async () => {
    const attempt = await overdueAttempt();
    expect(await bench.submission(attempt.id)).toMatchObject({ state: 'timed_out', evidenceLooks: 3 });
    expect((await bench.job(attempt.jobId)).error).toMatchObject({
      code: 'timed_out',
      retryable: true,
      retry_may_pay_twice: true,
      charged: 'unknown',
      message: expect.stringContaining('you may pay a second time'),
    });
    // Nothing is settled yet: the provider may still charge, or not.
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10']);
    expect((await bench.core.accounts.get(builtCaller, attempt.accountId)).slots.used).toBe(0);
  });

  it('is not reached by a failed read, nor by a clock that runs on while nobody looks', async () => {
    const attempt = await bench.acceptedAttempt();
    bench.system.advance(10 * deadlineMs());
    fails(refusals.unavailable());
    expect(await bench.run('check', attempt.id)).toHaveProperty('again');
    expect(await bench.run('check', attempt.id)).toHaveProperty('again');
    expect((await bench.submission(attempt.id)).state).toBe('accepted');
    expect((await bench.job(attempt.jobId)).status).toBe('processing');
  });

  it('does not end the following: a late video is kept and shown with the job', async () => {
    const attempt = await overdueAttempt();
    says(answers.completed());
    await bench.run('check', attempt.id);
    bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'late'));
    await bench.run('ingest', attempt.id);
    const job = await bench.core.jobs.get(builtCaller, attempt.jobId);
    expect(job).toMatchObject({ status: 'failed', assets: [{ late_result: true }] });
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'settle 10']);
  });

  it('tells the truth about the money when the provider fails it late', async () => {
    const attempt = await overdueAttempt();
    says(answers.ended('failed', refusals.renderFailed()));
    await bench.run('check', attempt.id);
    expect((await bench.submission(attempt.id)).state).toBe('failed');
    expect((await bench.job(attempt.jobId)).error?.code).toBe('timed_out');
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'release 0']);
  });

  it('is followed by slower looks, which the row knows of, until the provider keeps nothing any more', async () => {
    const attempt = await overdueAttempt();
    bench.system.advance(deadlineMs());
    const { again } = await bench.run('check', attempt.id);
    expect(Number(again) - bench.system.now()).toBeGreaterThan(60_000);
    expect((await bench.submission(attempt.id)).dueAt).toBe(again);
    const start = bench.system.now();
    for (let next = again; next !== undefined; { again: next } = await bench.run('check', attempt.id)) {
      bench.system.advanceTo(next);
    }
    expect(bench.system.now() - start).toBeGreaterThan(40 * 60_000);
    expect(await bench.submission(attempt.id)).toMatchObject({ state: 'gone', dueAt: null });
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'settle null']);
  });
});

describe('a cancelled job', () => {
  it('is cancelled at the provider, once, and ends by what the provider says', async () => {
    const attempt = await bench.acceptedAttempt();
    await bench.core.jobs.cancel(builtCaller, attempt.jobId);
    await bench.run('check', attempt.id);
    await bench.run('check', attempt.id);
    expect(bench.provider.cancel).toHaveBeenCalledTimes(1);
    expect(bench.provider.cancel.mock.calls[0]?.[1]).toEqual(attempt.handle);
    says(answers.ended('cancelled', refusals.renderFailed()));
    await bench.run('check', attempt.id);
    expect((await bench.submission(attempt.id)).state).toBe('cancelled');
    expect(await bench.job(attempt.jobId)).toMatchObject({ status: 'cancelled', error: null });
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'release 0']);
  });

  it('is known to the check that follows, and to every later one', async () => {
    const attempt = await bench.acceptedAttempt();
    await bench.run('check', attempt.id);
    await bench.core.jobs.cancel(builtCaller, attempt.jobId);
    await bench.run('check', attempt.id);
    await bench.run('check', attempt.id);
    const told = bench.provider.checkStatus.mock.calls.map(([, , options]) => options?.cancelAsked);
    expect(told).toEqual([false, true, true]);
  });

  it('is not known to a check when the provider did not hear it', async () => {
    const attempt = await bench.acceptedAttempt();
    await bench.core.jobs.cancel(builtCaller, attempt.jobId);
    bench.provider.cancel.mockRejectedValueOnce(refusals.unavailable());
    await bench.run('check', attempt.id);
    expect(bench.provider.checkStatus.mock.calls[0]?.[2]).toMatchObject({ cancelAsked: false });
  });

  it('is asked for again when the provider did not hear it', async () => {
    const attempt = await bench.acceptedAttempt();
    await bench.core.jobs.cancel(builtCaller, attempt.jobId);
    bench.provider.cancel.mockRejectedValueOnce(refusals.unavailable());
    await bench.run('check', attempt.id);
    expect((await bench.submission(attempt.id)).cancelAskedAt).toBeNull();
    await bench.run('check', attempt.id);
    expect(bench.provider.cancel).toHaveBeenCalledTimes(2);
    expect((await bench.submission(attempt.id)).cancelAskedAt).toBe(bench.system.now());
  });

  it('goes on to its end where the provider cannot stop', async () => {
    const attempt = await bench.acceptedAttempt();
    await bench.core.jobs.cancel(builtCaller, attempt.jobId);
    Object.assign(bench.provider, { cancel: undefined });
    expect(await bench.run('check', attempt.id)).toHaveProperty('again');
    expect((await bench.submission(attempt.id)).state).toBe('accepted');
  });

  it('is the only one that is cancelled', async () => {
    const attempt = await bench.acceptedAttempt();
    await bench.run('check', attempt.id);
    expect(bench.provider.cancel).not.toHaveBeenCalled();
  });
});
