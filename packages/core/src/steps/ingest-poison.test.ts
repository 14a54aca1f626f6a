import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createBench, fakeMediaBytes, fakePoisonBytes, outputUrl } from '@pixsim7/testkit/bench';
import type { Bench } from '@pixsim7/testkit/bench';
import { createBulkheads } from '../limits/bulkhead/index.ts';
import type { SubmissionRow } from '../model/index.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const day = 24 * 60 * 60_000;
const assetsOf = ({ jobId }: Pick<SubmissionRow, 'jobId'>) =>
  bench.read((transaction) => transaction.assets.byJobs([jobId]));

/** Runs the step and waits for as long as it says. */
async function ingest(attempt: SubmissionRow): Promise<void> {
  const { again } = await bench.run('ingest', attempt.id);
  if (again !== undefined) {
    bench.system.advanceTo(again);
  }
}

/** A look that takes the server with it: nothing after it happens. @returns for how long nobody else looks */
async function dieLooking(attempt: SubmissionRow): Promise<number> {
  const original = { ...bench.dependencies.media };
  const looking = new Promise<void>((begin) => {
    bench.dependencies.media.probe = () => {
      begin();
      return new Promise<never>(() => undefined);
    };
  });
  // A dead process renews no lease.
  const every = vi.spyOn(bench.system, 'every').mockReturnValue(() => undefined);
  void bench.run('ingest', attempt.id);
  await looking;
  every.mockRestore();
  Object.assign(bench.dependencies.media, original);
  // The server that starts next holds no place for what the dead one did.
  const { logger } = bench.dependencies;
  Object.assign(bench.dependencies, { bulkheads: createBulkheads({ system: bench.system, logger }) });
  const pauseMs = Number((await bench.submission(attempt.id)).dueAt) - bench.system.now();
  bench.system.advance(pauseMs);
  return pauseMs;
}

describe('an output that cannot be read', () => {
  it.each(['damaged', 'deadly'] as const)('and is %s is kept unread after three looks', async (kind) => {
    const bytes = fakePoisonBytes(kind, 'a paid video');
    bench.downloads.serve(outputUrl, bytes);
    const attempt = await bench.succeededAttempt({ name: 'Boat' });
    const start = bench.system.now();
    for (let look = 1; look <= 2; look += 1) {
      await ingest(attempt);
      expect(await bench.submission(attempt.id)).toMatchObject({ state: 'succeeded', looks: [look] });
      expect(await bench.job(attempt.jobId)).toMatchObject({ status: 'processing' });
    }
    await ingest(attempt);

    const [asset, ...others] = await assetsOf(attempt);
    expect(others).toEqual([]);
    expect(asset).toMatchObject({
      state: 'unprobed',
      name: 'Boat',
      mediaType: 'video',
      mimeType: 'video/mp4',
      bytes: bytes.byteLength,
      width: null,
      durationS: null,
      posterHash: null,
    });
    expect(await bench.blobs.stat(asset?.blobHash ?? '')).toEqual({ bytes: bytes.byteLength });
    const job = await bench.job(attempt.jobId);
    expect(job).toMatchObject({ status: 'completed' });
    expect(job.warnings).toContainEqual({
      code: 'output_unprobed',
      detail: expect.stringMatching(/could not be read: .*paid for.*can download it/u),
    });
    expect(await bench.ledger(attempt.id)).toEqual(['hold 10', 'settle 10']);
    expect(bench.system.now() - start).toBe(330_000);
  });

  it('is not looked at a fourth time when each look ended the whole server', async () => {
    bench.downloads.serve(outputUrl, fakePoisonBytes('deadly', 'a paid video'));
    const attempt = await bench.succeededAttempt();
    const pauses: number[] = [];
    for (let look = 1; look <= 3; look += 1) {
      pauses.push(await dieLooking(attempt));
      expect((await bench.submission(attempt.id)).looks).toEqual([look]);
    }
    // As after other bad looks: three kills within a minute say nothing about the file.
    expect(pauses).toEqual([30_000, 300_000, 30_000]);
    bench.dependencies.media.probe = async () => {
      throw new Error('looked again');
    };
    await ingest(attempt);
    expect(await assetsOf(attempt)).toMatchObject([{ state: 'unprobed', mimeType: 'video/mp4' }]);
    expect((await bench.job(attempt.jobId)).status).toBe('completed');
  });

  it('is not given up for an error page that came in between', async () => {
    const attempt = await bench.succeededAttempt();
    bench.downloads.serve(outputUrl, fakePoisonBytes('damaged', 'a paid video'));
    await ingest(attempt);
    bench.downloads.serve(outputUrl, new TextEncoder().encode('<html>sorry</html>'));
    await ingest(attempt);
    expect((await bench.submission(attempt.id)).looks).toEqual([1]);
    bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'a paid video'));
    await ingest(attempt);
    expect(await assetsOf(attempt)).toMatchObject([{ state: 'stored' }]);
    expect((await bench.job(attempt.jobId)).warnings).toEqual([]);
  });

  it('counts no look that failed for a reason of this machine', async () => {
    bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'a paid video'));
    const attempt = await bench.succeededAttempt();
    const original = { ...bench.dependencies.media };
    bench.dependencies.media.probe = async () => {
      throw new Error('too many open files');
    };
    await expect(bench.run('ingest', attempt.id)).rejects.toThrow('too many open files');
    expect((await bench.submission(attempt.id)).looks).toEqual([0]);
    Object.assign(bench.dependencies.media, original);
    bench.system.advance(30_000);
    await ingest(attempt);
    expect((await bench.job(attempt.jobId)).status).toBe('completed');
  });
});

describe('a page in place of a video', () => {
  it('is fetched again often and for days, and kept when nothing else comes', async () => {
    const page = new TextEncoder().encode('<html>sorry</html>');
    bench.downloads.serve(outputUrl, page);
    const attempt = await bench.succeededAttempt();
    for (let fetch = 0; fetch < 6; fetch += 1) {
      await ingest(attempt);
    }
    expect((await bench.submission(attempt.id)).looks).toEqual([0]);
    expect((await bench.job(attempt.jobId)).status).toBe('processing');
    bench.system.advance(8 * day);
    for (let fetch = 6; fetch < 99; fetch += 1) {
      await ingest(attempt);
    }
    expect(await assetsOf(attempt)).toEqual([]);
    await ingest(attempt);
    expect(await assetsOf(attempt)).toMatchObject([
      { state: 'unprobed', mimeType: 'application/octet-stream', bytes: page.byteLength },
    ]);
    expect(await bench.job(attempt.jobId)).toMatchObject({
      status: 'completed',
      warnings: [expect.objectContaining({ code: 'output_unprobed' })],
    });
  });
});
