import { createHash } from 'node:crypto';
import type { AssetId, CreateJobRequest, JobId } from '@pixsim7/contracts';
import { assertRoomForNewWork } from '../limits/disk-reserve.ts';
import type { JobInputRow, JobRow } from '../model/index.ts';
import { RequestError } from '../model/request-error.ts';
import { UniqueViolationError } from '../ports/index.ts';
import { forecastRoute } from '../rules/choose-route.ts';
import { canonicalPieces } from '../rules/fingerprint.ts';
import { moneyWithoutResult } from '../rules/job-money.ts';
import { inputRows } from '../write/job-inputs.ts';
import { writeTogether } from '../write/unit-of-work.ts';
import { writeJobEvent } from '../write/write-event.ts';
import { admit } from './admit.ts';
import type { Admitted } from './admit.ts';
import { openRoute } from './check-request.ts';
import { canonicalParameters } from './find-files.ts';
import type { AdmissionParts } from './find-files.ts';
import { placedColumns } from './place-job.ts';

export interface NewJob {
  readonly request: CreateJobRequest;
  readonly idempotencyKey: string | null;
  readonly retryOf: JobId | null;
}

/** Checks a request, makes its inputs assets, and writes the job. @throws RequestError */
export async function createJob(
  parts: AdmissionParts,
  wanted: NewJob,
): Promise<{ job: JobRow; replayed: boolean }> {
  const { dependencies } = parts;
  const { request, idempotencyKey } = wanted;
  const fingerprint = fingerprintOf(wanted);
  const earlier = await findEarlier(parts, idempotencyKey, fingerprint);
  if (earlier !== null) {
    return { job: earlier, replayed: true };
  }
  await assertRoomForNewWork(dependencies);
  const { job, inputs } = await admit(parts, request, true, (admitted) =>
    jobOf(parts, wanted, fingerprint, admitted),
  );
  dependencies.correlation?.add({ job_id: job.id, provider_id: job.providerId });
  try {
    await writeTogether(dependencies, async (unit) => {
      await unit.jobs.insert(job, inputs);
      await writeJobEvent(unit, 'job.created', {
        job,
        last: null,
        money: moneyWithoutResult(job, []),
        assets: [],
        durations: null,
      });
      for (const lane of job.lanes) {
        unit.wake({ step: 'dispatch', id: lane }, job.dueAt ?? unit.now);
      }
    });
  } catch (error) {
    // The same key arrived twice at once; the other request was faster.
    const faster =
      error instanceof UniqueViolationError ? await findEarlier(parts, idempotencyKey, fingerprint) : null;
    if (faster === null) {
      throw error;
    }
    return { job: faster, replayed: true };
  }
  return { job, replayed: false };
}

/** The rows of an admitted request. Its files become assets here: nothing can refuse it any more. */
async function jobOf(
  { dependencies, caller }: AdmissionParts,
  { request, idempotencyKey, retryOf }: NewJob,
  fingerprint: string,
  admitted: Admitted,
): Promise<{ job: JobRow; inputs: JobInputRow[] }> {
  const { system } = dependencies;
  const assetIds = new Map<string, AssetId>();
  for (const [pointer, file] of admitted.files) {
    assetIds.set(pointer, await file.keep());
  }
  const route = openRoute(admitted.request);
  // Until dispatch chooses, the job shows the cheapest provider as a forecast.
  const { providerId } = forecastRoute(route);
  const forecast = admitted.request.candidates.find(({ adapter }) => adapter.id === providerId);
  if (forecast === undefined || forecast.mapped === null) {
    throw new Error('A provider that refuses the request was forecast.');
  }
  const { adapter, mapped } = forecast;
  const id = system.createId('job');
  const now = system.now();
  const notBefore = request.not_before === undefined ? null : Date.parse(request.not_before);
  const scheduled = notBefore !== null && notBefore > now;
  const job: JobRow = {
    id,
    workspaceId: caller.workspaceId,
    ownerId: caller.userId,
    operationType: request.operation_type,
    ...placedColumns(adapter, mapped, route),
    params: canonicalParameters(request.params, assetIds),
    name: request.name ?? null,
    metadata: request.metadata ?? {},
    status: 'pending',
    stage: 'queued',
    waitReason: scheduled ? 'schedule' : 'slot',
    waitDetail: scheduled ? 'Waiting for its start time.' : 'Waiting for a free slot.',
    waitUntil: scheduled ? notBefore : null,
    attention: null,
    priority: request.priority ?? 0,
    notBefore,
    pinnedAccountId: admitted.request.pinnedAccountId,
    retryOf,
    idempotencyKey,
    requestFingerprint: fingerprint,
    maxCredits: request.max_credits ?? null,
    maxCostUsd: request.max_cost_usd ?? null,
    error: null,
    dueAt: scheduled ? notBefore : now,
    version: 1,
    createdAt: now,
    startedAt: null,
    completedAt: null,
  };
  const filled = mapped.slots.flatMap((slot) => {
    const assetId = assetIds.get(slot.pointer);
    return assetId === undefined ? [] : [{ slot, assetId }];
  });
  return { job, inputs: inputRows(id, filled) };
}

function fingerprintOf({ request, retryOf }: NewJob): string {
  const hash = createHash('sha256');
  for (const piece of canonicalPieces({ request, retryOf })) {
    hash.update(piece);
  }
  return hash.digest('hex');
}

/** The job that this key made before. @throws RequestError when it was made from another request */
async function findEarlier(
  { dependencies: { database }, caller }: AdmissionParts,
  key: string | null,
  fingerprint: string,
): Promise<JobRow | null> {
  if (key === null) {
    return null;
  }
  const earlier = await database.transaction((transaction) =>
    transaction.jobs.findByIdempotencyKey(caller.workspaceId, key),
  );
  if (earlier !== null && earlier.requestFingerprint !== fingerprint) {
    throw new RequestError(
      'idempotency_key_reused',
      `This Idempotency-Key made ${earlier.id} from another request.`,
    );
  }
  return earlier;
}
