import { beforeEach, describe, expect, it, vi } from 'vitest';
import { answers, createBench, outputUrl, fakeMediaBytes, refusals } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';
import { FetchFailedError, UnsafeUrlError } from '../ports/index.ts';

let bench: Bench;
const video = fakeMediaBytes('video', 'the result');
beforeEach(() => {
  bench = createBench();
});

const assetsOf = (jobId: Awaited<ReturnType<Bench['succeededAttempt']>>['jobId']) =>
  bench.read((transaction) => transaction.assets.byJobs([jobId]));
const day = 24 * 60 * 60_000;

describe('a fetched output', () => {
  it('becomes asset, lineage, settlement and end of the job in one transaction', async () => {
    bench.downloads.serve(outputUrl, video);
    const image = await bench.addAsset('image');
    const attempt = await bench.succeededAttempt({
      operation_type: 'image_to_video',
      params: { image_url: image },
      name: 'Boat',
    });
    const commits: string[][] = [];
    bench.store.observe((changes) => commits.push(changes.map(({ table }) => table)));
    expect(await bench.run('ingest', attempt.id)).toEqual({});

    // The claim, a look that is written down, the same look taken back with the announced file, and everything else: the
    // blob is used from now on.
    expect(commits).toHaveLength(4);
    expect(new Set(commits[3])).toEqual(
      new Set(['assets', 'blobs', 'lineageEdges', 'outbox', 'creditEntries', 'submissions', 'jobs']),
    );
    const [asset] = await assetsOf(attempt.jobId);
    expect(asset).toMatchObject({
      origin: 'generated',
      name: 'Boat',
      state: 'stored',
      outputIndex: 0,
      lateResult: false,
      originalUrl: 'https://output.example/video.mp4',
      madeBy: {
        providerId: bench.provider.id,
        accountId: attempt.accountId,
        providerJobId: attempt.providerJobId,
      },
    });
    expect(await bench.blobs.stat(asset?.blobHash ?? '')).toEqual({ bytes: video.byteLength });
    expect(asset).toMatchObject({ posterHash: null, posterDueAt: bench.system.now(), posterLooks: 0 });
    expect(bench.queue.offers).toContainEqual({ step: 'poster', id: asset?.id, runAt: bench.system.now() });
    expect(await bench.submission(attempt.id)).toMatchObject({
      state: 'stored',
      dueAt: null,
      storedAt: bench.system.now(),
    });
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'settle 10']);
    expect(await bench.job(attempt.jobId)).toMatchObject({
      status: 'completed',
      stage: 'finished',
      error: null,
    });
    expect((await bench.events()).slice(-2).map(({ type }) => type)).toEqual([
      'asset.created',
      'job.completed',
    ]);
    const lineage = await bench.core.lineage.of(builtCaller, asset?.id ?? '', 1);
    expect(lineage.edges).toEqual([
      { parent_id: image, child_id: asset?.id, relation: 'first_frame', position: 0 },
    ]);
  });

  it('is stored once, however often the step runs', async () => {
    bench.downloads.serve(outputUrl, video);
    const attempt = await bench.succeededAttempt();
    await Promise.all([bench.run('ingest', attempt.id), bench.run('ingest', attempt.id)]);
    await bench.run('ingest', attempt.id);
    expect(await assetsOf(attempt.jobId)).toHaveLength(1);
    expect(bench.downloads.requests).toHaveLength(1);
  });

  it('is kept with every other output of the job', async () => {
    const urls = ['https://output.example/1.mp4', 'https://output.example/2.mp4'];
    for (const url of urls) {
      bench.downloads.serve(url, fakeMediaBytes('video', url));
    }
    const attempt = await bench.acceptedAttempt();
    const outputs = urls.map((url) => ({ url, mediaType: 'video' as const, expiresAt: null }));
    bench.provider.checkStatus.mockResolvedValueOnce(answers.completed('', { outputs }));
    await bench.run('check', attempt.id);
    await bench.run('ingest', attempt.id);
    expect((await assetsOf(attempt.jobId)).map(({ outputIndex }) => outputIndex)).toEqual([0, 1]);
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'settle 10']);
  });

  it('settles what the provider says instead of what was held', async () => {
    bench.downloads.serve(outputUrl, video);
    const attempt = await bench.acceptedAttempt();
    bench.provider.checkStatus.mockResolvedValueOnce(answers.completed(outputUrl, { credits: 12 }));
    await bench.run('check', attempt.id);
    await bench.run('ingest', attempt.id);
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'settle 12']);
  });

  it('of a cancelled job is kept and marked, and the job stays cancelled', async () => {
    bench.downloads.serve(outputUrl, video);
    const attempt = await bench.succeededAttempt();
    await bench.core.jobs.cancel(builtCaller, attempt.jobId);
    await bench.run('ingest', attempt.id);
    expect((await bench.job(attempt.jobId)).status).toBe('cancelled');
    expect(await assetsOf(attempt.jobId)).toMatchObject([{ lateResult: true, state: 'stored' }]);
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'settle 10']);
    expect((await bench.events()).map(({ type }) => type)).not.toContain('job.completed');
  });

  it('may come from the own host of the account', async () => {
    await bench.addAccount({ baseUrl: 'http://127.0.0.1:9100/openapi/v2' });
    bench.downloads.serve(outputUrl, video);
    const attempt = await bench.succeededAttempt();
    await bench.run('ingest', attempt.id);
    expect(bench.downloads.requests[0]?.limits.trustedOrigin).toBe('http://127.0.0.1:9100');
  });

  it('trusts no host when the account has no address of its own', async () => {
    bench.downloads.serve(outputUrl, video);
    const attempt = await bench.succeededAttempt();
    await bench.run('ingest', attempt.id);
    expect(bench.downloads.requests[0]?.limits.trustedOrigin).toBeUndefined();
  });

  it('completes the job before its poster is made, and waits for none of a recording', async () => {
    bench.downloads.serve(outputUrl, video);
    const attempt = await bench.succeededAttempt();
    const poster = vi.spyOn(bench.dependencies.media, 'poster');
    await bench.run('ingest', attempt.id);
    expect(poster).not.toHaveBeenCalled();
    const recording = await bench.addAsset('audio');
    expect(await bench.core.assets.get(builtCaller, recording)).toMatchObject({ poster_state: 'none' });
  });
});

describe('an output that cannot be stored yet', () => {
  it.each([
    ['the link fails', new FetchFailedError('Forbidden.', 403)],
    ['the link may not be fetched', new UnsafeUrlError('127.0.0.1 may not be fetched.')],
    ['the bytes are no media', new TextEncoder().encode('<html>sorry</html>')],
    ['the bytes are an image', fakeMediaBytes('image', 'not a video')],
  ])('because %s, is tried again, and the job goes on', async (_, answer) => {
    bench.downloads.serve(outputUrl, answer);
    const attempt = await bench.succeededAttempt();
    const now = bench.system.now();
    expect(await bench.run('ingest', attempt.id)).toEqual({ again: now + 2_000 });
    expect(await bench.submission(attempt.id)).toMatchObject({
      state: 'succeeded',
      tries: 1,
      dueAt: now + 2_000,
    });
    expect(await bench.job(attempt.jobId)).toMatchObject({ status: 'processing', stage: 'storing' });
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10']);

    expect(await bench.run('ingest', attempt.id)).toEqual({ again: now + 2_000 });
    bench.downloads.serve(outputUrl, video);
    bench.system.advance(2_000);
    await bench.run('ingest', attempt.id);
    expect((await bench.job(attempt.jobId)).status).toBe('completed');
  });

  it('gets a fresh link after two failures', async () => {
    const fresh = 'https://output.example/fresh.mp4';
    const attempt = await bench.succeededAttempt();
    for (let fetch = 0; fetch < 2; fetch += 1) {
      const { again } = await bench.run('ingest', attempt.id);
      bench.system.advanceTo(Number(again));
    }
    bench.downloads.serve(fresh, video);
    bench.provider.checkStatus.mockResolvedValueOnce(answers.completed(fresh));
    await bench.run('ingest', attempt.id);
    expect(bench.downloads.requests.map(({ url }) => url)).toEqual([outputUrl, outputUrl, fresh]);
    expect((await assetsOf(attempt.jobId))[0]?.originalUrl).toBe(fresh);
  });

  it.each([
    [
      'cannot be asked for a fresh link',
      () => bench.provider.checkStatus.mockRejectedValue(refusals.credentials()),
    ],
    [
      'has no link any more',
      () => bench.provider.checkStatus.mockResolvedValue(answers.completed('', { outputs: [] })),
    ],
  ])('is fetched from the known link when the provider %s', async (_, refuse) => {
    const attempt = await bench.succeededAttempt();
    for (let fetch = 0; fetch < 2; fetch += 1) {
      const { again } = await bench.run('ingest', attempt.id);
      bench.system.advanceTo(Number(again));
    }
    refuse();
    bench.downloads.serve(outputUrl, video);
    await bench.run('ingest', attempt.id);
    expect((await bench.job(attempt.jobId)).status).toBe('completed');
  });

  it('is given up after many tries and as long as the provider keeps it, and was paid for', async () => {
    const attempt = await bench.succeededAttempt();
    bench.system.advance(30 * day);
    for (let fetch = 1; fetch < 100; fetch += 1) {
      const { again } = await bench.run('ingest', attempt.id);
      bench.system.advanceTo(Number(again));
    }
    expect((await bench.submission(attempt.id)).state).toBe('succeeded');
    expect(await bench.run('ingest', attempt.id)).toEqual({});
    expect((await bench.submission(attempt.id)).state).toBe('failed');
    expect((await bench.job(attempt.jobId)).error).toMatchObject({ code: 'asset_lost', charged: 'yes' });
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'settle 10']);
  });

  it('is taken over by the next process when this one dies', async () => {
    const attempt = await bench.succeededAttempt();
    bench.downloads.serve(outputUrl, new Error('the process died'));
    await expect(bench.run('ingest', attempt.id)).rejects.toThrow('the process died');
    expect(bench.system.intervals).toBe(0);
    bench.downloads.serve(outputUrl, video);
    expect(await bench.run('ingest', attempt.id)).toEqual({ again: bench.system.now() + 30_000 });
    bench.system.advance(30_000);
    await bench.run('ingest', attempt.id);
    expect((await bench.job(attempt.jobId)).status).toBe('completed');
  });
});
