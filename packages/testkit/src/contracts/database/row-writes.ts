import { describe, expect, it } from 'vitest';
import { StaleRowError, UniqueViolationError } from '@pixsim7/core';
import type { JobRow } from '@pixsim7/core';
import {
  buildAsset,
  buildBlob,
  buildCreditEntry,
  buildEvent,
  buildJob,
  buildRowWrites,
  builtAt,
} from '../../builders/index.ts';
import { givenJob, givenSubmission } from './given.ts';
import type { DatabaseUnderTest } from './under-test.ts';

export function describeRowWrites(underTest: DatabaseUnderTest): void {
  describe('the writes of a unit', () => {
    const read = (job: JobRow) => underTest.run((transaction) => transaction.jobs.get(job.id));

    it('are all kept, and seen by the same transaction', async () => {
      const submission = await underTest.run((transaction) => givenSubmission(transaction));
      const job = buildJob();
      const hold = buildCreditEntry(submission, { amount: 12.5 });
      const seen = await underTest.run(async ({ jobs, rows }) => {
        await rows.write(
          buildRowWrites({
            submissions: [{ row: submission, changes: { state: 'accepted', progress: 0.25 } }],
            newJobs: [{ job, inputs: [] }],
            credits: [hold],
            events: [buildEvent()],
          }),
        );
        return jobs.get(job.id);
      });

      expect(seen).toEqual(job);
      const kept = await underTest.run(async ({ submissions, credits }) => ({
        submission: await submissions.get(submission.id),
        credits: await credits.byJobs([submission.jobId]),
      }));
      expect(kept.submission).toEqual({
        ...submission,
        state: 'accepted',
        progress: 0.25,
        version: submission.version + 1,
      });
      expect(kept.credits).toEqual([hold]);
    });

    it('are all refused when one row has changed since it was read', async () => {
      const job = await underTest.run((transaction) => givenJob(transaction));
      await underTest.run(({ jobs }) => jobs.update(job, { name: 'first' }));
      const other = buildJob();
      const late = underTest.run(({ rows }) =>
        rows.write(
          buildRowWrites({
            jobs: [{ row: job, changes: { name: 'second' } }],
            newJobs: [{ job: other, inputs: [] }],
          }),
        ),
      );

      await expect(late).rejects.toBeInstanceOf(StaleRowError);
      expect(await read(job)).toMatchObject({ name: 'first', version: job.version + 1 });
      expect(await read(other)).toBeNull();
    });

    it('are all refused when one breaks a unique rule', async () => {
      const [first, second] = [buildJob({ idempotencyKey: 'same' }), buildJob({ idempotencyKey: 'same' })];
      const run = underTest.run(({ rows }) =>
        rows.write(
          buildRowWrites({
            newJobs: [
              { job: first, inputs: [] },
              { job: second, inputs: [] },
            ],
          }),
        ),
      );

      await expect(run).rejects.toBeInstanceOf(UniqueViolationError);
      expect(await read(first)).toBeNull();
    });

    it('are refused for an asset whose bytes are being removed', async () => {
      const blob = buildBlob();
      await underTest.run(async ({ assets }) => {
        await assets.reserveBlob(blob);
        await assets.beginBlobRemoval(blob.hash, {
          reservedBefore: builtAt + 1,
          abandonedBefore: builtAt,
          now: builtAt,
        });
      });
      const asset = buildAsset({ blobHash: blob.hash });
      const run = underTest.run(({ rows }) =>
        rows.write(buildRowWrites({ newAssets: [{ asset, blobs: [blob] }] })),
      );

      await expect(run).rejects.toBeInstanceOf(StaleRowError);
      expect(await underTest.run(({ assets }) => assets.get(asset.id))).toBeNull();
    });

    it('of several units leave out the one that lost a race', async () => {
      const [first, second] = await underTest.run(async (transaction) => [
        await givenJob(transaction),
        await givenJob(transaction),
      ]);
      await underTest.run(({ jobs }) => jobs.update(first, { name: 'changed meanwhile' }));
      const rename = (row: JobRow, name: string) => buildRowWrites({ jobs: [{ row, changes: { name } }] });
      const leftOut = await underTest.run(({ rows }) =>
        rows.writeMany([
          rename(first, 'too late'),
          rename(second, 'in time'),
          rename(second, 'same row again'),
        ]),
      );

      expect(leftOut).toEqual(new Set([0, 2]));
      expect(await read(first)).toMatchObject({ name: 'changed meanwhile' });
      expect(await read(second)).toMatchObject({ name: 'in time' });
    });
  });
}
