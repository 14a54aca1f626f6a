import { beforeEach, describe, expect, it } from 'vitest';
import type { CreateJobRequest, JobStatus } from '@pixsim7/contracts';
import { answers, createBench, outputUrl, fakeMediaBytes, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller, buildCaller } from '@pixsim7/testkit/builders';

let bench: Bench;
beforeEach(async () => {
  bench = createBench();
  await bench.addAccount();
});

const stranger = buildCaller();
const countJobs = async (): Promise<number> =>
  (await bench.core.jobs.list(builtCaller, { limit: 100 })).data.length;

describe('an idempotency key', () => {
  it('gives the same job for the same request, whatever the order of its members', async () => {
    const first = await bench.core.jobs.create(
      builtCaller,
      bench.request({ metadata: { a: '1', b: '2' } }),
      'key',
    );
    const second = await bench.core.jobs.create(
      builtCaller,
      bench.request({ metadata: { b: '2', a: '1' } }),
      'key',
    );
    expect(first.replayed).toBe(false);
    expect(second).toMatchObject({ replayed: true, job: { id: first.job.id } });
    expect(await countJobs()).toBe(1);
    expect((await bench.events()).filter(({ type }) => type === 'job.created')).toHaveLength(1);
  });

  it('refuses another request', async () => {
    const { job } = await bench.core.jobs.create(builtCaller, bench.request(), 'key');
    const other = bench.request({ params: { prompt: 'a steam train' } });
    await expect(bench.core.jobs.create(builtCaller, other, 'key')).rejects.toMatchObject({
      code: 'idempotency_key_reused',
      message: expect.stringContaining(job.id),
    });
  });

  it('belongs to its workspace', async () => {
    await bench.core.jobs.create(builtCaller, bench.request(), 'key');
    expect((await bench.core.jobs.create(stranger, bench.request(), 'key')).replayed).toBe(false);
  });

  it('makes one job of requests that arrive at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 5 }, () => bench.core.jobs.create(builtCaller, bench.request(), 'key')),
    );
    expect(new Set(made.map(({ job }) => job.id)).size).toBe(1);
    expect(made.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await countJobs()).toBe(1);
  });

  it('is not used up by a refused request', async () => {
    await expect(
      bench.core.jobs.create(builtCaller, bench.request({ params: {} }), 'key'),
    ).rejects.toMatchObject({
      code: 'invalid_params',
    });
    expect((await bench.core.jobs.create(builtCaller, bench.request(), 'key')).replayed).toBe(false);
  });

  it('is not needed', async () => {
    await bench.addJob();
    await bench.addJob();
    expect(await countJobs()).toBe(2);
  });
});

describe('a job', () => {
  it('is priced, shown and offered to dispatch', async () => {
    bench.queue.take();
    const job = await bench.addJob({ name: 'Boat', priority: 5, metadata: { scene: '1' } });
    expect(job).toMatchObject({
      status: 'pending',
      stage: 'queued',
      name: 'Boat',
      priority: 5,
      metadata: { scene: '1' },
      wait: { reason: 'slot', position: 1 },
      credits: { quoted: 10, held: 0, charged: null, unit: 'credits' },
      assets: [],
      error: null,
      account_id: null,
    });
    expect(bench.queue.take()).toEqual([
      { step: 'dispatch', id: bench.provider.id, runAt: bench.system.now() },
    ]);
  });

  it('keeps asset ids in place of what was sent', async () => {
    bench.downloads.serve('https://example.com/boat.png', fakeMediaBytes('image', 'boat'));
    const train = `data:image/png;base64,${Buffer.from(fakeMediaBytes('image', 'train')).toString('base64')}`;
    const job = await bench.addJob({
      operation_type: 'video_transition',
      params: { image_urls: ['https://example.com/boat.png', train] },
    });
    expect(job.params.image_urls).toEqual([expect.stringMatching(/^ast_/), expect.stringMatching(/^ast_/)]);
    const inputs = await bench.read((transaction) => transaction.jobs.inputs(job.id));
    expect(inputs.map(({ assetId }) => assetId)).toEqual(job.params.image_urls);
    expect(inputs.map(({ position, role }) => `${role} ${position}`)).toEqual(['keyframe 0', 'keyframe 1']);
  });

  it('is found only in its workspace', async () => {
    const job = await bench.addJob();
    for (const read of [
      bench.core.jobs.get(stranger, job.id),
      bench.core.jobs.cancel(stranger, job.id),
      bench.core.jobs.retry(stranger, job.id, null),
      bench.core.jobs.submissions(stranger, job.id),
      bench.core.jobs.get(builtCaller, 'nonsense'),
    ]) {
      await expect(read).rejects.toMatchObject({ code: 'not_found', status: 404 });
    }
  });

  it('shows its attempts with what was sent, said and paid', async () => {
    const attempt = await bench.acceptedAttempt();
    await bench.run('check', attempt.id);
    expect(await bench.core.jobs.submissions(builtCaller, attempt.jobId)).toMatchObject([
      {
        id: attempt.id,
        number: 1,
        state: 'accepted',
        endpoint: 'POST /text_to_video',
        payload_text: attempt.body,
        idempotency_token: attempt.token,
        provider_job_id: attempt.providerJobId,
        observations: [{ raw_status: 'running', status: 'processing' }],
        credits: [{ kind: 'hold', amount: 10 }],
        account_choice: [{ account_id: attempt.accountId, chosen: true }],
      },
    ]);
  });

  it('is listed by page and filter', async () => {
    const made = [];
    for (const prompt of ['a boat', 'a train', 'a Boat again']) {
      made.push(await bench.addJob({ params: { prompt } }));
    }
    const first = await bench.core.jobs.list(builtCaller, { limit: 2 });
    expect(first.data.map(({ id }) => id)).toEqual([made[2]?.id, made[1]?.id]);
    const second = await bench.core.jobs.list(builtCaller, { limit: 2, cursor: first.next_cursor ?? '' });
    expect(second).toMatchObject({ data: [{ id: made[0]?.id }], next_cursor: null });
    expect((await bench.core.jobs.list(builtCaller, { limit: 9, q: 'boat' })).data).toHaveLength(2);
    expect((await bench.core.jobs.list(builtCaller, { limit: 9, status: ['failed'] })).data).toEqual([]);
    expect((await bench.core.jobs.list(stranger, { limit: 9 })).data).toEqual([]);
  });
});

describe('cancel', () => {
  const reach: Record<string, () => Promise<{ jobId: Awaited<ReturnType<Bench['addJob']>>['id'] }>> = {
    pending: async () => ({ jobId: (await bench.addJob()).id }),
    prepared: () => bench.preparedAttempt(),
    unanswered: () => {
      bench.provider.execute.mockResolvedValueOnce(answers.unanswered(refusals.noAnswer()));
      return bench.acceptedAttempt();
    },
    accepted: () => bench.acceptedAttempt(),
    storing: () => bench.succeededAttempt(),
  };

  it.each([
    ['pending', [], ['dispatch']],
    ['prepared', ['hold 10', 'release 0'], ['dispatch']],
    ['unanswered', ['hold 10'], []],
    ['accepted', ['hold 10'], ['check']],
    ['storing', ['hold 10'], []],
  ] as const)(
    'is instant while it is %s, and the money follows the truth',
    async (state, ledger, offered) => {
      const { jobId } = (await reach[state]?.()) ?? { jobId: undefined };
      if (jobId === undefined) {
        throw new Error(`${state} is not reachable.`);
      }
      bench.queue.take();
      expect(await bench.core.jobs.cancel(builtCaller, jobId)).toMatchObject({
        status: 'cancelled',
        stage: 'finished',
      });
      const attempt = (await bench.attempts(jobId)).at(-1);
      expect(attempt === undefined ? [] : await bench.ledger(attempt.id)).toEqual(ledger);
      expect(bench.queue.take().map(({ step }) => step)).toEqual(offered);
      expect((await bench.events()).filter(({ type }) => type === 'job.cancelled')).toHaveLength(1);
    },
  );

  it('is harmless when it is repeated', async () => {
    const job = await bench.addJob();
    await bench.core.jobs.cancel(builtCaller, job.id);
    const commits = await bench.commitsDuring(() => bench.core.jobs.cancel(builtCaller, job.id));
    expect(commits).toBe(0);
  });

  it('is too late when the job is over', async () => {
    bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'done'));
    const attempt = await bench.succeededAttempt();
    await bench.run('ingest', attempt.id);
    await expect(bench.core.jobs.cancel(builtCaller, attempt.jobId)).rejects.toMatchObject({
      code: 'state_conflict',
      status: 409,
    });
    expect((await bench.job(attempt.jobId)).status).toBe<JobStatus>('completed');
  });
});

describe('retry', () => {
  it('is a new job from the same request, which names the old one', async () => {
    const request: Partial<CreateJobRequest> = {
      params: { prompt: 'a boat', duration: 8 },
      name: 'Boat',
      metadata: { scene: '1' },
      priority: 3,
      max_credits: 50,
    };
    const job = await bench.addJob(request);
    await bench.core.jobs.cancel(builtCaller, job.id);
    const { job: retried, replayed } = await bench.core.jobs.retry(builtCaller, job.id, null);
    expect(replayed).toBe(false);
    expect(retried).toMatchObject({ ...request, status: 'pending', retry_of: job.id });
    expect(retried.id).not.toBe(job.id);
    expect((await bench.job(job.id)).status).toBe('cancelled');
  });

  it('is refused while the job is not over', async () => {
    const job = await bench.addJob();
    await expect(bench.core.jobs.retry(builtCaller, job.id, null)).rejects.toMatchObject({
      code: 'state_conflict',
    });
  });

  it('makes one job for one key, and none for the key of another request', async () => {
    const job = await bench.addJob({}, 'first');
    await bench.core.jobs.cancel(builtCaller, job.id);
    const retried = await bench.core.jobs.retry(builtCaller, job.id, 'second');
    expect(await bench.core.jobs.retry(builtCaller, job.id, 'second')).toMatchObject({
      replayed: true,
      job: { id: retried.job.id },
    });
    await expect(bench.core.jobs.retry(builtCaller, job.id, 'first')).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
  });

  it('without a key makes one job of many clicks, and another one when that is lost', async () => {
    const job = await bench.addJob();
    await bench.core.jobs.cancel(builtCaller, job.id);
    const click = () => bench.core.jobs.retry(builtCaller, job.id, null);
    const clicks = await Promise.all([click(), click(), click(), click(), click(), click()]);
    expect(new Set(clicks.map((made) => made.job.id)).size).toBe(1);
    expect(clicks.filter(({ replayed }) => !replayed)).toHaveLength(1);

    const [first] = clicks;
    await bench.core.jobs.cancel(builtCaller, first?.job.id ?? '');
    const second = await click();
    expect(second.replayed).toBe(false);
    expect(await click()).toMatchObject({ replayed: true, job: { id: second.job.id } });
  });

  it('without a key answers with a retry that was asked for with one', async () => {
    const job = await bench.addJob();
    await bench.core.jobs.cancel(builtCaller, job.id);
    const keyed = await bench.core.jobs.retry(builtCaller, job.id, 'mine');
    const click = () => bench.core.jobs.retry(builtCaller, job.id, null);
    expect(await click()).toMatchObject({ replayed: true, job: { id: keyed.job.id } });
  });

  it('makes no second retry without a key when one with a key is lost', async () => {
    const job = await bench.addJob();
    await bench.core.jobs.cancel(builtCaller, job.id);
    const click = () => bench.core.jobs.retry(builtCaller, job.id, null);
    const clicked = await click();
    const keyed = await bench.core.jobs.retry(builtCaller, job.id, 'mine');
    expect(keyed.replayed).toBe(false);
    await bench.core.jobs.cancel(builtCaller, keyed.job.id);
    expect(await click()).toMatchObject({ replayed: true, job: { id: clicked.job.id } });
  });

  it('answers with the retry that has brought a video', async () => {
    const job = await bench.addJob();
    await bench.core.jobs.cancel(builtCaller, job.id);
    const { job: retried } = await bench.core.jobs.retry(builtCaller, job.id, null);
    bench.provider.checkStatus.mockResolvedValue(answers.completed());
    bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'a'));
    await bench.settle();
    expect((await bench.job(retried.id)).status).toBe('completed');
    expect(await bench.core.jobs.retry(builtCaller, job.id, null)).toMatchObject({
      replayed: true,
      job: { id: retried.id, status: 'completed' },
    });
  });
});
