import type {
  AccountEventType,
  AssetEventType,
  BalanceChange,
  EventData,
  EventType,
  JobEventType,
  WorkspaceId,
} from '@pixsim7/contracts';
import type { AccountRow, AssetRow } from '../model/index.ts';
import { creditValueOf } from '../rules/cost.ts';
import { accountEventData, assetEventData, jobEventData } from '../views/event-data.ts';
import type { JobState } from '../views/job-view.ts';
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
  type: JobEventType,
  state: Omit<JobState, 'creditValueUsd'>,
): Promise<void> {
  const { job } = state;
  const creditValueUsd = creditValueOf(unit.registry, job.providerId);
  await append(unit, {
    type,
    subjectId: job.id,
    workspaceId: job.workspaceId,
    data: jobEventData({ ...state, creditValueUsd }, type, unit.now),
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
    data: assetEventData(asset, type),
  });
}

/** @param balance what changed of its balance, where that is what the event is about */
export async function writeAccountEvent(
  unit: UnitOfWork,
  account: AccountRow,
  type: AccountEventType,
  balance: BalanceChange | null = null,
): Promise<void> {
  await append(unit, {
    type,
    subjectId: account.id,
    workspaceId: account.workspaceId,
    data: accountEventData(account, balance, unit.now),
  });
}
