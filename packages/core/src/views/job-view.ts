import type { Job, JobCredits, Progress, Wait } from '@pixsim7/contracts';
import { isLive, toTimestamp, toTimestampOrNull } from '../model/index.ts';
import type { AssetRow, CreditEntryRow, Instant, JobRow, SubmissionRow } from '../model/index.ts';
import { furthestPlace } from '../ports/index.ts';
import { costInUsd } from '../rules/cost.ts';
import { moneyOfLedger } from '../rules/job-money.ts';
import type { JobMoney } from '../rules/job-money.ts';
import { routeOf } from '../rules/job-route.ts';
import type { DurationStatistics } from '../rules/pacing.ts';
import { viewAsset } from './asset-view.ts';
import { viewAttention } from './attention-view.ts';
import { viewRoute } from './route-view.ts';

/** Everything that the picture of a job is made of. */
export interface JobFacts {
  readonly job: JobRow;
  /** Oldest first. */
  readonly submissions: readonly SubmissionRow[];
  readonly credits: readonly CreditEntryRow[];
  readonly assets: readonly AssetRow[];
  readonly queuePosition: number | null;
  readonly durations: DurationStatistics;
  /** Of one credit of its provider; null: not published. */
  readonly creditValueUsd: number | null;
}

/** The state of a job, from which both its picture and its events are made. */
export interface JobState {
  readonly job: JobRow;
  /** Its newest attempt. */
  readonly last: SubmissionRow | null;
  readonly money: JobMoney;
  readonly assets: readonly AssetRow[];
  /** null: not asked for. */
  readonly durations: DurationStatistics | null;
  readonly creditValueUsd: number | null;
}

/** The fields that the picture of a job shares with its events: one function, so they cannot differ. */
export function viewJobState(state: JobState, now: Instant) {
  const { job, last } = state;
  return {
    status: job.status,
    stage: job.stage,
    attention: viewAttention(job),
    operation_type: job.operationType,
    provider_id: job.providerId,
    model: job.model,
    account_id: job.status === 'pending' ? job.pinnedAccountId : (last?.accountId ?? job.pinnedAccountId),
    name: job.name,
    retry_of: job.retryOf,
    progress: viewProgress(job, last, state.durations, now),
    credits: viewCredits(job, state.money, state.creditValueUsd),
    error: job.error,
    assets: state.assets.map(viewAsset),
    warnings: [...job.warnings],
    created_at: toTimestamp(job.createdAt),
    started_at: toTimestampOrNull(job.startedAt),
    completed_at: toTimestampOrNull(job.completedAt),
    sequence: job.version,
  } satisfies Partial<Job>;
}

/** The request, which never changes. */
export function viewJobRequest(job: JobRow) {
  return {
    params: job.params,
    metadata: { ...job.metadata },
    priority: job.priority,
    not_before: toTimestampOrNull(job.notBefore),
    max_credits: job.maxCredits,
    max_cost_usd: job.maxCostUsd,
  } satisfies Partial<Job>;
}

/** A job as the API shows it. */
export function viewJob(facts: JobFacts, now: Instant): Job {
  const { job } = facts;
  const wait = viewWait(job, facts.queuePosition);
  const state = { ...facts, last: facts.submissions.at(-1) ?? null, money: moneyOfLedger(facts.credits) };
  return {
    id: job.id,
    object: 'job',
    ...viewJobState(state, now),
    ...viewJobRequest(job),
    ...(wait === null ? {} : { wait }),
    route: viewRoute(routeOf(job), now),
  };
}

/** Why a pending job waits. @param position its place in line; null: not known */
export function viewWait(job: JobRow, position: number | null): Wait | null {
  if (job.waitReason === null) {
    return null;
  }
  return {
    reason: job.waitReason,
    detail: job.waitDetail ?? '',
    ...viewPlace(position),
    ...(job.waitUntil === null ? {} : { until: toTimestamp(job.waitUntil) }),
  };
}

/** Beyond the last place that is counted, only that it is beyond. */
function viewPlace(position: number | null): Pick<Wait, 'position' | 'position_at_least'> {
  if (position === null) {
    return {};
  }
  return position > furthestPlace ? { position_at_least: furthestPlace + 1 } : { position };
}

/** Only the provider can know how far it is; without its word this is an estimate from like jobs, and says so. */
function viewProgress(
  job: JobRow,
  last: SubmissionRow | null,
  durations: DurationStatistics | null,
  now: Instant,
): Progress {
  const end = job.completedAt ?? now;
  const elapsedS = job.startedAt === null ? 0 : round((end - job.startedAt) / 1_000);
  if (job.status === 'completed') {
    return { kind: 'none', ratio: 1, elapsed_s: elapsedS };
  }
  if (job.status !== 'processing' || last === null || !isLive(last.state)) {
    return { kind: 'none', elapsed_s: elapsedS };
  }
  const queue = last.queuePosition === null ? {} : { queue_position: last.queuePosition };
  if (last.progress !== null) {
    return { kind: 'provider', ratio: last.progress, elapsed_s: elapsedS, ...queue };
  }
  const range = durations === null ? {} : { low_s: round(durations.medianS), high_s: round(durations.slowS) };
  if (last.acceptedAt === null || durations === null) {
    return { kind: 'none', elapsed_s: elapsedS, ...range, ...queue };
  }
  // An estimate never claims the end: it stops at 95 % until the provider says so.
  const ratio = Math.min(0.95, (now - last.acceptedAt) / 1_000 / Math.max(1, durations.slowS));
  return { kind: 'estimate', ratio: Math.max(0, round(ratio)), elapsed_s: elapsedS, ...range, ...queue };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** `charged` is null while something is open, and when an ended attempt cost an unknown amount. */
export function viewCredits(job: JobRow, money: JobMoney, valueUsd: number | null): JobCredits {
  const isOver = job.completedAt !== null && !money.isOpen;
  const charged = isOver ? money.settled : null;
  return {
    quoted: job.quotedCredits,
    held: money.held,
    charged,
    unit: job.creditUnit,
    cost_usd: costInUsd(isOver ? charged : job.quotedCredits, valueUsd),
  };
}
