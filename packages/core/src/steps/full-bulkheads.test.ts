import { answers, createBench, outputUrl, refusals, type Bench } from '@pixsim7/testkit/bench';
import { fakeMediaBytes } from '@pixsim7/testkit/simulation';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SubmissionRow } from '../model/index.ts';
import type { StepResult } from '../ports/index.ts';
import { callsOf, downloadsOf, type Place } from '../services/bulkhead/index.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

type FullStep = 'submit' | 'check' | 'ingest';

/** Takes every place that the account of this attempt has for a step. */
async function fill(step: FullStep, attempt: SubmissionRow): Promise<Place[]> {
  const account = await bench.account(attempt.accountId);
  const destination =
    step === 'ingest' ? downloadsOf(account, [outputUrl]) : callsOf(account, bench.provider);
  const places: Place[] = [];
  for (;;) {
    const place = await bench.dependencies.bulkheads[step].placeWithin(destination, 0);
    if (place === null) return places;
    places.push(place);
  }
}

/** Runs a step that finds no place. */
async function runInVain(step: FullStep, attempt: SubmissionRow): Promise<StepResult> {
  const run = bench.run(step, attempt.id);
  await new Promise((resolve) => setImmediate(resolve));
  bench.system.advance(250);
  return run;
}

/** What the provider was asked in a step. */
function asked(step: FullStep): number {
  switch (step) {
    case 'submit':
      return bench.provider.execute.mock.calls.length;
    case 'check':
      return bench.provider.checkStatus.mock.calls.length;
    case 'ingest':
      return bench.downloads.requests.length;
  }
}

const attempts: Record<FullStep, () => Promise<SubmissionRow>> = {
  submit: () => bench.preparedAttempt(),
  check: () => bench.acceptedAttempt(),
  ingest: () => bench.succeededAttempt(),
};
const steps = Object.keys(attempts) as FullStep[];

describe.each(steps)('a %s without a free place', (step) => {
  it('asks nobody, ends, and is offered at once when there is one', async () => {
    const attempt = await attempts[step]();
    const before = asked(step);
    const [place] = await fill(step, attempt);
    bench.queue.take();
    const { again } = await runInVain(step, attempt);
    expect(again).toBeGreaterThan(bench.system.now());
    expect([asked(step), bench.queue.take()]).toEqual([before, []]);
    place?.leave();
    expect(bench.queue.take()).toEqual([{ step, id: attempt.id, runAt: bench.system.now() }]);
  });

  it('goes on when it is called, before its time', async () => {
    bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'a video'));
    const attempt = await attempts[step]();
    const before = asked(step);
    const [place] = await fill(step, attempt);
    await runInVain(step, attempt);
    place?.leave();
    await bench.run(step, attempt.id);
    expect(asked(step)).toBe(before + 1);
  });

  it('goes on at its time when nobody calls it', async () => {
    bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'a video'));
    const attempt = await attempts[step]();
    const before = asked(step);
    const places = await fill(step, attempt);
    const { again } = await runInVain(step, attempt);
    for (const place of places) place.leave();
    // As in a process that was started anew.
    bench.queue.take();
    bench.system.advanceTo(again ?? 0);
    await bench.run(step, attempt.id);
    expect(asked(step)).toBe(before + 1);
  });

  it('gives the place back whatever comes of the run', async () => {
    const attempt = await attempts[step]();
    bench.provider.execute.mockRejectedValueOnce(new Error('a bug'));
    bench.provider.checkStatus.mockRejectedValueOnce(new Error('a bug'));
    await bench.run(step, attempt.id).catch(() => undefined);
    expect(bench.dependencies.bulkheads[step].used).toBe(0);
  });
});

describe('an attempt that waits for a place', () => {
  it.each(['submit', 'ingest'] as const)('of a %s is not due for others meanwhile', async (step) => {
    const attempt = await attempts[step]();
    await fill(step, attempt);
    const { again } = await runInVain(step, attempt);
    const row = await bench.submission(attempt.id);
    expect(row).toMatchObject({ dueAt: again, state: attempt.state, attempts: attempt.attempts });
  });

  it('is not taken from a process that was faster', async () => {
    const attempt = await bench.preparedAttempt();
    const [place] = await fill('submit', attempt);
    await runInVain('submit', attempt);
    const row = await bench.submission(attempt.id);
    const dueAt = bench.system.now() + 30_000;
    await bench.write((transaction) => transaction.submissions.update(row, { dueAt }));
    place?.leave();
    expect(await bench.run('submit', attempt.id)).toEqual({ again: dueAt });
    expect(bench.provider.execute).not.toHaveBeenCalled();
    expect(bench.dependencies.bulkheads.submit.waiting).toBe(0);
  });

  it('ends at once when its job is cancelled', async () => {
    const attempt = await bench.preparedAttempt();
    await fill('submit', attempt);
    await runInVain('submit', attempt);
    const { ownerId } = await bench.job(attempt.jobId);
    await bench.core.jobs.cancel(ownerId, attempt.jobId);
    expect(await bench.submission(attempt.id)).toMatchObject({ state: 'cancelled', dueAt: null });
  });

  it('that was sent once is sent again with its token when it is called', async () => {
    const attempt = await bench.preparedAttempt();
    bench.provider.execute.mockResolvedValueOnce(answers.unanswered(refusals.noAnswer()));
    const { again } = await bench.run('submit', attempt.id);
    bench.system.advanceTo(again ?? 0);
    const [place] = await fill('submit', attempt);
    await runInVain('submit', attempt);
    place?.leave();
    await bench.run('submit', attempt.id);
    const tokens = bench.provider.execute.mock.calls.map(([, , , token]) => token);
    expect(tokens).toEqual([attempt.token, attempt.token]);
  });
});
