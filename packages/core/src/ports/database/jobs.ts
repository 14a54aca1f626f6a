import type {
  AccountId,
  JobId,
  JobStage,
  JobStatus,
  OperationType,
  WorkspaceId,
  WaitReason,
} from '@pixsim7/contracts';
import type { Instant, JobInputRow, JobRow } from '../../model/index.ts';
import type { Changes, Page } from './rows.ts';

export interface JobFilter {
  readonly workspaceId: WorkspaceId;
  /** Any of these. */
  readonly statuses?: readonly JobStatus[];
  /** Any of these. */
  readonly stages?: readonly JobStage[];
  readonly operationType?: OperationType;
  readonly providerId?: string;
  readonly model?: string;
  /** Jobs with an attempt on this account. */
  readonly accountId?: AccountId;
  /** Jobs with all of these. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Only jobs that left the choice of their provider to the rules. */
  readonly routed?: boolean;
  /** Case-insensitive substring of prompt or name. */
  readonly search?: string;
  readonly createdAfter?: Instant;
  readonly createdBefore?: Instant;
}

/** Accounts of a workspace that could take a job at this moment. */
export interface OpenPlaces {
  readonly workspaceId: WorkspaceId;
  readonly accountIds: readonly AccountId[];
  /** The highest price that one of them can pay; null if that is not known of all. */
  readonly maxCredits: number | null;
}

/** Reasons that lie in the accounts: a job waits for them no longer than until one of them comes back. */
export const accountReasons = [
  'slot',
  'credits',
  'cooldown',
  'account',
] as const satisfies readonly WaitReason[];

/**
 * The last place in line that is told exactly. Further back a number changes faster than anybody reads it, and to count
 * 10,000 waiting jobs takes longer than to make the one that asks.
 */
export const furthestPlace = 1_000;

export interface JobRepository {
  /** @throws UniqueViolationError `jobs_workspace_idempotency_key` */
  insert(job: JobRow, inputs: readonly JobInputRow[]): Promise<void>;
  get(id: JobId): Promise<JobRow | null>;
  getMany(ids: readonly JobId[]): Promise<JobRow[]>;
  /** Conditional on `job.version`. @throws StaleRowError */
  update(job: JobRow, changes: Changes<JobRow>): Promise<JobRow>;
  inputs(id: JobId): Promise<JobInputRow[]>;
  /** Those of each job in their order. */
  inputsOf(ids: readonly JobId[]): Promise<JobInputRow[]>;
  /** The same files in the roles of another provider. Only after a conditional write of the job, whose lock it needs. */
  replaceInputs(id: JobId, inputs: readonly JobInputRow[]): Promise<void>;
  findByIdempotencyKey(workspaceId: WorkspaceId, key: string): Promise<JobRow | null>;
  /** The jobs that were made as a retry of this one, oldest first. */
  retriesOf(id: JobId): Promise<JobRow[]>;
  list(filter: JobFilter, page: Page): Promise<JobRow[]>;
  /**
   * Pending jobs in the lane of a provider whose `dueAt` has come, in the order of dispatch: priority, then fair between
   * owners (an owner's n-th job stands behind every other owner's n-th, counting what each has running there), then age.
   */
  dispatchable(providerId: string, now: Instant, limit: number): Promise<JobRow[]>;
  /**
   * The first pending jobs in the lane of a provider that fit these places, in the order of dispatch. Jobs that wait for an
   * account are among them although their `dueAt` has not come. One that may run elsewhere fits whatever its price.
   */
  startable(
    providerId: string,
    now: Instant,
    places: readonly OpenPlaces[],
    limit: number,
  ): Promise<JobRow[]>;
  /** Whether jobs in the lane of a provider wait for an account and are due later, as far as the next 1,000 tell. */
  hasSteppedAside(providerId: string, now: Instant): Promise<boolean>;
  /** Providers in whose lanes is a pending job whose `dueAt` has come. */
  providersWithDispatchable(now: Instant): Promise<string[]>;
  /**
   * Place of each pending job among those of its workspace in the dispatch order of its lane, from 1; of several lanes, the
   * foremost place. Jobs that are not pending are left out. Every place beyond `furthestPlace` is told as the one after it;
   * so is that of a job with so many jobs of its owner in front, of whichever workspace.
   */
  queuePositions(ids: readonly JobId[]): Promise<Map<JobId, number>>;
  /**
   * Enters jobs from before an update into the tables that lists find them by, the newest first; returns how many. Fewer than
   * the limit: none is left.
   */
  enterOlder(limit: number): Promise<number>;
  /**
   * Forgets the reasons in the routes of jobs that were over before this moment; returns how many had some. Leaves the
   * version, the candidates with their prices, and what was requested.
   */
  forgetRouteReasons(endedBefore: Instant, limit: number): Promise<number>;
  /**
   * Statuses without a job are left out. Of jobs that are over so many are counted at most, for each status: to count them all
   * would take longer with every job.
   */
  countByStatus(max: number): Promise<Map<JobStatus, number>>;
  /** Jobs that need a decision. */
  countNeedingAttention(): Promise<number>;
  countByWaitReason(): Promise<Map<WaitReason, number>>;
}
