import type { AccountId, JobId, SubmissionId } from '@pixsim7/contracts';
import type { CreditEntryRow, Instant } from '../../model/index.ts';

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
