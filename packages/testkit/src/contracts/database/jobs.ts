import { describe, expect, it } from 'vitest';
import type { JobId, JobParameters, WorkspaceId } from '@pixsim7/contracts';
import type { JobInputRow } from '@pixsim7/core';
import { StaleRowError, UniqueViolationError } from '@pixsim7/core';
import {
  buildId,
  buildJob,
  buildJobInput,
  buildRoute,
  builtAt,
  builtWorkspace,
} from '../../builders/index.ts';
import { givenAccount, givenAsset, givenJob } from './given.ts';
import type { DatabaseUnderTest } from './under-test.ts';

const otherWorkspace = 'wsp_0000000000000000000000000b' as WorkspaceId;

export function describeJobs(underTest: DatabaseUnderTest): void {
  describe('jobs', () => {
    it('gives back every field as it was written', async () => {
      const { job, read } = await underTest.run(async (transaction) => {
        const account = await givenAccount(transaction);
        const original = await givenJob(transaction, { status: 'failed' });
        const params: JobParameters = {
          prompt: 'quotes " and \\ and ünïcödé 🎬',
          seed: 2_147_483_647,
          audio: false,
          durations: [2.5, 5],
          provider_options: { template_id: '315446315336768123', nested: { list: [null, true, 'x'] } },
        };
        const job = buildJob({
          params,
          route: buildRoute(['example', 'elsewhere'], { requestedModel: 'v2', restsUntil: builtAt + 5 }),
          lanes: ['example', 'elsewhere'],
          name: 'Boat',
          metadata: { project: 'rain', 'odd key': '' },
          waitReason: 'schedule',
          waitDetail: 'Starts later.',
          waitUntil: builtAt + 1,
          priority: -100,
          notBefore: builtAt + 999,
          pinnedAccountId: account.id,
          retryOf: original.id,
          idempotencyKey: 'key-1',
          requestFingerprint: 'f'.repeat(64),
          maxCredits: 100,
          maxCostUsd: 0.45,
          attention: { reason: 'outcome_unknown', since: builtAt, evidence: 'No answer was seen.' },
          quotedCredits: 22.5,
          warnings: [{ code: 'moved', detail: 'A value was moved.', pointer: '/params/seed' }],
          error: {
            code: 'provider_failed',
            class: 'ProviderError',
            message: 'The provider failed.',
            http_status: 500,
            retryable: true,
            charged: 'unknown',
          },
          dueAt: builtAt + 123,
          version: 7,
          startedAt: builtAt + 2,
          completedAt: builtAt + 3,
        });
        await transaction.jobs.insert(job, []);
        return { job, read: await transaction.jobs.get(job.id) };
      });
      expect(read).toEqual(job);
    });

    it('answers null for an id that nobody has', async () => {
      expect(await underTest.run((transaction) => transaction.jobs.get(buildId('job')))).toBeNull();
    });

    it('reads many at once and leaves out unknown ids', async () => {
      const { first, second, read, none } = await underTest.run(async (transaction) => {
        const [first, second] = [await givenJob(transaction), await givenJob(transaction)];
        await givenJob(transaction);
        const read = await transaction.jobs.getMany([second.id, buildId('job'), first.id]);
        return { first, second, read, none: await transaction.jobs.getMany([]) };
      });
      expect(new Set(read)).toEqual(new Set([first, second]));
      expect(read).toHaveLength(2);
      expect(none).toEqual([]);
    });

    it('keeps the inputs in their order', async () => {
      const { inputs, read, none } = await underTest.run(async (transaction) => {
        const [job, other] = [buildJob(), buildJob()];
        const asset = await givenAsset(transaction);
        const parents = { jobId: job.id, assetId: asset.id };
        const inputs = [
          buildJobInput(parents, {
            position: 0,
            role: 'keyframe',
            slot: 'keyframe/0',
            segmentPrompt: 'dawn',
          }),
          buildJobInput(parents, {
            position: 1,
            role: 'keyframe',
            slot: 'keyframe/1',
            segmentDurationS: 2.5,
          }),
          buildJobInput(parents, { position: 2, role: 'subject', slot: 'subject/0', referenceName: 'dog' }),
        ];
        await transaction.jobs.insert(job, inputs.toReversed());
        await transaction.jobs.insert(other, [buildJobInput({ jobId: other.id, assetId: asset.id })]);
        return {
          inputs,
          read: await transaction.jobs.inputs(job.id),
          none: await transaction.jobs.inputs(buildId('job')),
        };
      });
      expect(read).toEqual(inputs);
      expect(none).toEqual([]);
    });

    it('replaces the inputs of one job', async () => {
      const { replaced, read, ofOther, none } = await underTest.run(async (transaction) => {
        const [job, other] = [buildJob(), buildJob()];
        const asset = await givenAsset(transaction);
        const input = (jobId: JobId, changes: Partial<JobInputRow> = {}): JobInputRow =>
          buildJobInput({ jobId, assetId: asset.id }, changes);
        await transaction.jobs.insert(job, [input(job.id), input(job.id, { position: 1 })]);
        await transaction.jobs.insert(other, [input(other.id)]);
        const replaced = [input(job.id, { role: 'reference', slot: 'reference/0' })];
        await transaction.jobs.replaceInputs(job.id, replaced);
        const read = await transaction.jobs.inputs(job.id);
        await transaction.jobs.replaceInputs(job.id, []);
        return {
          replaced,
          read,
          ofOther: await transaction.jobs.inputs(other.id),
          none: await transaction.jobs.inputs(job.id),
        };
      });
      expect(read).toEqual(replaced);
      expect(ofOther).toHaveLength(1);
      expect(none).toEqual([]);
    });

    it('refuses a job that waits in no lane, and keeps one that is over', async () => {
      await expect(
        underTest.run((transaction) => givenJob(transaction, { status: 'pending', lanes: [] })),
      ).rejects.toThrow(/lane/);
      const over = await underTest.run((transaction) =>
        givenJob(transaction, { status: 'failed', lanes: [] }),
      );
      expect(await underTest.run((transaction) => transaction.jobs.get(over.id))).toEqual(over);
    });

    it('finds the job of an idempotency key, for its owner only', async () => {
      const job = await underTest.run((transaction) => givenJob(transaction, { idempotencyKey: 'key' }));
      const [found, otherKey, foreign] = await underTest.run(async (transaction) => [
        await transaction.jobs.findByIdempotencyKey(builtWorkspace, 'key'),
        await transaction.jobs.findByIdempotencyKey(builtWorkspace, 'KEY'),
        await transaction.jobs.findByIdempotencyKey(otherWorkspace, 'key'),
      ]);
      expect(found).toEqual(job);
      expect(otherKey).toBeNull();
      expect(foreign).toBeNull();
    });

    it('refuses a second job with the idempotency key of an owner', async () => {
      await underTest.run((transaction) => givenJob(transaction, { idempotencyKey: 'key' }));
      const second = underTest.run((transaction) => givenJob(transaction, { idempotencyKey: 'key' }));
      await expect(second).rejects.toBeInstanceOf(UniqueViolationError);
      await expect(second).rejects.toMatchObject({
        code: 'unique_violation',
        constraint: 'jobs_workspace_idempotency_key',
      });
    });

    it('allows the same key to two owners, and any number of jobs without one', async () => {
      const work = underTest.run(async (transaction) => {
        await givenJob(transaction, { idempotencyKey: 'key' });
        await givenJob(transaction, { idempotencyKey: 'key', workspaceId: otherWorkspace });
        await givenJob(transaction);
        await givenJob(transaction);
      });
      await expect(work).resolves.toBeUndefined();
    });

    it.each([
      ['a pending job without a wait reason', { waitReason: null }],
      ['a wait reason of a job that does not wait', { status: 'processing', waitReason: 'slot' }],
      ['a time of dispatch of a job that does not wait', { status: 'processing', dueAt: builtAt }],
    ] as const)('refuses %s', async (_name, overrides) => {
      await expect(underTest.run((transaction) => givenJob(transaction, overrides))).rejects.toBeInstanceOf(
        Error,
      );
    });

    it('refuses to forget the wait reason when the status changes', async () => {
      const job = await underTest.run((transaction) => givenJob(transaction));
      const update = underTest.run((transaction) => transaction.jobs.update(job, { status: 'processing' }));
      await expect(update).rejects.toBeInstanceOf(Error);
    });

    it('changes what it is told to, raises the version and returns the row', async () => {
      const { job, updated, read } = await underTest.run(async (transaction) => {
        const job = await givenJob(transaction, { name: 'kept' });
        const updated = await transaction.jobs.update(job, {
          status: 'processing',
          stage: 'preparing',
          waitReason: null,
          waitDetail: null,
          dueAt: null,
          startedAt: builtAt + 5,
        });
        return { job, updated, read: await transaction.jobs.get(job.id) };
      });
      expect(updated).toEqual({
        ...job,
        status: 'processing',
        stage: 'preparing',
        waitReason: null,
        waitDetail: null,
        dueAt: null,
        startedAt: builtAt + 5,
        version: 2,
      });
      expect(read).toEqual(updated);
    });

    it('raises the version even when nothing else changes', async () => {
      const { updated, job } = await underTest.run(async (transaction) => {
        const job = await givenJob(transaction);
        return { job, updated: await transaction.jobs.update(job, {}) };
      });
      expect(updated).toEqual({ ...job, version: 2 });
    });

    it('refuses to change a row that moved on since it was read', async () => {
      const job = await underTest.run((transaction) => givenJob(transaction));
      await underTest.run((transaction) => transaction.jobs.update(job, { name: 'first' }));
      const late = underTest.run((transaction) => transaction.jobs.update(job, { name: 'second' }));
      await expect(late).rejects.toBeInstanceOf(StaleRowError);
      expect(await underTest.run((transaction) => transaction.jobs.get(job.id))).toMatchObject({
        name: 'first',
        version: 2,
      });
    });

    it('refuses to change a row that does not exist', async () => {
      const work = underTest.run((transaction) => transaction.jobs.update(buildJob(), { name: 'x' }));
      await expect(work).rejects.toBeInstanceOf(StaleRowError);
    });
  });
}
