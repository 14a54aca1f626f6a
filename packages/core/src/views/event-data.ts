import type {
  AccountEventData,
  AssetEventData,
  AssetEventType,
  BalanceChange,
  JobEventData,
  JobEventType,
} from '@pixsim7/contracts';
import type {
  AccountRow,
  AssetRow,
  BalanceProblem,
  BalanceReadingRow,
  Instant,
  JobRow,
} from '../model/index.ts';
import { viewAccountState, viewBalanceProblem, viewReading } from './account-view.ts';
import { viewAsset } from './asset-view.ts';
import { viewJobRequest, viewJobState, viewWait } from './job-view.ts';
import type { JobState } from './job-view.ts';

// The content of an event is decided when it is written, from the rows that its transaction has at hand. Fields that it
// shares with a reply come from the function that makes the reply.

/**
 * Parameters that are longer are not in an event: prompts and options of a request can have megabytes, and every reader of
 * the stream holds what it has not taken yet.
 */
const maxParameterBytes = 16 * 1024;

/** The data of a job event. */
export function jobEventData(state: JobState, type: JobEventType, now: Instant): JobEventData {
  const { job } = state;
  const { metadata, params, ...request } = viewJobRequest(job);
  return {
    job_id: job.id,
    ...viewJobState(state, now),
    wait: viewWait(job, null),
    asset_ids: state.assets.map(({ id }) => id),
    // Every change of a running job would repeat them, and who hears those has heard of its creation.
    ...(type === 'job.updated' ? {} : { metadata }),
    ...(type === 'job.created' ? request : {}),
    ...(type === 'job.created' && isShort(params) ? { params } : {}),
  };
}

function isShort(params: JobRow['params']): boolean {
  return Buffer.byteLength(JSON.stringify(params)) <= maxParameterBytes;
}

/** The data of an asset event; for a deleted asset, only that it is gone. */
export function assetEventData(asset: AssetRow, type: AssetEventType): AssetEventData {
  const { id, object: _, ...facts } = viewAsset(asset);
  const { job_id, late_result, media_type, origin } = facts;
  return type === 'asset.deleted'
    ? { asset_id: id, job_id, late_result, media_type, origin, state: 'deleted' }
    : { asset_id: id, ...facts };
}

/** The data of an account event. @param balance the change of its balance; null: none */
export function accountEventData(
  account: AccountRow,
  balance: BalanceChange | null,
  now: Instant,
): AccountEventData {
  return {
    account_id: account.id,
    ...viewAccountState(account, now),
    ...(balance === null ? {} : { balance }),
  };
}

/** The balance of an account that was never asked for it. */
export const unreadBalance: BalanceChange = { known: false };

/** A reading takes the problem of an earlier one away. */
export function balanceRead(reading: BalanceReadingRow): BalanceChange {
  return { known: true, drift: null, ...viewReading(reading), problem: null };
}

/** A reading that failed changes no figure. */
export function balanceNotRead(problem: BalanceProblem): BalanceChange {
  return { problem: viewBalanceProblem(problem) };
}
