import { isTerminalJobStatus } from '@pixsim7/contracts';
import type { AccountRow, JobRow, SubmissionRow } from '@pixsim7/core';
import type { CommitObserver, RowChange } from '../../memory-database/index.ts';
import type { Violation } from '../history.ts';
import { isEnded, takesSlot } from './states.ts';

interface Row {
  readonly version: number;
}

/**
 * Looks at every commit while a history runs: rules that have to hold always, not only when all is quiet. It keeps a
 * mirror of the few tables that it needs, so that it asks the database nothing.
 */
export function createCommitWatch(
  report: (violation: Violation) => void,
  takesNewWork: () => boolean,
): CommitObserver {
  const jobs = new Map<string, JobRow>();
  const submissions = new Map<string, SubmissionRow>();
  const accounts = new Map<string, AccountRow>();

  return (changes) => {
    for (const change of changes) {
      if (change.table === 'jobs') {
        mirror(jobs, change);
      } else if (change.table === 'submissions') {
        mirror(submissions, change);
      } else if (change.table === 'accounts') {
        mirror(accounts, change);
      }
    }
    for (const change of changes) {
      if (change.table === 'jobs') {
        checkTerminalJob(change.before, change.after, report);
        checkVersion(change, report);
        if (change.before === null && !takesNewWork()) {
          report({ invariant: 'reserve_is_for_accepted_work', detail: `Job ${change.key} was created.` });
        }
        checkStateChangeHasEvent(change.before, change.after, changes, report);
      } else if (change.table === 'submissions') {
        checkTerminalSubmission(change.before, change.after, report);
        checkSlots(change.before, change.after, submissions, accounts, report);
        if (change.before === null && change.after !== null) {
          checkBreaker(change.after, accounts, report);
        }
      }
    }
    for (const job of changedJobs(changes, jobs, submissions)) {
      checkDue(job, submissions, report);
    }
  };
}

function mirror<Value>(
  rows: Map<string, Value>,
  change: { readonly key: string; readonly after: Value | null },
): void {
  if (change.after === null) {
    rows.delete(change.key);
  } else {
    rows.set(change.key, change.after);
  }
}

function checkTerminalJob(
  before: JobRow | null,
  after: JobRow | null,
  report: (violation: Violation) => void,
): void {
  if (before === null || !isTerminalJobStatus(before.status)) {
    return;
  }
  if (after?.status === before.status && after.completedAt === before.completedAt) {
    return;
  }
  report({
    invariant: 'terminal_never_changes',
    detail: `Job ${before.id} went from ${before.status} to ${after?.status ?? 'nothing'}.`,
  });
}

function checkTerminalSubmission(
  before: SubmissionRow | null,
  after: SubmissionRow | null,
  report: (violation: Violation) => void,
): void {
  if (before === null || !isEnded(before.state) || after?.state === before.state) {
    return;
  }
  report({
    invariant: 'terminal_never_changes',
    detail: `Submission ${before.id} went from ${before.state} to ${after?.state ?? 'nothing'}.`,
  });
}

function checkVersion(
  { key, before, after }: { key: string; before: Row | null; after: Row | null },
  report: (violation: Violation) => void,
): void {
  if (before === null || after === null || after.version === before.version + 1) {
    return;
  }
  report({
    invariant: 'versions_grow_by_one',
    detail: `${key} went from version ${before.version} to ${after.version}.`,
  });
}

function checkStateChangeHasEvent(
  before: JobRow | null,
  after: JobRow | null,
  changes: readonly RowChange[],
  report: (violation: Violation) => void,
): void {
  if (after === null || (before?.status === after.status && before.stage === after.stage)) {
    return;
  }
  const told = changes.some(
    (change) => change.table === 'outbox' && change.after?.event.subjectId === after.id,
  );
  if (told) {
    return;
  }
  report({
    invariant: 'every_change_has_an_event',
    detail: `Job ${after.id} became ${after.status}/${after.stage} and no event was written with it.`,
  });
}

/** At the commit that takes a slot; a limit that an operator lowers later makes no running job a mistake. */
function checkSlots(
  before: SubmissionRow | null,
  after: SubmissionRow | null,
  submissions: ReadonlyMap<string, SubmissionRow>,
  accounts: ReadonlyMap<string, AccountRow>,
  report: (violation: Violation) => void,
): void {
  if (after === null || !takesSlot(after.state) || (before !== null && takesSlot(before.state))) {
    return;
  }
  const used = [...submissions.values()].filter(
    ({ accountId, state }) => accountId === after.accountId && takesSlot(state),
  ).length;
  const limit = accounts.get(after.accountId)?.maxConcurrent ?? 0;
  if (used <= limit) {
    return;
  }
  report({
    invariant: 'slots_within_limit',
    detail: `Account ${after.accountId} uses ${used} of ${limit} slots.`,
  });
}

/** An account whose breaker opened gets nothing while it rests, and after that one trial at a time. */
function checkBreaker(
  submission: SubmissionRow,
  accounts: ReadonlyMap<string, AccountRow>,
  report: (violation: Violation) => void,
): void {
  const breaker = accounts.get(submission.accountId)?.breaker;
  if (breaker === undefined || breaker.openings === 0) {
    return;
  }
  if (breaker.trialId === submission.id && (breaker.openUntil ?? 0) <= submission.createdAt) {
    return;
  }
  report({
    invariant: 'broken_accounts_are_spared',
    detail: `Account ${submission.accountId} was given ${submission.id} beside its trial ${breaker.trialId}.`,
  });
}

/** The jobs that a commit wrote, or whose submissions it wrote. */
function changedJobs(
  changes: readonly RowChange[],
  jobs: ReadonlyMap<string, JobRow>,
  submissions: ReadonlyMap<string, SubmissionRow>,
): JobRow[] {
  const ids = new Set<string>();
  for (const change of changes) {
    if (change.table === 'jobs') {
      ids.add(change.key);
    } else if (change.table === 'submissions') {
      ids.add(submissions.get(change.key)?.jobId ?? '');
    }
  }
  return [...ids].flatMap((id) => jobs.get(id) ?? []);
}

/** Every job that is not finished has something that will move it, or waits for a person. */
function checkDue(
  job: JobRow,
  submissions: ReadonlyMap<string, SubmissionRow>,
  report: (violation: Violation) => void,
): void {
  const found = (invariant: string, detail: string): void => {
    report({ invariant, detail: `Job ${job.id} (${job.status}/${job.stage}) ${detail}` });
  };
  if (job.status === 'pending') {
    if (job.waitReason === null) {
      found('every_wait_has_a_reason', 'waits without a reason.');
    }
    if (job.dueAt === null) {
      found('always_a_due_step', 'has no due time.');
    }
    return;
  }
  if (job.waitReason !== null) {
    found('every_wait_has_a_reason', `still says that it waits for ${job.waitReason}.`);
  }
  if (job.status !== 'processing' || job.stage === 'needs_attention') {
    return;
  }
  const open = [...submissions.values()].filter(({ jobId, state }) => jobId === job.id && !isEnded(state));
  if (open.length !== 1) {
    found('always_a_due_step', `has ${open.length} open submissions.`);
  } else if (open[0]?.dueAt === null) {
    found('always_a_due_step', 'has a submission without a due time.');
  }
}
