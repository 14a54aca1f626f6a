import { describe, expect, it } from 'vitest';
import { answers, createBench, outputUrl, fakeMediaBytes, refusals } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';

const minute = 60_000;

describe('a job from the request to the file', () => {
  it('passes every stage, costs once, and tells each change in order', async () => {
    const bench = createBench();
    await bench.addAccount();
    bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'done'));
    bench.provider.checkStatus
      .mockResolvedValueOnce(answers.processing())
      .mockResolvedValueOnce(answers.processing())
      .mockResolvedValueOnce(answers.completed());
    const job = await bench.addJob();
    await bench.settle();

    const done = await bench.core.jobs.get(builtCaller, job.id);
    expect(done).toMatchObject({
      status: 'completed',
      stage: 'finished',
      progress: { kind: 'none', ratio: 1 },
      credits: { quoted: 10, held: 0, charged: 10, unit: 'credits' },
      assets: [{ origin: 'generated', media_type: 'video', late_result: false }],
    });
    expect(bench.provider.execute).toHaveBeenCalledTimes(1);
    const changes = (await bench.events()).map(({ type, data }) =>
      'stage' in data ? `${type} ${data.stage}` : type,
    );
    expect(changes).toEqual([
      'job.created queued',
      'job.updated preparing',
      'job.updated submitting',
      'job.updated generating',
      'job.updated generating',
      'job.updated storing',
      'asset.created',
      'job.completed finished',
      'asset.updated',
    ]);
    expect(done.assets).toMatchObject([
      { poster_state: 'made', poster_url: expect.stringContaining('/poster') },
    ]);
    const versions = (await bench.events()).flatMap(({ data }) =>
      'sequence' in data ? [data.sequence] : [],
    );
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('survives a lost answer, an unreadable status and a failing download, and costs once', async () => {
    const bench = createBench();
    await bench.addAccount();
    bench.provider.execute.mockResolvedValueOnce(answers.unanswered(refusals.noAnswer()));
    bench.provider.checkStatus
      .mockRejectedValueOnce(refusals.unavailable())
      .mockResolvedValueOnce(answers.completed())
      .mockImplementation(async () => {
        bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'done'));
        return answers.completed();
      });
    const job = await bench.addJob();
    await bench.settle();
    const attempts = await bench.attempts(job.id);
    expect(attempts.map(({ state }) => state)).toEqual(['stored']);
    expect(new Set(bench.provider.execute.mock.calls.map(([, , , token]) => token)).size).toBe(1);
    expect(await bench.core.jobs.get(builtCaller, job.id)).toMatchObject({
      status: 'completed',
      credits: { charged: 10 },
    });
  });

  it('needs no message of the queue: the resume loop alone brings it to its end', async () => {
    const { offerOverdue } = await import('./background/resume-loop.ts');
    const bench = createBench();
    await bench.addAccount();
    bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'done'));
    bench.provider.checkStatus.mockResolvedValue(answers.completed());
    const job = await bench.addJob();
    for (let tick = 0; tick < 10; tick += 1) {
      bench.queue.take();
      await offerOverdue(bench.dependencies);
      for (const { step, id } of bench.queue.take()) {
        await bench.run(step, id);
      }
      bench.system.advance(minute);
    }
    expect((await bench.job(job.id)).status).toBe('completed');
  });

  it('moves to another account when the first one cannot', async () => {
    const bench = createBench();
    await bench.addAccount({ priority: 1 });
    const second = await bench.addAccount();
    bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'done'));
    bench.provider.execute.mockResolvedValueOnce(answers.rejected(refusals.noCredits()));
    bench.provider.checkStatus.mockResolvedValue(answers.completed());
    const job = await bench.addJob();
    await bench.settle();
    expect(await bench.core.jobs.get(builtCaller, job.id)).toMatchObject({
      status: 'completed',
      account_id: second.id,
      credits: { charged: 10 },
    });
    expect((await bench.attempts(job.id)).map(({ state }) => state)).toEqual(['rejected', 'stored']);
  });
});

describe('the steps', () => {
  it('take a lost race for the end of their work, and nothing else', async () => {
    const bench = createBench();
    const attempt = await bench.preparedAttempt();
    await Promise.all([bench.run('submit', attempt.id), bench.run('submit', attempt.id)]);
    expect(bench.provider.execute).toHaveBeenCalledTimes(1);
    const other = await bench.preparedAttempt();
    bench.provider.execute.mockRejectedValueOnce(new TypeError('a bug'));
    await expect(bench.run('submit', other.id)).rejects.toThrow('a bug');
  });
});
