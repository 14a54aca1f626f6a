import { isTerminalJobStatus } from '@pixsim7/contracts';
import type { AccountId, AssetId, JobError, JobEventType, JobStage, Warning } from '@pixsim7/contracts';
import type { Instant, JobAttention, JobRoute, JobRow } from '../model/index.ts';
import type { AccountWait } from '../rules/choose-account.ts';
import { routeColumns } from '../rules/job-route.ts';
import { assertJobTransition } from '../rules/transitions.ts';
import type { UnitOfWork } from './unit-of-work.ts';
import { writeJobEvent } from './write-event.ts';

/** Columns of a job that differ between providers. */
export type PlacedColumns = Pick<
  JobRow,
  'providerId' | 'model' | 'route' | 'lanes' | 'quotedCredits' | 'creditUnit' | 'warnings' | 'durationKey'
>;

/** The possible changes of a job. Every change of a job is one of these, and each writes exactly one event. */
export type JobChange =
  | {
      readonly to: 'pending';
      readonly wait: AccountWait;
      readonly dueAt: Instant;
      /** How its providers stand now; left out, nothing changed. */
      readonly route?: JobRoute;
    }
  | {
      readonly to: 'processing';
      readonly stage: Exclude<JobStage, 'queued' | 'finished' | 'needs_attention'>;
      readonly accountId: AccountId;
      /** The provider that was chosen just now. */
      readonly placed?: PlacedColumns;
    }
  | {
      readonly to: 'processing';
      readonly stage: 'needs_attention';
      readonly accountId: AccountId;
      readonly attention: Omit<JobAttention, 'since'>;
    }
  | {
      readonly to: 'completed';
      readonly accountId: AccountId;
      readonly assetIds: readonly AssetId[];
      /** Warnings about the assets. */
      readonly warnings: readonly Warning[];
    }
  | {
      readonly to: 'failed';
      readonly accountId: AccountId | null;
      readonly error: JobError;
      readonly route?: JobRoute;
    }
  | { readonly to: 'cancelled'; readonly accountId: AccountId | null };

/**
 * The only writer of jobs after their creation. Conditional on the row that was read. Wakes the lanes of a job that waits
 * again.
 *
 * @throws StaleRowError when somebody else changed the job; IllegalTransitionError when the tables do not have the change
 */
export async function writeJob(unit: UnitOfWork, job: JobRow, change: JobChange): Promise<JobRow> {
  assertJobTransition(job.status, change.to);
  const written = await unit.jobs.update(job, fields(job, change, unit.now));
  await writeJobEvent(unit, written, eventTypeOf(change), {
    accountId: change.to === 'pending' ? null : change.accountId,
    assetIds: change.to === 'completed' ? change.assetIds : [],
  });
  // A job that waits already is in the sight of its lanes.
  if (change.to === 'pending' && job.status !== 'pending') {
    for (const lane of written.lanes) {
      unit.wake({ step: 'dispatch', id: lane }, change.dueAt);
    }
  }
  return written;
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
