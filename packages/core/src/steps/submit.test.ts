import { beforeEach, describe, expect, it } from 'vitest';
import type { SubmissionId } from '@pixsim7/contracts';
import { answers, createBench, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';
import { createStepHandlers } from '../core.ts';
import { emptyPace, nextCheckAt } from '../rules/index.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

/** The text and the token of each send. */
const sends = () =>
  bench.provider.execute.mock.calls.map(([, , request, token]) => ({ body: request.body, token }));
const answerOnce = (answer: Awaited<ReturnType<typeof bench.provider.execute>>): void => {
  bench.provider.execute.mockResolvedValueOnce(answer);
};

describe('the first send', () => {
  it('is written down before it leaves', async () => {
    const prepared = await bench.preparedAttempt();
    let stored = prepared;
    bench.provider.execute.mockImplementationOnce(async () => {
      stored = await bench.submission(prepared.id);
      return answers.accepted('p1');
    });
    await bench.run('submit', prepared.id);
    expect(stored).toMatchObject({
      state: 'prepared',
      sentAt: bench.system.now(),
      tries: 1,
      endpoint: 'POST /text_to_video',
      body: sends()[0]?.body,
      payload: { prompt: 'a paper boat' },
    });
    expect(sends()[0]?.token).toBe(prepared.token);
  });

  it('stores the id of the provider and offers the first check', async () => {
    const prepared = await bench.preparedAttempt();
    bench.queue.take();
    answerOnce(answers.accepted('9007199254740993', 3));
    expect(await bench.run('submit', prepared.id)).toEqual({});
    expect(await bench.submission(prepared.id)).toMatchObject({
      state: 'accepted',
      providerJobId: '9007199254740993',
      handle: { id: '9007199254740993' },
      providerCredits: 3,
      acceptedAt: bench.system.now(),
      tries: 0,
    });
    expect(await bench.job(prepared.jobId)).toMatchObject({ status: 'processing', stage: 'generating' });
    const { behaviour } = bench.provider.manifest;
    const now = bench.system.now();
    expect(bench.queue.take()).toEqual([
      { step: 'check', id: prepared.id, runAt: nextCheckAt(now, now, emptyPace(), behaviour) },
    ]);
  });

  it('goes out once although the step is run again and again', async () => {
    const prepared = await bench.preparedAttempt();
    await Promise.all([bench.run('submit', prepared.id), bench.run('submit', prepared.id)]);
    await bench.run('submit', prepared.id);
    expect(sends()).toHaveLength(1);
  });

  it('is not cut off by the end of the process', async () => {
    const prepared = await bench.preparedAttempt();
    const ending = new AbortController();
    bench.provider.execute.mockImplementationOnce(async (_operation, _account, _request, _token, options) => {
      ending.abort();
      expect(options?.signal?.aborted).toBe(false);
      return answers.accepted('p1');
    });
    await createStepHandlers(bench.dependencies).submit?.(prepared.id, ending.signal);
    expect(await bench.submission(prepared.id)).toMatchObject({ state: 'accepted' });
  });

  it('keeps its lease while it is on the wire', async () => {
    const prepared = await bench.preparedAttempt();
    let dueAt: number | null = null;
    bench.provider.execute.mockImplementationOnce(async () => {
      bench.system.advance(90_000);
      dueAt = (await bench.submission(prepared.id)).dueAt;
      return answers.accepted('p1');
    });
    await bench.run('submit', prepared.id);
    expect(dueAt).toBe(bench.system.now() + 30_000);
    expect(bench.system.intervals).toBe(0);
  });

  it('knows nothing of an attempt that does not exist', async () => {
    expect(await bench.run('submit', 'sub_00000000000000000000000000')).toEqual({});
  });
});

describe('a lost answer', () => {
  it('leaves the attempt unknown, and the same token with the same text finds the generation', async () => {
    const prepared = await bench.preparedAttempt();
    answerOnce(answers.unanswered(refusals.noAnswer()));
    const dueAt = bench.system.now() + 2_000;
    expect(await bench.run('submit', prepared.id)).toEqual({ again: dueAt });
    expect(await bench.submission(prepared.id)).toMatchObject({
      state: 'unknown',
      dueAt,
      error: { charged: 'unknown' },
    });
    expect(await bench.job(prepared.jobId)).toMatchObject({ status: 'processing', stage: 'confirming' });
    expect(await bench.ledger(prepared.id)).toEqual(['hold 10']);

    bench.system.advanceTo(dueAt);
    await bench.run('submit', prepared.id);
    expect(await bench.submission(prepared.id)).toMatchObject({ state: 'accepted', error: null });
    expect(sends()).toHaveLength(2);
    expect(sends()[1]).toEqual(sends()[0]);
  });

  it('of an attempt that an earlier release sent is followed with the same text, to the same place', async () => {
    const prepared = await bench.preparedAttempt();
    // As it stood in the database before endpoints had a structure.
    const stored = {
      endpoint: 'POST /text_to_video?size=large',
      body: '{"prompt":"old"}',
      payload: { prompt: 'old' },
    };
    await bench.write(async (transaction) => {
      await transaction.submissions.update(prepared, {
        ...stored,
        state: 'unknown',
        sentAt: bench.system.now(),
        tries: 1,
      });
    });
    await bench.run('submit', prepared.id);
    const [, , request, token] = bench.provider.execute.mock.calls[0] ?? [];
    expect(request).toEqual({ ...stored, endpoint: { method: 'POST', path: '/text_to_video?size=large' } });
    expect(token).toBe(prepared.token);
    expect(await bench.submission(prepared.id)).toMatchObject({ ...stored, state: 'accepted' });
  });

  it('is not asked about before its time', async () => {
    const prepared = await bench.preparedAttempt();
    answerOnce(answers.unanswered(refusals.noAnswer()));
    await bench.run('submit', prepared.id);
    bench.system.advance(1_999);
    expect(await bench.run('submit', prepared.id)).toEqual({ again: bench.system.now() + 1 });
    expect(sends()).toHaveLength(1);
  });

  it('is asked about at a growing distance', async () => {
    bench = createBench({ idempotency_window_s: null });
    const prepared = await bench.preparedAttempt();
    bench.provider.execute.mockResolvedValue(answers.unanswered(refusals.noAnswer()));
    const pauses: number[] = [];
    for (let send = 0; send < 4; send += 1) {
      const { again } = await bench.run('submit', prepared.id);
      pauses.push(Number(again) - bench.system.now());
      bench.system.advanceTo(Number(again));
    }
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000]);
  });

  it('needs a person once the token is too old', async () => {
    const prepared = await bench.preparedAttempt();
    bench.provider.execute.mockResolvedValue(answers.unanswered(refusals.noAnswer()));
    for (let send = 0; send < 10; send += 1) {
      const { again } = await bench.run('submit', prepared.id);
      if (again !== undefined) {
        bench.system.advanceTo(again);
      }
    }
    expect(await bench.submission(prepared.id)).toMatchObject({ state: 'unknown', dueAt: null });
    const { attention, stage } = await bench.core.jobs.get(builtCaller, prepared.jobId);
    expect(stage).toBe('needs_attention');
    expect(attention).toEqual({
      reason: 'outcome_unknown',
      since: new Date(bench.system.now()).toISOString(),
      evidence: expect.stringMatching(/^No answer was seen for \d+ s/u),
      actions: ['resend', 'give_up', 'cancel'],
    });
    const events = (await bench.events()).filter(({ type }) => type === 'job.needs_attention');
    expect(events.map(({ data }) => data)).toMatchObject([{ job_id: prepared.jobId, attention }]);
    const listed = await bench.core.jobs.list(builtCaller, { limit: 9, stage: ['needs_attention'] });
    expect(listed.data.map(({ id }) => id)).toEqual([prepared.jobId]);
    await bench.core.jobs.resolve(builtCaller, prepared.jobId, 'resend');
    expect((await bench.core.jobs.get(builtCaller, prepared.jobId)).attention).toBeNull();
    // The window is a minute; a lease of 30 s is kept free of it.
    expect(sends()).toHaveLength(4);
  });
});

describe('a crash between the store and the answer', () => {
  const crash = async (): Promise<SubmissionId> => {
    const prepared = await bench.preparedAttempt();
    bench.provider.execute.mockRejectedValueOnce(new Error('the process died'));
    await expect(bench.run('submit', prepared.id)).rejects.toThrow('the process died');
    bench.system.advance(30_000);
    return prepared.id;
  };

  it('is repaired by the same send under the same token', async () => {
    bench = createBench({ idempotency_window_s: 600 });
    const id = await crash();
    await bench.run('submit', id);
    expect(sends()).toHaveLength(2);
    expect(sends()[1]).toEqual(sends()[0]);
    expect((await bench.submission(id)).state).toBe('accepted');
  });

  it('leaves the attempt alone while the lease of the dead one runs', async () => {
    const id = await crash();
    bench.system.advance(-1);
    expect(await bench.run('submit', id)).toEqual({ again: bench.system.now() + 1 });
    expect(sends()).toHaveLength(1);
  });

  it('needs a person where the provider has no idempotent token', async () => {
    bench = createBench({ idempotency: 'none', idempotency_window_s: null });
    const id = await crash();
    expect(await bench.run('submit', id)).toEqual({});
    expect(await bench.submission(id)).toMatchObject({ state: 'unknown', dueAt: null });
    expect(sends()).toHaveLength(1);
    expect(await bench.ledger(id)).toEqual(['hold 10']);
  });
});

describe('a cancellation', () => {
  it('before the send means that nothing is sent and the hold is released', async () => {
    const prepared = await bench.preparedAttempt();
    await bench.core.jobs.cancel(builtCaller, prepared.jobId);
    await bench.run('submit', prepared.id);
    expect(sends()).toEqual([]);
    expect(await bench.submission(prepared.id)).toMatchObject({ state: 'cancelled', dueAt: null });
    expect(await bench.ledger(prepared.id)).toEqual(['hold 10', 'release 0']);
  });

  it('while the inputs are uploaded means that nothing is sent, and is no fault', async () => {
    const prepared = await bench.preparedAttempt({
      operation_type: 'image_to_video',
      params: { image_url: await bench.addAsset('image') },
    });
    bench.provider.resolveInput.mockImplementationOnce(async () => {
      await bench.core.jobs.cancel(builtCaller, prepared.jobId);
      return { reference: {}, reusable: false, expiresAt: null };
    });
    expect(await bench.run('submit', prepared.id)).toEqual({});
    expect(sends()).toEqual([]);
    expect(await bench.ledger(prepared.id)).toEqual(['hold 10', 'release 0']);
  });

  it('while the request is on the wire keeps what the provider took', async () => {
    const prepared = await bench.preparedAttempt();
    bench.provider.execute.mockImplementationOnce(async () => {
      await bench.core.jobs.cancel(builtCaller, prepared.jobId);
      return answers.accepted('p1');
    });
    await bench.run('submit', prepared.id);
    expect(await bench.submission(prepared.id)).toMatchObject({ state: 'accepted', providerJobId: 'p1' });
    expect((await bench.job(prepared.jobId)).status).toBe('cancelled');
    expect(await bench.ledger(prepared.id)).toEqual(['hold 10']);
  });
});
