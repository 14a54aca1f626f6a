import { describe, expect, it } from 'vitest';
import type { JobId } from '@pixsim7/contracts';
import { answers, createBench, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';

let bench: Bench;

describe('a job of which nobody can tell whether the provider has it', () => {
  const undecided = async (): Promise<JobId> => {
    bench = createBench({ idempotency: 'none', idempotency_window_s: null });
    const prepared = await bench.preparedAttempt();
    bench.provider.execute.mockResolvedValueOnce(answers.unanswered(refusals.noAnswer()));
    const { again } = await bench.run('submit', prepared.id);
    bench.system.advanceTo(Number(again));
    await bench.run('submit', prepared.id);
    expect((await bench.job(prepared.jobId)).stage).toBe('needs_attention');
    return prepared.jobId;
  };
  const attempts = async (id: JobId) =>
    (await bench.core.jobs.submissions(builtCaller, id)).map(({ state, credits }) => ({
      state,
      ledger: credits.map(({ kind, amount }) => `${kind} ${amount}`),
    }));
  const givenUp = { state: 'gone', ledger: ['hold 10', 'settle null'] };

  it('is sent again as a new attempt with a new token, when a person says so', async () => {
    const id = await undecided();
    expect(await bench.core.jobs.resolve(builtCaller, id, 'resend')).toMatchObject({ status: 'pending' });
    await bench.dispatch();
    expect(await attempts(id)).toMatchObject([givenUp, { state: 'prepared' }]);
    const tokens = (await bench.core.jobs.submissions(builtCaller, id)).map(
      (entry) => entry.idempotency_token,
    );
    expect(new Set(tokens).size).toBe(2);
  });

  it('ends without a claim about the money, when a person gives it up', async () => {
    const id = await undecided();
    expect(await bench.core.jobs.resolve(builtCaller, id, 'give_up')).toMatchObject({
      status: 'failed',
      error: { code: 'outcome_unknown', charged: 'unknown' },
      credits: { held: 0, charged: null },
    });
    expect(await attempts(id)).toEqual([givenUp]);
  });

  it('frees its slot when it is cancelled instead, once no late answer can come', async () => {
    const id = await undecided();
    await bench.core.jobs.cancel(builtCaller, id);
    const [attempt] = await bench.core.jobs.submissions(builtCaller, id);
    if (attempt === undefined) {
      throw new Error('There is an attempt.');
    }
    const { again } = await bench.run('submit', attempt.id);
    expect(await attempts(id)).toMatchObject([{ state: 'unknown' }]);
    bench.system.advanceTo(Number(again));
    expect(await bench.run('submit', attempt.id)).toEqual({});
    expect(await attempts(id)).toEqual([givenUp]);
    expect(bench.provider.execute).toHaveBeenCalledOnce();
  });

  it('is decided once, and only when it needs a decision', async () => {
    const id = await undecided();
    await bench.core.jobs.resolve(builtCaller, id, 'give_up');
    await expect(bench.core.jobs.resolve(builtCaller, id, 'resend')).rejects.toMatchObject({
      code: 'state_conflict',
    });
    const running = await bench.acceptedAttempt();
    await expect(bench.core.jobs.resolve(builtCaller, running.jobId, 'resend')).rejects.toMatchObject({
      code: 'state_conflict',
    });
  });
});
