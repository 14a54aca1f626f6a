import { isTerminalJobStatus } from '@pixsim7/contracts';
import type { JobError, JobEventType, JobStage, Warning } from '@pixsim7/contracts';
import type { AssetRow, Instant, JobAttention, JobRoute, JobRow, SubmissionRow } from '../model/index.ts';
import type { AccountWait } from '../rules/choose-account.ts';
import { moneyWhileRunning, moneyWithoutResult } from '../rules/job-money.ts';
import type { JobMoney } from '../rules/job-money.ts';
import { routeColumns } from '../rules/job-route.ts';
import type { DurationStatistics } from '../rules/pacing.ts';
import { assertJobTransition } from '../rules/transitions.ts';
import type { UnitOfWork } from './unit-of-work.ts';
import { writeJobEvent } from './write-event.ts';

/** Columns of a job that differ between providers. */
export type PlacedColumns = Pick<
  JobRow,
  'providerId' | 'model' | 'route' | 'lanes' | 'quotedCredits' | 'creditUnit' | 'warnings' | 'durationKey'
>;

/**
 * The possible changes of a job. Every change of a job is one of these, and each writes exactly one event. They bring what the
 * event has to say and the row does not know; an attempt is given as it stands after the change.
 */
export type JobChange =
  | {
      readonly to: 'pending';
      readonly wait: AccountWait;
      readonly dueAt: Instant;
      /** The new state of its providers; left out if nothing changed. */
      readonly route?: JobRoute;
    }
  | {
      readonly to: 'processing';
      readonly stage: Exclude<JobStage, 'queued' | 'finished' | 'needs_attention'>;
      readonly attempt: SubmissionRow;
      /** The provider that was chosen just now. */
      readonly placed?: PlacedColumns;
      /** The durations of similar jobs; left out if they were not loaded. */
      readonly durations?: DurationStatistics;
    }
  | {
      readonly to: 'processing';
      readonly stage: 'needs_attention';
      readonly attempt: SubmissionRow;
      readonly attention: Omit<JobAttention, 'since'>;
    }
  | {
      readonly to: 'completed';
      readonly attempt: SubmissionRow;
      readonly money: JobMoney;
      readonly assets: readonly AssetRow[];
      /** Warnings about the assets. */
      readonly warnings: readonly Warning[];
    }
  | {
      readonly to: 'failed';
      readonly attempt: SubmissionRow | null;
      readonly money: JobMoney;
      readonly error: JobError;
      readonly route?: JobRoute;
    }
  | { readonly to: 'cancelled'; readonly attempt: SubmissionRow | null; readonly money: JobMoney };

/**
 * The only writer of jobs after their creation. Conditional on the row that was read. Wakes the lanes of a job that waits
 * again.
 *
 * @throws StaleRowError when somebody else changed the job; IllegalTransitionError when the tables do not have the change
 */
export async function writeJob(unit: UnitOfWork, job: JobRow, change: JobChange): Promise<JobRow> {
  assertJobTransition(job.status, change.to);
  const written = await unit.jobs.update(job, fields(job, change, unit.now));
  await writeJobEvent(unit, eventTypeOf(change), {
    job: written,
    last: change.to === 'pending' ? null : change.attempt,
    money: moneyOf(written, change),
    assets: change.to === 'completed' ? change.assets : [],
    durations: ('durations' in change ? change.durations : null) ?? null,
  });
  // A job that waits already is in the sight of its lanes.
  if (change.to === 'pending' && job.status !== 'pending') {
    for (const lane of written.lanes) {
      unit.wake({ step: 'dispatch', id: lane }, change.dueAt);
    }
  }
  return written;
}

/**
 * Tells what an attempt brought after its job was over: a late result, or the end of what it held. Nothing of the job itself
 * changes, but its picture does, and who goes by events has to hear of it.
 */
export async function writeLateEnd(
  unit: UnitOfWork,
  job: JobRow,
  late: { readonly attempt: SubmissionRow; readonly money: JobMoney; readonly assets: readonly AssetRow[] },
): Promise<void> {
  const written = await unit.jobs.update(job, {});
  await writeJobEvent(unit, 'job.updated', {
    job: written,
    last: late.attempt,
    money: late.money,
    assets: late.assets,
    durations: null,
  });
}

/** Fails a job by the end of its attempt, unless it was over before. */
export async function failJob(
  unit: UnitOfWork,
  job: JobRow,
  end: { readonly attempt: SubmissionRow; readonly money: JobMoney; readonly error: JobError },
): Promise<void> {
  if (isTerminalJobStatus(job.status)) {
    await writeLateEnd(unit, job, { ...end, assets: [] });
  } else {
    await writeJob(unit, job, { to: 'failed', ...end });
  }
}

function moneyOf(job: JobRow, change: JobChange): JobMoney {
  switch (change.to) {
    case 'pending':
      // Every attempt of a job that waits is over, and what they cost is told when the job is over too.
      return moneyWithoutResult(job, []);
    case 'processing':
      return moneyWhileRunning(job);
    case 'completed':
    case 'failed':
    case 'cancelled':
      return change.money;
  }
}

function fields(job: JobRow, change: JobChange, now: Instant): Partial<JobRow> {
  const noWait = {
    waitReason: null,
    waitDetail: null,
    waitUntil: null,
    attention: null,
    dueAt: null,
  } as const;
  switch (change.to) {
    case 'pending':
      return {
        status: 'pending',
        stage: 'queued',
        attention: null,
        waitReason: change.wait.reason,
        waitDetail: change.wait.detail,
        waitUntil: change.wait.until,
        dueAt: change.dueAt,
        ...(change.route === undefined ? {} : routeColumns(change.route)),
      };
    case 'processing':
      return {
        ...noWait,
        status: 'processing',
        stage: change.stage,
        startedAt: job.startedAt ?? now,
        ...(change.stage === 'needs_attention'
          ? { attention: { ...change.attention, since: now } }
          : change.placed),
      };
    case 'completed':
      return {
        ...noWait,
        status: 'completed',
        stage: 'finished',
        completedAt: now,
        warnings: [...job.warnings, ...change.warnings],
      };
    case 'cancelled':
      return { ...noWait, status: 'cancelled', stage: 'finished', completedAt: now };
    case 'failed':
      return {
        ...noWait,
        status: 'failed',
        stage: 'finished',
        completedAt: now,
        error: change.error,
        ...(change.route === undefined ? {} : routeColumns(change.route)),
      };
  }
}

function eventTypeOf(change: JobChange): JobEventType {
  if (change.to === 'processing' && change.stage === 'needs_attention') {
    return 'job.needs_attention';
  }
  return isTerminalJobStatus(change.to) ? `job.${change.to}` : 'job.updated';
}
