import type { AccountId, AccountStatus, AssetId, JobId, SubmissionId, WorkspaceId } from '@pixsim7/contracts';
import type { ResolvedInput } from '@pixsim7/providers/contract';
import type { Instant } from './instant.ts';

/** A job whose attempt failed on the provider's side. */
export interface BreakerFailure {
  readonly jobId: JobId;
  /** Whether its request was not taken, or its generation failed after it was. */
  readonly phase: 'submit' | 'generation';
}

/** Keeps a broken account from failing one job after the other; see `rules/circuit-breaker.ts`. */
export interface AccountBreaker {
  /** Different jobs that failed in a row; empty after a success. */
  readonly failures: readonly BreakerFailure[];
  /** The number of times it opened since the last success; 0 is closed. */
  readonly openings: number;
  readonly openUntil: Instant | null;
  /** The one attempt that runs while it is half open. */
  readonly trialId: SubmissionId | null;
}

/** The slots that an account really had when its provider said "too many at once"; see `rules/crowding.ts`. */
export interface AccountCrowding {
  /** Attempts that it ran besides the refused one. */
  readonly limit: number;
  /** Refusals in a row. Those of attempts that were on their way together are one. */
  readonly refusals: number;
  /** When the last of them came. */
  readonly since: Instant;
}

/** Why a balance cannot be read, and since when. */
export interface BalanceProblem {
  readonly code: string;
  readonly detail: string;
  readonly since: Instant;
}

/** Credentials of the operator at one provider. */
export interface AccountRow {
  readonly id: AccountId;
  readonly workspaceId: WorkspaceId;
  readonly providerId: string;
  readonly label: string;
  /** Sealed with the account id as associated data; see the vault port. */
  readonly sealedCredentials: string;
  readonly baseUrl: string | null;
  readonly maxConcurrent: number;
  readonly priority: number;
  readonly enabled: boolean;
  readonly status: AccountStatus;
  readonly reason: string | null;
  readonly cooldownUntil: Instant | null;
  /** null unless the rest until `cooldownUntil` is only one from more attempts than these. */
  readonly crowding: AccountCrowding | null;
  readonly breaker: AccountBreaker;
  /** When the balance should be read; null: as soon as somebody can. */
  readonly balanceDueAt: Instant | null;
  /** Why its balance could not be read the last time; null when it could. */
  readonly balanceProblem: BalanceProblem | null;
  readonly sandbox: boolean;
  /** The secret part of the address that its provider sends webhooks to. */
  readonly webhookToken: string;
  /** When a signed webhook of its provider came last. */
  readonly webhookSeenAt: Instant | null;
  readonly lastUsedAt: Instant | null;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** A removed account keeps its row: submissions and ledger name it. */
  readonly deletedAt: Instant | null;
}

/** A balance as the provider said it. A reading that failed is no row: unknown is not zero. */
export interface BalanceReadingRow {
  readonly accountId: AccountId;
  readonly amount: number;
  readonly unit: string;
  readonly pools: Readonly<Record<string, number>>;
  readonly observedAt: Instant;
  /** Credits more (less when negative) than the ledger explains since `driftSince`; null: not known. */
  readonly drift: number | null;
  /** The reading that it was compared with. */
  readonly driftSince: Instant | null;
}

/** A webhook of a provider that was believed. */
export interface ProviderDeliveryRow {
  readonly accountId: AccountId;
  /** The provider's: equal for repeats of the same delivery. */
  readonly deliveryId: string;
  readonly receivedAt: Instant;
}

/** A file that an account's provider already knows. */
export interface ProviderUploadRow {
  readonly accountId: AccountId;
  readonly assetId: AssetId;
  /** The role, and what the file was converted to for it: the same file may be uploaded in several ways. */
  readonly role: string;
  readonly resolved: ResolvedInput;
  readonly uploadedAt: Instant;
}
