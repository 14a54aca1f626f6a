import type { AccountId, AssetId, JobId, SubmissionId } from '@pixsim7/contracts';

/** The subject of a piece of work, by the names of log lines. */
export interface WorkSubject {
  readonly job_id?: JobId;
  readonly submission_id?: SubmissionId;
  readonly account_id?: AccountId;
  readonly provider_id?: string;
  readonly asset_id?: AssetId;
}

/**
 * Hears what the running work turns out to be about, so every later line of its log and its trace name it. A step
 * begins with an id only; which job and account that is, it learns from the database.
 */
export interface Correlation {
  /** Never throws. */
  add(subject: WorkSubject): void;
}
