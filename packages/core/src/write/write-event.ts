import type {
  AccountEventType,
  AssetEventType,
  AssetId,
  EventData,
  EventType,
  JobEventType,
  WorkspaceId,
} from '@pixsim7/contracts';
import { toTimestampOrNull } from '../model/index.ts';
import type { AccountRow, AssetRow, JobRow } from '../model/index.ts';
import { accountHealth } from '../rules/account-health.ts';
import { viewAttention } from '../views/attention-view.ts';
import type { UnitOfWork } from './unit-of-work.ts';

type Change = {
  readonly type: EventType;
  readonly subjectId: string;
  readonly workspaceId: WorkspaceId;
  readonly data: EventData;
};

async function append(unit: UnitOfWork, change: Change): Promise<void> {
  await unit.events.append({ id: unit.createId('event'), createdAt: unit.now, ...change });
}

/** Writes what became of a job, in the transaction that changed it. */
export async function writeJobEvent(
  unit: UnitOfWork,
  job: JobRow,
  type: JobEventType,
  more: { accountId: JobRow['pinnedAccountId']; assetIds: readonly AssetId[] },
): Promise<void> {
  await append(unit, {
    type,
    subjectId: job.id,
    workspaceId: job.workspaceId,
    data: {
      job_id: job.id,
      status: job.status,
      stage: job.stage,
      wait:
        job.waitReason === null
          ? null
          : {
              reason: job.waitReason,
              detail: job.waitDetail ?? '',
              ...(job.waitUntil === null ? {} : { until: new Date(job.waitUntil).toISOString() }),
            },
      attention: viewAttention(job),
      operation_type: job.operationType,
      provider_id: job.providerId,
      account_id: more.accountId,
      error: job.error,
      asset_ids: [...more.assetIds],
      sequence: job.version,
    },
  });
}

export async function writeAssetEvent(
  unit: UnitOfWork,
  asset: AssetRow,
  type: AssetEventType,
): Promise<void> {
  await append(unit, {
    type,
    subjectId: asset.id,
    workspaceId: asset.workspaceId,
    data: {
      asset_id: asset.id,
      job_id: asset.jobId,
      media_type: asset.mediaType,
      origin: asset.origin,
      late_result: asset.lateResult,
    },
  });
}

export async function writeAccountEvent(
  unit: UnitOfWork,
  account: AccountRow,
  type: AccountEventType,
): Promise<void> {
  const { status, reason, cooldownUntil } = accountHealth(account, unit.now);
  await append(unit, {
    type,
    subjectId: account.id,
    workspaceId: account.workspaceId,
    data: {
      account_id: account.id,
      provider_id: account.providerId,
      status,
      reason,
      cooldown_until: toTimestampOrNull(cooldownUntil),
    },
  });
}
