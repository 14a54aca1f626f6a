import { beforeEach, describe, expect, it } from 'vitest';
import type { JobId } from '@pixsim7/contracts';
import { answers, createBench, fakeMediaBytes, outputUrl, refusals } from '@pixsim7/testkit/bench';
import type { Bench, Offer } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';
import type { SubmissionRow } from '../model/index.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

/** Every generation is done so long after its request. */
function rendersIn(renderMs: number): void {
  const doneAt = new Map<string, number>();
  bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'a video'));
  bench.provider.execute.mockImplementation(async () => {
    const id = `generation-${doneAt.size + 1}`;
    doneAt.set(JSON.stringify({ id }), bench.system.now() + renderMs);
    return answers.accepted(id);
  });
  bench.provider.checkStatus.mockImplementation(async (_account, handle) =>
    bench.system.now() >= (doneAt.get(JSON.stringify(handle)) ?? Infinity)
      ? answers.completed()
      : answers.processing(),
  );
}

/** @returns seconds until the last of so many jobs is stored */
async function secondsOf(jobs: number): Promise<number> {
  const startedAt = bench.system.now();
  for (let made = 0; made < jobs; made += 1) {
    await bench.addJob();
  }
  await bench.settle();
  return (bench.system.now() - startedAt) / 1_000;
}

describe('an account with 2 slots at a provider that renders in 1.5 s', () => {
  it.each([1, 3, 5])('takes 12 jobs in less than 15 s, with %i s between two looks', async (fastest_s) => {
    bench = createBench({ check: { fastest_s, slowest_s: 30 } });
    rendersIn(1_500);
    await bench.addAccount({ maxConcurrent: 2 }, { credits: 1_000 });
    await secondsOf(4);
    const seconds = await secondsOf(12);
    expect(seconds).toBeGreaterThanOrEqual(9);
    expect(seconds).toBeLessThan(15);
  });

  it('learns the same in a process that has just begun', async () => {
    rendersIn(60_000);
    await bench.addAccount({ maxConcurrent: 2 }, { credits: 1_000 });
    await secondsOf(20);
    // Every step of this bench is made anew, so nothing that it knows is in memory.
    const attempt = await bench.acceptedAttempt();
    const check = bench.queue.take().find(({ step, id }) => step === 'check' && id === attempt.id);
    const firstLookMs = Number(check?.runAt) - bench.system.now();
    expect(firstLookMs).toBeGreaterThan(15_000);
    expect(firstLookMs).toBeLessThanOrEqual(30_000);
  });
});

describe('a slot that becomes free', () => {
  const ended = (state: 'failed' | 'filtered' | 'cancelled') => answers.ended(state, refusals.renderFailed());

  /** One slot, an attempt in it, and a job that waits for it; all offers so far are taken. */
  async function oneWaiting(): Promise<{ running: SubmissionRow; waits: JobId }> {
    await bench.addAccount({ maxConcurrent: 1 });
    const running = await bench.acceptedAttempt();
    const { id: waits } = await bench.addJob();
    await bench.dispatch();
    bench.queue.take();
    return { running, waits };
  }

  /** Runs the dispatch that is offered for this very moment. @returns whether the waiting job is to be sent in it */
  async function isFilledAtOnce(waits: JobId): Promise<boolean> {
    const now = bench.system.now();
    const isNow = ({ runAt }: Offer): boolean => runAt === now;
    const offered = bench.queue.take().filter(isNow);
    if (!offered.some(({ step, id }) => step === 'dispatch' && id === bench.provider.id)) {
      return false;
    }
    await bench.dispatch();
    const attempt = await bench.lastAttempt(waits);
    const isSent = bench.queue
      .take()
      .filter(isNow)
      .some(({ step, id }) => step === 'submit' && id === attempt.id);
    return isSent && bench.system.now() === now;
  }

  it.each([
    ['success', answers.completed()],
    ['failure', ended('failed')],
    ['filter', ended('filtered')],
    ['cancellation', ended('cancelled')],
  ])('by a %s is filled in the same moment', async (_, answer) => {
    const { running, waits } = await oneWaiting();
    bench.system.advance(20_000);
    bench.provider.checkStatus.mockResolvedValueOnce(answer);
    await bench.run('check', running.id);
    expect(await isFilledAtOnce(waits)).toBe(true);
  });

  it('by a refusal of the request is filled in the same moment', async () => {
    await bench.addAccount({ maxConcurrent: 1 });
    const prepared = await bench.preparedAttempt();
    const { id: waits } = await bench.addJob();
    bench.queue.take();
    bench.provider.execute.mockResolvedValueOnce(answers.rejected(refusals.invalid()));
    await bench.run('submit', prepared.id);
    expect(await isFilledAtOnce(waits)).toBe(true);
  });

  it('by a cancellation before anything was sent is filled in the same moment', async () => {
    await bench.addAccount({ maxConcurrent: 1 });
    const prepared = await bench.preparedAttempt();
    const { id: waits } = await bench.addJob();
    await bench.core.jobs.cancel(builtCaller, prepared.jobId);
    if ((await bench.submission(prepared.id)).state === 'prepared') {
      await bench.run('submit', prepared.id);
    }
    expect(await isFilledAtOnce(waits)).toBe(true);
  });

  describe('at a provider that said "too many at once"', () => {
    /** Two of four slots are what the provider really has: two jobs run, and so many more were refused together. */
    async function twoRunAndRefused(refusedTogether: number): Promise<SubmissionRow[]> {
      await bench.addAccount({ maxConcurrent: 4 }, { credits: 1_000 });
      const running = [await bench.acceptedAttempt(), await bench.acceptedAttempt()];
      bench.queue.take();
      const refused: SubmissionRow[] = [];
      for (let made = 0; made < refusedTogether; made += 1) {
        await bench.addJob();
      }
      await bench.dispatch();
      const submits = bench.queue.take().filter(({ step }) => step === 'submit');
      for (const { id } of submits) {
        bench.provider.execute.mockResolvedValueOnce(answers.rejected(refusals.tooMany()));
        await bench.run('submit', id);
        refused.push(await bench.submission(id as SubmissionRow['id']));
      }
      expect(refused.map(({ state }) => state)).toEqual(Array(refusedTogether).fill('rejected'));
      await bench.dispatch();
      expect(bench.queue.take().filter(({ step }) => step === 'submit')).toEqual([]);
      return running;
    }

    it.each([1, 2])('is filled in the same moment by the one that was refused, of %i', async (together) => {
      const [running] = await twoRunAndRefused(together);
      bench.system.advance(100);
      bench.provider.checkStatus.mockResolvedValueOnce(ended('failed'));
      await bench.run('check', running?.id ?? '');
      await bench.dispatch();
      // One, and not as many as the settings of the account have free.
      expect(bench.queue.take().filter(({ step }) => step === 'submit')).toHaveLength(1);
    });

    it('shows the rest, and tries more after it, again later each time it is refused', async () => {
      await twoRunAndRefused(1);
      const pauses: number[] = [];
      for (let time = 0; time < 8; time += 1) {
        const {
          data: [account],
        } = await bench.core.accounts.list(builtCaller, {});
        expect(account).toMatchObject({ status: 'cooldown', slots: { used: 2, max: 4 } });
        const until = Date.parse(account?.cooldown_until ?? '');
        pauses.push((until - bench.system.now()) / 1_000);
        bench.system.advance(until - bench.system.now() - 1);
        await bench.dispatch();
        expect(bench.queue.take().filter(({ step }) => step === 'submit')).toEqual([]);
        bench.system.advance(1);
        await bench.dispatch();
        const [submit] = bench.queue.take().filter(({ step }) => step === 'submit');
        bench.provider.execute.mockResolvedValueOnce(answers.rejected(refusals.tooMany()));
        await bench.run('submit', submit?.id ?? '');
      }
      expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300]);
    });

    it('is asked for by the dispatch itself when more may be tried', async () => {
      await twoRunAndRefused(1);
      const now = bench.system.now();
      await bench.dispatch();
      const { again } = await bench.run('dispatch', bench.provider.id);
      expect(again).toBe(now + 5_000);
    });
  });

  it('is filled by a retry of the job that left it', async () => {
    await bench.addAccount({ maxConcurrent: 1 });
    const running = await bench.acceptedAttempt();
    bench.provider.checkStatus.mockResolvedValueOnce(ended('failed'));
    await bench.run('check', running.id);
    bench.queue.take();
    const { job } = await bench.core.jobs.retry(builtCaller, running.jobId, null);
    expect(await isFilledAtOnce(job.id)).toBe(true);
  });
});
