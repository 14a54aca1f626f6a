import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Transaction } from '@pixsim7/core';
import {
  buildAccount,
  buildApiKey,
  buildAsset,
  buildBalanceReading,
  buildBlob,
  buildCreditEntry,
  buildEvent,
  buildId,
  buildJob,
  buildJobInput,
  buildLineageEdge,
  buildObservation,
  buildProviderUpload,
  buildRowWrites,
  buildSubmission,
  builtAt,
  builtWorkspace,
} from '@pixsim7/testkit/builders';
import { openTestDatabase } from './testing/open-test-database.ts';

const page = { limit: 5, after: null };

/** Calls every method once, in an order in which the rows that they need exist. */
function callsOf(transaction: Transaction): Record<string, () => Promise<unknown>> {
  const { jobs, submissions, accounts, credits, assets, lineage, events, users, clock, rows } = transaction;
  const [asset, parent] = [buildAsset({ posterDueAt: builtAt }), buildAsset()];
  const blob = buildBlob();
  const account = buildAccount();
  const job = buildJob({ idempotencyKey: 'key' });
  const submission = buildSubmission({ jobId: job.id, accountId: account.id });
  const upload = buildProviderUpload({ accountId: account.id, assetId: asset.id });
  const owner = buildId('user');
  const key = buildApiKey(owner);
  return {
    'assets.insert': async () => [await assets.insert(asset, [blob]), await assets.insert(parent, [])],
    'assets.get': () => assets.get(asset.id),
    'assets.getMany': () => assets.getMany([asset.id]),
    'assets.byJobs': () => assets.byJobs([job.id]),
    'assets.duePosters': () => assets.duePosters(builtAt, 5),
    'assets.updatePoster': () => assets.updatePoster(asset, { posterDueAt: builtAt + 1 }),
    'assets.enterOlder': () => assets.enterOlder(5),
    'assets.list': () => assets.list({ workspaceId: builtWorkspace }, page),
    'assets.unmarkUsedBlobs': () => assets.unmarkUsedBlobs(builtAt + 1, 5),
    'assets.unreferencedBlobs': () => assets.unreferencedBlobs(builtAt + 1, 5),
    'assets.reserveBlob': () => assets.reserveBlob(blob),
    'assets.beginBlobRemoval': () =>
      assets.beginBlobRemoval(blob.hash, { reservedBefore: builtAt, abandonedBefore: builtAt, now: builtAt }),
    'assets.endBlobRemoval': () => assets.endBlobRemoval(blob.hash, builtAt),
    'lineage.insert': () => lineage.insert([buildLineageEdge({ childId: asset.id, parentId: parent.id })]),
    'lineage.toParents': () => lineage.toParents([asset.id]),
    'lineage.toChildren': () => lineage.toChildren([parent.id]),
    'accounts.insert': () => accounts.insert(account),
    'accounts.get': () => accounts.get(account.id),
    'accounts.lock': () => accounts.lock(account.id),
    'accounts.update': () => accounts.update(account, { label: 'new' }),
    'accounts.lockCredentials': () => accounts.lockCredentials('example'),
    'accounts.getMany': () => accounts.getMany([account.id]),
    'accounts.list': () => accounts.list({}),
    'accounts.page': () => accounts.page(null, 5),
    'accounts.claimReadings': () => accounts.claimReadings(['example'], builtAt, builtAt + 1),
    'accounts.scheduleReading': () => accounts.scheduleReading(account.id, builtAt + 2, null),
    'accounts.expediteReading': () => accounts.expediteReading(account.id, builtAt + 1),
    'accounts.addDelivery': () =>
      accounts.addDelivery({ accountId: account.id, deliveryId: '1', receivedAt: builtAt }),
    'accounts.hasDelivery': () => accounts.hasDelivery(account.id, '1'),
    'accounts.forgetDeliveries': () => accounts.forgetDeliveries(builtAt + 1, 5),
    'accounts.thinReadings': () => accounts.thinReadings(account.id, builtAt, 5),
    'accounts.forgetExpiredUploads': () => accounts.forgetExpiredUploads(builtAt, 5),
    'accounts.addReading': () => accounts.addReading(buildBalanceReading(account.id)),
    'accounts.latestReadings': () => accounts.latestReadings([account.id]),
    'accounts.saveUpload': () => accounts.saveUpload(upload),
    'accounts.upload': () => accounts.upload(account.id, asset.id, upload.role),
    'accounts.forgetUploads': () => accounts.forgetUploads(account.id, [asset.id]),
    'jobs.insert': () => jobs.insert(job, [buildJobInput({ jobId: job.id, assetId: asset.id })]),
    'jobs.get': () => jobs.get(job.id),
    'jobs.getMany': () => jobs.getMany([job.id]),
    'jobs.inputs': () => jobs.inputs(job.id),
    'jobs.inputsOf': () => jobs.inputsOf([job.id]),
    'jobs.findByIdempotencyKey': () => jobs.findByIdempotencyKey(builtWorkspace, 'key'),
    'clock.advance': async () => [await clock.advance(null), await clock.advance(builtAt)],
    'jobs.retriesOf': () => jobs.retriesOf(job.id),
    'jobs.list': () => jobs.list({ workspaceId: builtWorkspace, search: 'boat' }, page),
    'jobs.enterOlder': () => jobs.enterOlder(5),
    'jobs.replaceInputs': () => jobs.replaceInputs(job.id, []),
    'jobs.dispatchable': () => jobs.dispatchable('example', builtAt, 5),
    'jobs.startable': () =>
      jobs.startable(
        'example',
        builtAt,
        [{ workspaceId: builtWorkspace, accountIds: [], maxCredits: null }],
        5,
      ),
    'jobs.hasSteppedAside': () => jobs.hasSteppedAside('example', builtAt),
    'jobs.providersWithDispatchable': () => jobs.providersWithDispatchable(builtAt),
    'jobs.queuePositions': () => jobs.queuePositions([job.id]),
    'jobs.forgetRouteReasons': () => jobs.forgetRouteReasons(builtAt, 5),
    'jobs.countByStatus': () => jobs.countByStatus(5),
    'jobs.countNeedingAttention': () => jobs.countNeedingAttention(),
    'jobs.countByWaitReason': () => jobs.countByWaitReason(),
    'jobs.update': () => jobs.update(job, { name: 'new' }),
    'submissions.insert': () => submissions.insert(submission),
    'submissions.get': () => submissions.get(submission.id),
    'submissions.getMany': () => submissions.getMany([submission.id]),
    'submissions.extendLease': () => submissions.extendLease(submission.id, 1, builtAt),
    'submissions.recordLooks': () => submissions.recordLooks(submission.id, 1, [1], builtAt),
    'submissions.listByJobs': () => submissions.listByJobs([job.id]),
    'submissions.findByProviderJob': () => submissions.findByProviderJob(account.id, '1'),
    'submissions.countUnanswered': () => submissions.countUnanswered(account.id),
    'submissions.countLive': () => submissions.countLive([account.id]),
    'submissions.due': () => submissions.due(builtAt, 5),
    'submissions.postpone': () => submissions.postpone([submission.id], builtAt + 1),
    'submissions.voidLeases': () => submissions.voidLeases(builtAt),
    'submissions.addObservation': () => submissions.addObservation(buildObservation(submission.id), 5),
    'submissions.removeObservations': () => submissions.removeObservations(builtAt, 5),
    'submissions.forgetAccountChoices': () => submissions.forgetAccountChoices(builtAt, 5),
    'submissions.observations': () => submissions.observations([submission.id]),
    'submissions.recentDurations': () =>
      submissions.recentDurations(
        [
          {
            workspaceId: builtWorkspace,
            providerId: 'example',
            durationKey: job.durationKey,
            sandbox: false,
          },
        ],
        5,
      ),
    'submissions.countByState': () => submissions.countByState(5),
    'submissions.update': () => submissions.update(submission, { tries: 1 }),
    'credits.add': () => credits.add(buildCreditEntry(submission)),
    'credits.byJobs': () => credits.byJobs([job.id]),
    'credits.bySubmission': () => credits.bySubmission(submission.id),
    'credits.exposures': () => credits.exposures(new Map([[account.id, builtAt]])),
    'credits.charges': () => credits.charges(account.id, builtAt),
    'credits.totals': () => credits.totals(),
    'credits.foldSettlements': () => credits.foldSettlements(builtAt, 5),
    'rows.write': () => rows.write(buildRowWrites({ events: [buildEvent()] })),
    'rows.writeMany': () => rows.writeMany([buildRowWrites({ events: [buildEvent()] })]),
    'assets.markDeleted': () => assets.markDeleted(asset.id, builtAt),
    'events.append': () => events.append(buildEvent()),
    'events.assignSequences': () => events.assignSequences(5),
    'events.after': () => events.after(0, 5),
    'events.oldestSequence': () => events.oldestSequence(),
    'events.removePublished': () => events.removePublished(builtAt, 5),
    'events.latestSequence': () => events.latestSequence(),
    'events.oldestUnpublishedAt': () => events.oldestUnpublishedAt(),
    'users.ensureOwner': () => users.ensureOwner(builtWorkspace, owner, builtAt),
    'users.addApiKey': () => users.addApiKey(key),
    'users.findApiKey': () => users.findApiKey(key.hash, builtAt),
    'users.saveApiKey': () => users.saveApiKey(key),
    'users.removeEndedApiKeys': () => users.removeEndedApiKeys(builtAt),
    'users.removeApiKey': () => users.removeApiKey(key.id),
  };
}

describe('the single connection of the embedded database', () => {
  it('is never waited for by a repository: each method answers inside an open transaction', async () => {
    const opened = await openTestDatabase();
    const called: string[] = [];
    const existing: string[] = [];
    await opened.database.transaction(async (transaction) => {
      for (const [name, repository] of Object.entries(transaction)) {
        existing.push(...Object.keys(repository as object).map((method) => `${name}.${method}`));
      }
      for (const [name, call] of Object.entries(callsOf(transaction))) {
        const guard = new AbortController();
        const tooLong = wait(1000, 'too long', { signal: guard.signal }).then(() => {
          throw new Error(`${name} did not answer: it uses the database outside of its transaction.`);
        });
        await Promise.race([call(), tooLong.catch((error: unknown) => rethrowUnlessAborted(error))]);
        guard.abort();
        called.push(name);
      }
    });
    expect(called.sort()).toEqual(existing.sort());
    await opened.close();
  });
});

function rethrowUnlessAborted(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) {
    throw error;
  }
}
