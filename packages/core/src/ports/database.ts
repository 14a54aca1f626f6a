import type {
  AccountId,
  ApiKeyId,
  AssetId,
  AssetOrigin,
  JobId,
  JobStage,
  JobStatus,
  MediaType,
  OperationType,
  SubmissionId,
  SubmissionState,
  UserId,
  WorkspaceId,
  WaitReason,
} from '@pixsim7/contracts';
import type {
  AccountRow,
  ApiKeyRow,
  AssetRow,
  BalanceProblem,
  BalanceReadingRow,
  BlobRow,
  CreditEntryRow,
  EventRow,
  Instant,
  JobInputRow,
  JobRow,
  LineageEdgeRow,
  NewEvent,
  ObservationRow,
  ProviderDeliveryRow,
  ProviderUploadRow,
  SubmissionRow,
} from '../model/index.ts';

/**
 * The row was changed by somebody else since it was read. The transaction is rolled back; the caller reads again and
 * decides again. It is the normal end of a race, not a fault.
 */
export class StaleRowError extends Error {
  override readonly name = 'StaleRowError';
  readonly code = 'stale_row';
}

/** A unique rule of the schema refused the row; `constraint` says which. */
export class UniqueViolationError extends Error {
  override readonly name = 'UniqueViolationError';
  readonly code = 'unique_violation';
  readonly constraint: string;

  constructor(constraint: string, options?: ErrorOptions) {
    super(`Unique rule ${constraint} is violated.`, options);
    this.constraint = constraint;
  }
}

/** Columns that a write may change: everything but identity, version and creation time. */
export type Changes<Row> = Partial<Omit<Row, 'id' | 'version' | 'createdAt'>>;

/** By (created_at, id). `after` is the last row of the previous page. */
export interface Page {
  readonly limit: number;
  /** Newest first when left out. */
  readonly order?: 'newest_first' | 'oldest_first';
  readonly after: { readonly createdAt: Instant; readonly id: string } | null;
}

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
  /** Providers in whose lanes is a pending job whose `dueAt` has come. */
  providersWithDispatchable(now: Instant): Promise<string[]>;
  /**
   * Place of each pending job among those of its workspace in the dispatch order of its lane, from 1; of several lanes, the
   * foremost place. Jobs that are not pending are left out. Every place beyond `furthestPlace` is told as the one after it;
   * so is that of a job with so many jobs of its owner in front, of whichever workspace.
   */
  queuePositions(ids: readonly JobId[]): Promise<Map<JobId, number>>;
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

export interface AccountFilter {
  readonly workspaceId?: WorkspaceId;
  readonly providerId?: string;
}

export interface AccountRepository {
  insert(account: AccountRow): Promise<void>;
  /** Removed accounts included. */
  get(id: AccountId): Promise<AccountRow | null>;
  /** Those that exist, deleted ones included, in no order. */
  getMany(ids: readonly AccountId[]): Promise<AccountRow[]>;
  /** Locks the row until the transaction ends: the gate of the slot count. */
  lock(id: AccountId): Promise<AccountRow | null>;
  /**
   * Lets one transaction at a time, over all processes, compare the credentials at a provider and write some. Credentials
   * are sealed, so no unique rule of the schema can compare them.
   */
  lockCredentials(providerId: string): Promise<void>;
  /** Conditional on `account.version`. @throws StaleRowError */
  update(account: AccountRow, changes: Changes<AccountRow>): Promise<AccountRow>;
  /** Without the removed ones, oldest first. */
  list(filter: AccountFilter): Promise<AccountRow[]>;
  /** All of them, the removed ones too, in the order of their ids. `after`: the last one of the previous page. */
  page(after: AccountId | null, limit: number): Promise<AccountRow[]>;
  /**
   * Takes the accounts of these providers whose reading is due, for this process alone: their `balanceDueAt` is moved to
   * `until`, so nobody else takes them before. Without the removed ones and those switched off. Leaves the version.
   */
  claimReadings(providerIds: readonly string[], now: Instant, until: Instant): Promise<AccountRow[]>;
  /** Sets when the balance should be read next. Leaves the version. */
  /** @param problem why the last reading failed; null: it did not */
  scheduleReading(id: AccountId, dueAt: Instant, problem: BalanceProblem | null): Promise<void>;
  /** Moves the next reading forward to `dueAt` unless it comes earlier anyway. Leaves the version. */
  expediteReading(id: AccountId, dueAt: Instant): Promise<void>;
  /** Notes a delivery, and that webhooks of this account arrive; false when it was noted before. Leaves the version. */
  addDelivery(delivery: ProviderDeliveryRow): Promise<boolean>;
  hasDelivery(accountId: AccountId, deliveryId: string): Promise<boolean>;
  /** Forgets deliveries received before this, oldest first; returns how many. */
  forgetDeliveries(before: Instant, limit: number): Promise<number>;
  addReading(reading: BalanceReadingRow): Promise<void>;
  latestReadings(ids: readonly AccountId[]): Promise<Map<AccountId, BalanceReadingRow>>;
  /** Removes readings before this moment that are not the last ones of their day (UTC); returns how many. */
  thinReadings(id: AccountId, before: Instant, limit: number): Promise<number>;
  upload(accountId: AccountId, assetId: AssetId, role: string): Promise<ProviderUploadRow | null>;
  /** Replaces an older upload of the same file and role. */
  saveUpload(upload: ProviderUploadRow): Promise<void>;
  /** Forgets uploads whose time at the provider is over; returns how many. */
  forgetExpiredUploads(now: Instant, limit: number): Promise<number>;
  /** Forgets an upload that the provider no longer knows. */
  forgetUploads(accountId: AccountId, assetIds: readonly AssetId[]): Promise<void>;
}

/** A submission's money, as the spendable rule needs it. */
export interface CreditExposure {
  readonly accountId: AccountId;
  /** null: not known. */
  readonly amount: number | null;
  readonly settled: boolean;
  readonly acceptedAt: Instant | null;
  readonly at: Instant;
}

/** The possible charge of an attempt, as the drift rule needs it. */
export interface AttemptCharge {
  /** null: the price was not known. */
  readonly held: number | null;
  readonly sentAt: Instant;
  readonly acceptedAt: Instant | null;
  /** The end of the hold; null while it is open. A settlement of unknown amount has none. */
  readonly ending: {
    readonly kind: 'settle' | 'release';
    readonly amount: number | null;
    readonly at: Instant;
  } | null;
}

export interface CreditRepository {
  /** @throws UniqueViolationError `credit_entries_submission_kind` */
  add(entry: CreditEntryRow): Promise<void>;
  byJobs(ids: readonly JobId[]): Promise<CreditEntryRow[]>;
  bySubmission(id: SubmissionId): Promise<CreditEntryRow[]>;
  /**
   * Of each account its open holds, and its settlements at or after the moment that is given for it. Accounts without any
   * are left out.
   */
  exposures(settledSince: ReadonlyMap<AccountId, Instant>): Promise<Map<AccountId, CreditExposure[]>>;
  /** Sent attempts of an account whose hold is open or ended at or after `since`. */
  charges(accountId: AccountId, since: Instant): Promise<AttemptCharge[]>;
  /** Sum of open holds and of settlements per account; unknown amounts count as nothing. */
  totals(): Promise<{ accountId: AccountId; held: number; settled: number }[]>;
  /**
   * Puts settlements of before this moment into the sum of their account, oldest first, so that `totals` does not add all of
   * them up each time; returns how many. The moment must be so long ago that no transaction of then is still open.
   */
  foldSettlements(before: Instant, limit: number): Promise<number>;
}

export interface AssetFilter {
  readonly workspaceId: WorkspaceId;
  readonly mediaType?: MediaType;
  readonly origin?: AssetOrigin;
  readonly jobId?: JobId;
  /** Case-insensitive substring of the name, or of the prompt that made it. */
  readonly search?: string;
  readonly createdAfter?: Instant;
  readonly createdBefore?: Instant;
}

export interface AssetRepository {
  /**
   * Inserts the blob rows too when they are new.
   *
   * @throws UniqueViolationError `assets_job_output`; StaleRowError while somebody removes one of the blobs
   */
  insert(asset: AssetRow, blobs: readonly BlobRow[]): Promise<void>;
  /** Deleted assets included. */
  get(id: AssetId): Promise<AssetRow | null>;
  getMany(ids: readonly AssetId[]): Promise<AssetRow[]>;
  byJobs(ids: readonly JobId[]): Promise<AssetRow[]>;
  /** Without the deleted ones. */
  list(filter: AssetFilter, page: Page): Promise<AssetRow[]>;
  /** Turns the asset into a tombstone; false when it is one already. */
  markDeleted(id: AssetId, now: Instant): Promise<boolean>;
  /**
   * Says that bytes are about to be kept, or to be used again; their removal counts from `blob.createdAt` again. False while
   * somebody removes them: keep them only after it is true.
   */
  reserveBlob(blob: BlobRow): Promise<boolean>;
  /**
   * Blobs reserved before a moment that no living asset uses, those of a removal that broke off included. Looks at those that
   * may be unused: the new ones, and those of a deleted asset.
   */
  unreferencedBlobs(reservedBefore: Instant, limit: number): Promise<BlobRow[]>;
  /** Strikes blobs that are in use from those that may be unused, oldest first; returns how many. */
  unmarkUsedBlobs(reservedBefore: Instant, limit: number): Promise<number>;
  /**
   * Takes a blob that is still unused and not reserved since, so nobody reserves it until `endBlobRemoval`. False when
   * it is in use again, or another removal of it began after `abandonedBefore`.
   */
  beginBlobRemoval(
    hash: string,
    times: { readonly reservedBefore: Instant; readonly abandonedBefore: Instant; readonly now: Instant },
  ): Promise<boolean>;
  /** Forgets a blob whose bytes are gone. @param since the `now` with which this removal began */
  endBlobRemoval(hash: string, since: Instant): Promise<void>;
}

export interface LineageRepository {
  insert(edges: readonly LineageEdgeRow[]): Promise<void>;
  /** Edges whose child is one of these. */
  toParents(childIds: readonly AssetId[]): Promise<LineageEdgeRow[]>;
  /** Edges whose parent is one of these. */
  toChildren(parentIds: readonly AssetId[]): Promise<LineageEdgeRow[]>;
}

export interface EventRepository {
  append(event: NewEvent): Promise<void>;
  /**
   * Gives the next sequence numbers to committed events that have none, in the order of their writing, and returns
   * them. One caller at a time, over all processes: a second one gets none.
   */
  assignSequences(limit: number): Promise<EventRow[]>;
  /** Published events after a sequence number, in order. */
  after(sequence: number, limit: number): Promise<EventRow[]>;
  /** The oldest published event that is kept; null when nothing was published yet. */
  oldestSequence(): Promise<number | null>;
  /**
   * Removes published events of before this moment, oldest first; returns how many. Never the last one, by which the next
   * ones are numbered.
   */
  removePublished(before: Instant, limit: number): Promise<number>;
  /** 0 when nothing was published yet. */
  latestSequence(): Promise<number>;
  /** When the oldest event without a number was written; null when every event has one. */
  oldestUnpublishedAt(): Promise<Instant | null>;
}

export interface UserRepository {
  /** The first workspace of an installation and its owner; made when they are missing. */
  ensureOwner(workspaceId: WorkspaceId, id: UserId, now: Instant): Promise<UserId>;
  /** @throws UniqueViolationError `api_keys_hash` */
  addApiKey(key: ApiKeyRow): Promise<void>;
  /** The same, but a key that is there keeps its id and gets the new end. */
  saveApiKey(key: ApiKeyRow): Promise<void>;
  /** null when there is none, or when it has ended. */
  findApiKey(hash: string, now: Instant): Promise<ApiKeyRow | null>;
  removeApiKey(id: ApiKeyId): Promise<void>;
  /** Forgets keys that have ended; returns how many. */
  removeEndedApiKeys(now: Instant): Promise<number>;
}

/** The time of an installation, as its database keeps it. */
export interface ClockReading {
  /** The clock of the machine that the database runs on. */
  readonly databaseTime: Instant;
  /** The latest time that any process of the installation has worked with. */
  readonly mark: Instant;
}

export interface ClockRepository {
  /**
   * Moves the mark forward to a time, or only reads it. A mark more than a day ahead of the database's own clock was set
   * by a wrong clock and gives way.
   */
  advance(to: Instant | null): Promise<ClockReading>;
}

/** The repositories of one transaction. Pass it down; never touch the database itself inside one. */
export interface Transaction {
  readonly jobs: JobRepository;
  readonly submissions: SubmissionRepository;
  readonly accounts: AccountRepository;
  readonly credits: CreditRepository;
  readonly assets: AssetRepository;
  readonly lineage: LineageRepository;
  readonly events: EventRepository;
  readonly users: UserRepository;
  readonly clock: ClockRepository;
  /**
   * Has the server break off each later statement of this transaction after so long. For a caller who stops waiting: what he no
   * longer waits for would run on, and the next one who asks adds another.
   */
  readonly limitStatements: (milliseconds: number) => Promise<void>;
}

/**
 * The truth. A transaction is all or nothing and is rolled back when its work throws. No network call belongs inside
 * one: the embedded database has a single connection, and an open transaction stops everybody else.
 */
export interface Database {
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /** Called in this process after each commit that appended events. */
  onEvents(listener: () => void): () => void;
  /** @throws when the database does not answer */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The same database with another way to run its transactions. */
export function withTransactions(database: Database, transaction: Database['transaction']): Database {
  return {
    transaction,
    onEvents: (listener) => database.onEvents(listener),
    ping: () => database.ping(),
    close: () => database.close(),
  };
}
