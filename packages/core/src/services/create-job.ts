import { createHash } from 'node:crypto';
import type { AccountId, CreateJobRequest, JobId, JobParameters, UserId } from '@pixsim7/contracts';
import type { JobRow } from '../model/index.ts';
import { UniqueViolationError } from '../ports/index.ts';
import { forecastRoute } from '../rules/choose-route.ts';
import { canonicalPieces } from '../rules/fingerprint.ts';
import { canonicalParameters, checkRequest, fillSlots, type FilledSlot } from './admission.ts';
import type { AssetService } from './asset-service.ts';
import { checkRoute, fillRoute, isAutomatic, openRoute, slotsOf } from './check-route.ts';
import type { CoreDependencies } from './dependencies.ts';
import { assertRoomForNewWork } from './disk-reserve.ts';
import { inputRows } from './job-inputs.ts';
import { RequestError } from './request-error.ts';
import { routedFields, type RoutedFields } from './route-job.ts';
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
  await assertRoomForNewWork(dependencies);
  const admitted = isAutomatic(request)
    ? await admitRouted(dependencies, assets, ownerId, request)
    : await admitNamed(dependencies, assets, ownerId, request);
  const job = newJob(dependencies, { ownerId, request, idempotencyKey, retryOf }, admitted, fingerprint);
  const inputs = admitted.filled.map(({ slot, asset }) => ({ slot, assetId: asset.id }));
  dependencies.correlation?.add({ job_id: job.id, provider_id: job.providerId });
  try {
    await database.transaction(async (transaction) => {
      await transaction.jobs.insert(job, inputRows(job.id, inputs));
      await writeJobEvent(transaction, system, job, 'job.created', { accountId: null, assetIds: [] });
    });
  } catch (error) {
    // The same key arrived twice at once; the other request was faster.
    if (!(error instanceof UniqueViolationError) || idempotencyKey === null) throw error;
    const earlier = await findEarlier(dependencies, ownerId, idempotencyKey, fingerprint);
    if (earlier === null) throw error;
    return { job: earlier, replayed: true };
  }
  for (const lane of job.lanes) await queue.offer({ step: 'dispatch', id: lane }, job.dueAt ?? system.now());
  return { job, replayed: false };
}

/** A request that was accepted, with everything that the job gets from its provider. */
interface Admitted {
  readonly fields: RoutedFields;
  readonly params: JobParameters;
  readonly filled: readonly FilledSlot[];
  readonly pinnedAccountId: AccountId | null;
}

async function admitNamed(
  dependencies: CoreDependencies,
  assets: AssetService,
  ownerId: UserId,
  request: CreateJobRequest,
): Promise<Admitted> {
  const { adapter, mapped, pinned } = await checkRequest(dependencies, request);
  const filled = await fillSlots(dependencies, assets, ownerId, mapped.slots);
  return {
    fields: routedFields(adapter, mapped, null),
    params: canonicalParameters(request.params, filled),
    filled,
    pinnedAccountId: pinned?.id ?? null,
  };
}

/** Until dispatch chooses, the job shows the cheapest provider as a forecast. */
async function admitRouted(
  dependencies: CoreDependencies,
  assets: AssetService,
  ownerId: UserId,
  request: CreateJobRequest,
): Promise<Admitted> {
  const checked = await checkRoute(dependencies, request);
  const { route: taken, files } = await fillRoute(dependencies, assets, ownerId, checked);
  const route = openRoute(taken);
  const forecast = forecastRoute(route);
  const { adapter, mapped } =
    taken.candidates.find(({ adapter: { id } }) => id === forecast?.providerId) ?? {};
  if (adapter === undefined || mapped === undefined || mapped === null) {
    throw new Error('A checked route has a provider that takes the request.');
  }
  const withFile = (slot: FilledSlot['slot']): FilledSlot[] => {
    const asset = files.get(slot.pointer);
    return asset === undefined ? [] : [{ slot, asset }];
  };
  return {
    fields: routedFields(adapter, mapped, route),
    params: canonicalParameters(request.params, slotsOf(taken).flatMap(withFile)),
    filled: mapped.slots.flatMap(withFile),
    pinnedAccountId: null,
  };
}

function fingerprintOf(request: CreateJobRequest, retryOf: JobId | null): string {
  const hash = createHash('sha256');
  for (const piece of canonicalPieces({ request, retryOf })) hash.update(piece);
  return hash.digest('hex');
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
  admitted: Admitted,
  fingerprint: string,
): JobRow {
  const now = system.now();
  const notBefore = request.not_before === undefined ? null : Date.parse(request.not_before);
  const scheduled = notBefore !== null && notBefore > now;
  return {
    id: system.createId('job'),
    ownerId,
    operationType: request.operation_type,
    ...admitted.fields,
    params: admitted.params,
    name: request.name ?? null,
    metadata: request.metadata ?? {},
    status: 'pending',
    stage: 'queued',
    waitReason: scheduled ? 'schedule' : 'slot',
    waitDetail: scheduled ? 'Waiting for its start time.' : 'Waiting for a free slot.',
    waitUntil: scheduled ? notBefore : null,
    priority: request.priority ?? 0,
    notBefore,
    pinnedAccountId: admitted.pinnedAccountId,
    retryOf,
    idempotencyKey,
    requestFingerprint: fingerprint,
    maxCredits: request.max_credits ?? null,
    error: null,
    dueAt: scheduled ? notBefore : now,
    version: 1,
    createdAt: now,
    startedAt: null,
    completedAt: null,
  };
}
