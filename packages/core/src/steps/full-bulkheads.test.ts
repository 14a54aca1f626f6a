import { beforeEach, describe, expect, it, vi } from 'vitest';
import { answers, createBench, outputUrl, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';
import { fakeMediaBytes } from '@pixsim7/testkit/simulation';
import { offerOverdue } from '../background/resume-loop.ts';
import { callsOf, downloadsOf } from '../limits/bulkhead/index.ts';
import type { Place } from '../limits/bulkhead/index.ts';
import type { SubmissionRow } from '../model/index.ts';
import type { StepResult } from '../ports/index.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const minute = 60_000;

type FullStep = 'submit' | 'check' | 'ingest';

/** Takes every place that the account of this attempt has for a step. */
async function fill(step: FullStep, attempt: SubmissionRow, link = outputUrl): Promise<Place[]> {
  const account = await bench.account(attempt.accountId);
  const destination = step === 'ingest' ? downloadsOf(account, [link]) : callsOf(account, bench.provider);
  const places: Place[] = [];
  for (;;) {
    const place = await bench.dependencies.bulkheads[step].placeWithin(destination, 0);
    if (place === null) {
      return places;
    }
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

/** Calls to the provider in a step. */
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
    for (const place of places) {
      place.leave();
    }
    // As in a process that was started again.
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
    expect(row).toMatchObject({ dueAt: again, state: attempt.state, tries: attempt.tries });
  });

  it('of a check is offered to others once a minute at most', async () => {
    const attempt = await attempts.check();
    await fill('check', attempt);
    const { again } = await runInVain('check', attempt);
    expect(again).toBeLessThan(bench.system.now() + minute);
    bench.system.advance(minute);
    bench.queue.take();
    await offerOverdue(bench.dependencies);
    expect(bench.queue.take()).toMatchObject([{ step: 'check', id: attempt.id }]);
    bench.system.advance(minute - 1);
    await offerOverdue(bench.dependencies);
    expect(bench.queue.take()).toEqual([]);
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
    await bench.core.jobs.cancel(builtCaller, attempt.jobId);
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

describe('a link that has to be asked for again', () => {
  const fresh = 'https://output.example/fresh.mp4';
  const video = fakeMediaBytes('video', 'a video');

  /** Its link failed as often as it takes. */
  async function withDeadLink(): Promise<SubmissionRow> {
    const attempt = await bench.succeededAttempt();
    for (let fetch = 0; fetch < 2; fetch += 1) {
      const { again } = await bench.run('ingest', attempt.id);
      bench.system.advanceTo(Number(again));
    }
    return attempt;
  }

  it('holds a place for checks and none for files, while the provider does not answer', async () => {
    const attempt = await withDeadLink();
    const { check, ingest } = bench.dependencies.bulkheads;
    bench.downloads.serve(outputUrl, video);
    bench.provider.checkStatus.mockImplementationOnce(() => new Promise(() => undefined));
    const run = bench.run('ingest', attempt.id);
    await vi.waitFor(() => expect(check.used).toBe(1));
    expect(ingest.used).toBe(0);
    // The row is ours meanwhile.
    expect((await bench.submission(attempt.id)).dueAt).toBe(bench.system.now() + 30_000);
    bench.system.advance(minute);
    await run;
    expect([check.used, ingest.used, (await bench.submission(attempt.id)).state]).toEqual([0, 0, 'stored']);
  });

  it('is the known one when every place for checks is taken', async () => {
    const attempt = await withDeadLink();
    await fill('check', attempt);
    bench.downloads.serve(outputUrl, video);
    const asked = bench.provider.checkStatus.mock.calls.length;
    await runInVain('ingest', attempt);
    expect((await bench.submission(attempt.id)).state).toBe('stored');
    expect(bench.provider.checkStatus.mock.calls.length).toBe(asked);
  });

  it('is kept while the file waits for its place', async () => {
    const attempt = await withDeadLink();
    bench.provider.checkStatus.mockResolvedValueOnce(answers.completed(fresh));
    bench.downloads.serve(fresh, video);
    const [place] = await fill('ingest', attempt, fresh);
    await runInVain('ingest', attempt);
    const asked = bench.provider.checkStatus.mock.calls.length;
    place?.leave();
    await bench.run('ingest', attempt.id);
    expect((await bench.submission(attempt.id)).state).toBe('stored');
    expect(bench.provider.checkStatus.mock.calls.length).toBe(asked);
  });
});
