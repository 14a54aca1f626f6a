import type { Job, JobCredits, Progress, Wait } from '@pixsim7/contracts';
import { isLive, toTimestamp, toTimestampOrNull } from '../model/index.ts';
import type { AssetRow, CreditEntryRow, Instant, JobRow, SubmissionRow } from '../model/index.ts';
import { costInUsd } from '../rules/cost.ts';
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

/** A job as the API shows it. */
export function viewJob(facts: JobFacts, now: Instant): Job {
  const { job, submissions } = facts;
  const last = submissions.at(-1) ?? null;
  const wait = viewWait(job, facts.queuePosition);
  return {
    id: job.id,
    object: 'job',
    status: job.status,
    stage: job.stage,
    ...(wait === null ? {} : { wait }),
    attention: viewAttention(job),
    operation_type: job.operationType,
    provider_id: job.providerId,
    model: job.model,
    route: viewRoute(routeOf(job), now),
    account_id: job.status === 'pending' ? job.pinnedAccountId : (last?.accountId ?? job.pinnedAccountId),
    params: job.params,
    name: job.name,
    metadata: { ...job.metadata },
    priority: job.priority,
    not_before: toTimestampOrNull(job.notBefore),
    max_credits: job.maxCredits,
    max_cost_usd: job.maxCostUsd,
    retry_of: job.retryOf,
    progress: viewProgress(job, last, facts.durations, now),
    credits: viewCredits(job, facts.credits, facts.creditValueUsd),
    error: job.error,
    assets: facts.assets.map(viewAsset),
    warnings: [...job.warnings],
    created_at: toTimestamp(job.createdAt),
    started_at: toTimestampOrNull(job.startedAt),
    completed_at: toTimestampOrNull(job.completedAt),
    sequence: job.version,
  };
}

function viewWait(job: JobRow, position: number | null): Wait | null {
  if (job.waitReason === null) {
    return null;
  }
  return {
    reason: job.waitReason,
    detail: job.waitDetail ?? '',
    ...(position === null ? {} : { position }),
    ...(job.waitUntil === null ? {} : { until: toTimestamp(job.waitUntil) }),
  };
}

/** Only the provider can know how far it is; without its word this is an estimate from like jobs, and says so. */
function viewProgress(
  job: JobRow,
  last: SubmissionRow | null,
  durations: DurationStatistics,
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
  const range = { low_s: round(durations.medianS), high_s: round(durations.slowS) };
  if (last.acceptedAt === null) {
    return { kind: 'none', elapsed_s: elapsedS, ...range, ...queue };
  }
  // An estimate never claims the end: it stops at 95 % until the provider says so.
  const ratio = Math.min(0.95, (now - last.acceptedAt) / 1_000 / Math.max(1, durations.slowS));
  return { kind: 'estimate', ratio: Math.max(0, round(ratio)), elapsed_s: elapsedS, ...range, ...queue };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** Sums of the ledger. `charged` is null while something is open, and when an ended attempt cost an unknown amount. */
export function viewCredits(
  job: JobRow,
  entries: readonly CreditEntryRow[],
  valueUsd: number | null,
): JobCredits {
  const ended = new Set(entries.filter((entry) => entry.kind !== 'hold').map((entry) => entry.submissionId));
  const open = entries.filter((entry) => entry.kind === 'hold' && !ended.has(entry.submissionId));
  const settled = entries.filter((entry) => entry.kind === 'settle');
  const isOver = job.completedAt !== null && open.length === 0;
  const isKnown = settled.every((entry) => entry.amount !== null);
  const charged = isOver && isKnown ? sum(settled) : null;
  return {
    quoted: job.quotedCredits,
    held: sum(open),
    charged,
    unit: job.creditUnit,
    cost_usd: costInUsd(isOver ? charged : job.quotedCredits, valueUsd),
  };
}

function sum(entries: readonly CreditEntryRow[]): number {
  return entries.reduce((total, entry) => total + (entry.amount ?? 0), 0);
}
