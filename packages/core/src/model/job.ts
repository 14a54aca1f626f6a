import type {
  AccountId,
  AssetId,
  AttentionReason,
  InputRole,
  JobError,
  JobId,
  JobParameters,
  JobStage,
  JobStatus,
  OperationType,
  UserId,
  WorkspaceId,
  WaitReason,
  Warning,
} from '@pixsim7/contracts';
import type { Instant } from './instant.ts';
import type { JobRoute } from './route.ts';

/** Why a person has to decide about a job, and since when. */
export interface JobAttention {
  readonly reason: AttentionReason;
  readonly since: Instant;
  readonly evidence: string;
}

/** A request of a user, and where it stands. */
export interface JobRow {
  readonly id: JobId;
  readonly workspaceId: WorkspaceId;
  readonly ownerId: UserId;
  readonly operationType: OperationType;
  /** The provider where it runs or ran last; a forecast until its route was first chosen. */
  readonly providerId: string;
  readonly model: string;
  /** null: the request named its provider. */
  readonly route: JobRoute | null;
  /** Providers in whose lines it stands while it is pending. */
  readonly lanes: readonly string[];
  /** Canonical: defaults are not filled in, every media source is an asset id. */
  readonly params: JobParameters;
  readonly name: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly status: JobStatus;
  readonly stage: JobStage;
  /** Set exactly while the job is pending: every waiting job has a reason. */
  readonly waitReason: WaitReason | null;
  readonly waitDetail: string | null;
  readonly waitUntil: Instant | null;
  /** Set exactly while its stage is `needs_attention`; rows of earlier versions lack it. */
  readonly attention: JobAttention | null;
  readonly priority: number;
  readonly notBefore: Instant | null;
  readonly pinnedAccountId: AccountId | null;
  readonly retryOf: JobId | null;
  readonly idempotencyKey: string | null;
  readonly requestFingerprint: string | null;
  readonly maxCredits: number | null;
  readonly maxCostUsd: number | null;
  /** null: the price is not known. */
  readonly quotedCredits: number | null;
  readonly creditUnit: string;
  readonly warnings: readonly Warning[];
  /** The key by which the duration of like jobs is learned. */
  readonly durationKey: string;
  readonly error: JobError | null;
  /** When dispatch should look at it again; null unless pending. */
  readonly dueAt: Instant | null;
  /** Grows with every write; every write is conditional on it. */
  readonly version: number;
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly completedAt: Instant | null;
}

/** One file that a job uses. Lineage is a projection of these rows. */
export interface JobInputRow {
  readonly jobId: JobId;
  readonly position: number;
  readonly role: InputRole;
  /** Name of the slot in the provider request that it fills. */
  readonly slot: string;
  readonly assetId: AssetId;
  readonly referenceName: string | null;
  readonly segmentPrompt: string | null;
  readonly segmentDurationS: number | null;
}
