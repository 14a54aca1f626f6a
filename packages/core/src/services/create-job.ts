import { createHash } from 'node:crypto';
import type { CreateJobRequest, JobId, UserId } from '@pixsim7/contracts';
import type { JobInputRow, JobRow } from '../model/index.ts';
import { UniqueViolationError } from '../ports/index.ts';
import { canonicalJson } from '../rules/fingerprint.ts';
import {
  canonicalParameters,
  checkRequest,
  fillSlots,
  type CheckedRequest,
  type FilledSlot,
} from './admission.ts';
import type { AssetService } from './asset-service.ts';
import type { CoreDependencies } from './dependencies.ts';
import { RequestError } from './request-error.ts';
import { writeJobEvent } from './write-event.ts';

export interface NewJob {
  readonly ownerId: UserId;
  readonly request: CreateJobRequest;
  readonly idempotencyKey: string | null;
  readonly retryOf: JobId | null;
}

/** Checks a request, makes its inputs assets, and writes the job. @throws RequestError */
export async function createJob(
  dependencies: CoreDependencies,
  assets: AssetService,
  { ownerId, request, idempotencyKey, retryOf }: NewJob,
): Promise<{ job: JobRow; replayed: boolean }> {
  const { database, queue, system } = dependencies;
  const fingerprint = fingerprintOf(request, retryOf);
  if (idempotencyKey !== null) {
    const earlier = await findEarlier(dependencies, ownerId, idempotencyKey, fingerprint);
    if (earlier !== null) return { job: earlier, replayed: true };
  }
  const checked = await checkRequest(dependencies, request);
  const filled = await fillSlots(dependencies, assets, ownerId, checked.mapped.slots);
  const job = newJob(
    dependencies,
    { ownerId, request, idempotencyKey, retryOf },
    checked,
    filled,
    fingerprint,
  );
  dependencies.correlation?.add({ job_id: job.id, provider_id: job.providerId });
  try {
    await database.transaction(async (transaction) => {
      await transaction.jobs.insert(job, inputRows(job.id, filled));
      await writeJobEvent(transaction, system, job, 'job.created', { accountId: null, assetIds: [] });
    });
  } catch (error) {
    // The same key arrived twice at once; the other request was faster.
    if (!(error instanceof UniqueViolationError) || idempotencyKey === null) throw error;
    const earlier = await findEarlier(dependencies, ownerId, idempotencyKey, fingerprint);
    if (earlier === null) throw error;
    return { job: earlier, replayed: true };
  }
  await queue.offer({ step: 'dispatch', id: job.providerId }, job.dueAt ?? system.now());
  return { job, replayed: false };
}

function fingerprintOf(request: CreateJobRequest, retryOf: JobId | null): string {
  return createHash('sha256').update(canonicalJson({ request, retryOf })).digest('hex');
}

async function findEarlier(
  { database }: CoreDependencies,
  ownerId: UserId,
  key: string,
  fingerprint: string,
): Promise<JobRow | null> {
  const earlier = await database.transaction((transaction) =>
    transaction.jobs.findByIdempotencyKey(ownerId, key),
  );
  if (earlier !== null && earlier.requestFingerprint !== fingerprint) {
    throw new RequestError(
      'idempotency_key_reused',
      `This Idempotency-Key made ${earlier.id} from another request.`,
    );
  }
  return earlier;
}

function newJob(
  { system }: CoreDependencies,
  { ownerId, request, idempotencyKey, retryOf }: NewJob,
  { adapter, mapped, pinned }: CheckedRequest,
  filled: readonly FilledSlot[],
  fingerprint: string,
): JobRow {
  const now = system.now();
  const notBefore = request.not_before === undefined ? null : Date.parse(request.not_before);
  const scheduled = notBefore !== null && notBefore > now;
  return {
    id: system.createId('job'),
    ownerId,
    operationType: request.operation_type,
    providerId: adapter.id,
    model: mapped.model,
    params: canonicalParameters(request.params, filled),
    name: request.name ?? null,
    metadata: request.metadata ?? {},
    status: 'pending',
    stage: 'queued',
    waitReason: scheduled ? 'schedule' : 'slot',
    waitDetail: scheduled ? 'Waiting for its start time.' : 'Waiting for a free slot.',
    waitUntil: scheduled ? notBefore : null,
    priority: request.priority ?? 0,
    notBefore,
    pinnedAccountId: pinned?.id ?? null,
    retryOf,
    idempotencyKey,
    requestFingerprint: fingerprint,
    maxCredits: request.max_credits ?? null,
    quotedCredits: mapped.price.credits,
    creditUnit: mapped.price.unit,
    warnings: mapped.warnings,
    durationKey: mapped.durationKey,
    error: null,
    dueAt: scheduled ? notBefore : now,
    version: 1,
    createdAt: now,
    startedAt: null,
    completedAt: null,
  };
}

function inputRows(jobId: JobId, filled: readonly FilledSlot[]): JobInputRow[] {
  return filled.map(({ slot, asset }) => ({
    jobId,
    position: slot.position,
    role: slot.role,
    slot: slot.name,
    assetId: asset.id,
    referenceName: slot.referenceName,
    segmentPrompt: slot.segmentPrompt,
    segmentDurationS: slot.segmentDurationS,
  }));
}
