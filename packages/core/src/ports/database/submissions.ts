import type { AccountId, JobId, SubmissionId, SubmissionState, WorkspaceId } from '@pixsim7/contracts';
import type { Instant, ObservationRow, SubmissionRow } from '../../model/index.ts';
import type { Changes } from './rows.ts';

/** Jobs whose durations say something about each other. A sandbox says nothing about the real thing. */
export interface LikeJobs {
  readonly workspaceId: WorkspaceId;
  readonly providerId: string;
  readonly durationKey: string;
  readonly sandbox: boolean;
}

/** The duration of one attempt, in seconds since it was accepted. */
export interface DurationSample {
  readonly seconds: number;
  /** The last look at which it was unfinished; null when that was not written down. */
  readonly unfinishedS: number | null;
}

export interface SubmissionRepository {
  /** @throws UniqueViolationError `submissions_job_number` */
  insert(submission: SubmissionRow): Promise<void>;
  get(id: SubmissionId): Promise<SubmissionRow | null>;
  /** Those that exist, in no order. */
  getMany(ids: readonly SubmissionId[]): Promise<SubmissionRow[]>;
  /** Conditional on `submission.version`. @throws StaleRowError, UniqueViolationError `submissions_provider_job` */
  update(submission: SubmissionRow, changes: Changes<SubmissionRow>): Promise<SubmissionRow>;
  /** Moves `dueAt`, never back, while a holder of this version works; leaves the version. False when the version is stale. */
  extendLease(id: SubmissionId, version: number, dueAt: Instant): Promise<boolean>;
  /**
   * Writes down the looks into its outputs, and when somebody else may look if the holder of this version dies; leaves the
   * version. False when it is stale.
   */
  recordLooks(id: SubmissionId, version: number, looks: readonly number[], dueAt: Instant): Promise<boolean>;
  findByProviderJob(accountId: AccountId, providerJobId: string): Promise<SubmissionRow | null>;
  /** Oldest attempt first. */
  listByJobs(ids: readonly JobId[]): Promise<SubmissionRow[]>;
  /** Number of live submissions: the used slots. Accounts without any are left out. */
  countLive(accountIds: readonly AccountId[]): Promise<Map<AccountId, number>>;
  /** Sent submissions of an account whose answer is still awaited; not those that wait for a person. */
  countUnanswered(accountId: AccountId): Promise<number>;
  /** Submissions whose `dueAt` has come, most overdue first. */
  due(now: Instant, limit: number): Promise<SubmissionRow[]>;
  /** Moves `dueAt` of many at once, without a new version: the mark that their timers were offered again. */
  postpone(ids: readonly SubmissionId[], dueAt: Instant): Promise<void>;
  /** Makes everything that is not finished due now. Only for a process that knows it is alone, at its start. */
  voidLeases(now: Instant): Promise<number>;
  /** @param keep how many the submission keeps: its newest ones */
  addObservation(observation: ObservationRow, keep: number): Promise<void>;
  /** Removes observations of jobs that were over before this moment, oldest first; returns how many. */
  removeObservations(endedBefore: Instant, limit: number): Promise<number>;
  /**
   * Forgets why the accounts of attempts were chosen that ended before this moment; returns how many had something to
   * forget. Leaves the version.
   */
  forgetAccountChoices(endedBefore: Instant, limit: number): Promise<number>;
  observations(ids: readonly SubmissionId[]): Promise<ObservationRow[]>;
  /**
   * Durations of the newest finished submissions of like jobs, newest first; in the order of `likes`, each at most `limit`
   * of them.
   */
  recentDurations(likes: readonly LikeJobs[], limit: number): Promise<DurationSample[][]>;
  /** The same for attempts. */
  countByState(max: number): Promise<Map<SubmissionState, number>>;
}
