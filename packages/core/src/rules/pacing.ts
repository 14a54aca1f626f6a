import type { OperationType, ProviderBehaviour } from '@pixsim7/contracts';
import type { WebhookReceiver } from '@pixsim7/providers/contract';
import type { Instant } from '../model/index.ts';
import { growingPauseMs } from './growing-pause.ts';
import { nextCheckMs } from './pace.ts';
import type { Pace } from './pace.ts';

const second = 1_000;
const minute = 60 * second;

/** The time that a claimed step may be silent before others take it over; a holder renews it every third of that. */
export const leaseMs = 30 * second;

/** Bound of a check whose precise timer lives in the queue: a lost timer is noticed within this time. */
export const checkBoundMs = minute;

/**
 * Pace of the checks of an attempt whose end the provider announces: just inside the bound of the row, so a webhook
 * that is lost costs a minute.
 */
const announcedCheckMs = 50 * second;
/** For so long after a webhook the next one is expected to arrive. */
const webhooksTrustedMs = 60 * minute;

/** After this many failed fetches of one link the provider is asked for a fresh one. */
export const fetchesBeforeRefresh = 2;

/** The durations of similar jobs, in seconds. */
export interface DurationStatistics {
  readonly count: number;
  readonly medianS: number;
  readonly slowS: number;
  /** `history`: from our own finished jobs; `manifest`: the range that the provider states. */
  readonly basis: 'history' | 'manifest';
}

/** Fewer samples than this say less than the manifest does. */
const enoughSamples = 5;

/** Median and 90th percentile of past durations; the manifest's range while there are too few. */
export function summariseDurations(
  samplesS: readonly number[],
  typical: { readonly low: number; readonly high: number },
): DurationStatistics {
  if (samplesS.length < enoughSamples) {
    return { count: samplesS.length, medianS: typical.low, slowS: typical.high, basis: 'manifest' };
  }
  const sorted = [...samplesS].sort((left, right) => left - right);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: samplesS.length, medianS: at(0.5), slowS: Math.max(at(0.9), at(0.5)), basis: 'history' };
}

/** When to ask the provider next, by how the ends of like attempts are spread; within what its manifest allows. */
export function nextCheckAt(
  now: Instant,
  acceptedAt: Instant,
  pace: Pace,
  { check }: Pick<ProviderBehaviour, 'check'>,
): Instant {
  const bounds = { fastestMs: check.fastest_s * second, slowestMs: check.slowest_s * second };
  return now + Math.ceil(nextCheckMs(pace, now - acceptedAt, bounds));
}

/**
 * When to ask next about an attempt, given that its provider may tell by itself. Only where webhooks do arrive does the
 * pace slow down, and never beyond the bound after which the row is looked at anyway.
 *
 * @param checkAt what `nextCheckAt` says
 * @param webhookSeenAt when a signed webhook of the account came last
 */
export function slowedByWebhooks(
  checkAt: Instant,
  now: Instant,
  operation: OperationType,
  receiver: Pick<WebhookReceiver, 'operations'> | undefined,
  webhookSeenAt: Instant | null,
): Instant {
  if (receiver === undefined || webhookSeenAt === null || now - webhookSeenAt >= webhooksTrustedMs) {
    return checkAt;
  }
  const isAnnounced = receiver.operations === undefined || receiver.operations.includes(operation);
  return isAnnounced ? Math.max(checkAt, now + announcedCheckMs) : checkAt;
}

/** Pause after a read that failed: it says nothing about the job, so only the pace slows down. */
export function afterReadErrorAt(
  now: Instant,
  behaviour: ProviderBehaviour,
  retryAfterS: number | null,
): Instant {
  return now + Math.max(behaviour.check.slowest_s, retryAfterS ?? 0) * second;
}

/** Pause before the n-th resend of a submit without an answer: 2 s, 4 s, 8 s … 5 min. */
export function resendDelayMs(tries: number): number {
  return growing(2 * second, tries, 5 * minute);
}

/** Pause before the n-th fetch of an output: 2 s, 4 s, 8 s … 10 min. */
export function refetchDelayMs(tries: number): number {
  return growing(2 * second, tries, 10 * minute);
}

/**
 * Pause of a row that found no place for the n-th time, unless it is called before: 2 s, 4 s … 1 min, more or less a
 * quarter.
 *
 * @param spread from 0 to 1, different between rows
 */
export function returnDelayMs(times: number, spread: number): number {
  return Math.round(growing(2 * second, times, minute) * (0.75 + spread / 2));
}

/** Pause of a job after its n-th certain rejection: 2 s, 4 s … 5 min. */
export function rejectionDelayMs(rejections: number): number {
  return growing(2 * second, rejections, 5 * minute);
}

function growing(firstMs: number, attempt: number, maxMs: number): number {
  return growingPauseMs({ firstMs, longestMs: maxMs }, attempt);
}
