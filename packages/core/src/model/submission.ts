import type {
  AccountId,
  CreditEntryKind,
  JobId,
  SubmissionId,
  SubmissionState,
  VideoStatus,
} from '@pixsim7/contracts';
import type { JsonObject, ProviderCallErrorRecord, ProviderOutput } from '@pixsim7/providers/contract';
import type { Instant } from './instant.ts';

/** Why an account was or was not chosen; stored with the attempt to answer "why this account". */
export interface AccountChoice {
  readonly accountId: AccountId;
  readonly chosen: boolean;
  readonly reason: string;
}

/** One attempt of a job at a provider. Never deleted; while its state is live it is the account's slot. */
export interface SubmissionRow {
  readonly id: SubmissionId;
  readonly jobId: JobId;
  /** 1 for the first attempt of the job. */
  readonly number: number;
  readonly accountId: AccountId;
  readonly providerId: string;
  /** Names like attempts, whose durations say something about each other. null: not written down by an older version. */
  readonly durationKey: string | null;
  readonly state: SubmissionState;
  /** Idempotency token; chosen before the first send and the same for every send of this attempt. */
  readonly token: string;
  readonly endpoint: string | null;
  /** The exact text that was sent. */
  readonly body: string | null;
  readonly payload: JsonObject | null;
  readonly providerJobId: string | null;
  readonly handle: JsonObject | null;
  readonly outputs: readonly ProviderOutput[];
  /** Sends of a submit without an answer, or tries to fetch the output; starts over with each state. */
  readonly tries: number;
  /**
   * By output: looks into its file that began and did not end well. Counted before the look, so a file that ends the whole
   * server is counted too.
   */
  readonly looks: readonly number[];
  /** When the resume loop offers it again; null when nothing is left to do. */
  readonly dueAt: Instant | null;
  /**
   * Milliseconds for which the provider was asked and answered that it works on this. Time in which nobody looked, or in
   * which the provider could not be read, does not count: the deadline is measured by this and not by the clock.
   */
  readonly watchedMs: number;
  /**
   * The last look that counted. Written every few minutes only, so most looks write nothing. With the success it becomes
   * the last look before it: that and the end say how long a generation takes.
   */
  readonly lookedAt: Instant | null;
  /** Answers in a row that point to the same end without proving it: past the deadline, or not known to the provider. */
  readonly evidenceLooks: number;
  readonly error: ProviderCallErrorRecord | null;
  readonly accountChoice: readonly AccountChoice[];
  readonly lastRawStatus: string | null;
  readonly lastObservedAt: Instant | null;
  readonly progress: number | null;
  readonly queuePosition: number | null;
  /** The provider's own figure of its charge. */
  readonly providerCredits: number | null;
  readonly cancelAskedAt: Instant | null;
  readonly version: number;
  readonly createdAt: Instant;
  /** Set before the request leaves: a row with it may have been sent, a row without it was not. */
  readonly sentAt: Instant | null;
  readonly acceptedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly storedAt: Instant | null;
}

/** States in which the attempt occupies a slot of its account. */
export const liveSubmissionStates = ['prepared', 'unknown', 'accepted'] as const satisfies SubmissionState[];

export function isLive(state: SubmissionState): boolean {
  return (liveSubmissionStates as readonly SubmissionState[]).includes(state);
}

/**
 * States of attempts whose hold can be open: all but those at the end of the road. The end of an attempt and the end of its
 * hold are one write, so an attempt in any other state has none.
 */
export const unsettledSubmissionStates = [
  ...liveSubmissionStates,
  'succeeded',
  'timed_out',
] as const satisfies SubmissionState[];

/** States at the end of the road: an attempt never leaves them. */
export const endedSubmissionStates = [
  'stored',
  'failed',
  'filtered',
  'gone',
  'cancelled',
  'rejected',
] as const satisfies SubmissionState[];

export function isEnded(state: SubmissionState): boolean {
  return (endedSubmissionStates as readonly SubmissionState[]).includes(state);
}

/** States in which the provider has the attempt and is asked about it. */
export function isFollowed(state: SubmissionState): boolean {
  return state === 'accepted' || state === 'timed_out';
}

/** One answer of a provider; written only when something changed. */
export interface ObservationRow {
  readonly submissionId: SubmissionId;
  readonly at: Instant;
  readonly rawStatus: string;
  /** null: a status that the adapter does not know. */
  readonly status: VideoStatus | null;
}

/** A line of the ledger. Unique by submission and kind. */
export interface CreditEntryRow {
  readonly accountId: AccountId;
  readonly submissionId: SubmissionId;
  readonly jobId: JobId;
  readonly kind: CreditEntryKind;
  /** null: not known. */
  readonly amount: number | null;
  readonly at: Instant;
}
