import type { AssetId, EventData, EventType, WorkspaceId } from '@pixsim7/contracts';
import { toTimestampOrNull, type AccountRow, type AssetRow, type JobRow } from '../model/index.ts';
import type { System, Transaction } from '../ports/index.ts';
import { accountHealth } from '../rules/account-health.ts';

type Change = {
  readonly type: EventType;
  readonly subjectId: string;
  readonly workspaceId: WorkspaceId;
  readonly data: EventData;
};

async function append(transaction: Transaction, system: System, change: Change): Promise<void> {
  await transaction.events.append({ id: system.createId('event'), createdAt: system.now(), ...change });
}

/** Writes what became of a job, in the transaction that changed it. */
export async function writeJobEvent(
  transaction: Transaction,
  system: System,
  job: JobRow,
  type: EventType,
  more: { accountId: JobRow['pinnedAccountId']; assetIds: readonly AssetId[] },
): Promise<void> {
  await append(transaction, system, {
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
  transaction: Transaction,
  system: System,
  asset: AssetRow,
  type: 'asset.created' | 'asset.deleted',
): Promise<void> {
  await append(transaction, system, {
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
  transaction: Transaction,
  system: System,
  account: AccountRow,
  type: 'account.created' | 'account.updated' | 'account.deleted',
): Promise<void> {
  const { status, reason, cooldownUntil } = accountHealth(account, system.now());
  await append(transaction, system, {
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
