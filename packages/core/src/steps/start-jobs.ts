import type { ProviderAdapter } from '@pixsim7/providers/contract';
import { dropCandidate, placeJob } from '../admission/place-job.ts';
import type { PlacedJob } from '../admission/place-job.ts';
import type { CoreDependencies } from '../dependencies.ts';
import type { AccountRow, JobRow, SubmissionRow } from '../model/index.ts';
import { StaleRowError } from '../ports/index.ts';
import { loadSpendable } from '../read/account-pool.ts';
import { breakerState, slotsOf, withAttempt } from '../rules/index.ts';
import type { RouteDecision } from '../rules/index.ts';
import { write, writeEach } from '../write/unit-of-work.ts';
import type { UnitOfWork } from '../write/unit-of-work.ts';
import { writeJob } from '../write/write-job.ts';

/** Jobs of one transaction: it holds the lock of its account, and a video that ended there waits for it. */
const maxJobs = 50;

/** A job that an account was chosen for. */
export interface Start {
  readonly job: JobRow;
  readonly history: readonly SubmissionRow[];
  readonly placement: Extract<RouteDecision, { kind: 'take' }>;
  readonly submissionId: SubmissionRow['id'];
}

interface PlacedStart extends Start {
  readonly placed: PlacedJob;
}

/** Starts jobs at the accounts that were chosen, one transaction for each account. Returns how many were started. */
export async function startJobs(
  dependencies: CoreDependencies,
  adapter: ProviderAdapter,
  starts: readonly Start[],
): Promise<number> {
  const placed: PlacedStart[] = [];
  for (const start of starts) {
    const { job, history, placement } = start;
    const answer = await placeJob(dependencies, adapter, job, placement.route);
    if ('refusal' in answer) {
      await unlessStale(() =>
        dropCandidate(dependencies, { job, attempts: history }, placement.route, answer.refusal),
      );
    } else {
      placed.push({ ...start, placed: answer });
    }
  }
  let started = 0;
  for (const together of batches(adapter, placed)) {
    started += (await unlessStale(() => startTogether(dependencies, adapter, together))) ?? 0;
  }
  return started;
}

/** Somebody cancelled a job or changed the account meanwhile: the next round sees the truth. */
async function unlessStale<Result>(work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StaleRowError) {
      return null;
    }
    throw error;
  }
}

/** By account, in the order of the line. A job that gets the inputs of another provider has a transaction of its own. */
function batches(adapter: ProviderAdapter, starts: readonly PlacedStart[]): PlacedStart[][] {
  const found: PlacedStart[][] = [];
  const open = new Map<string, PlacedStart[]>();
  for (const start of starts) {
    const accountId = start.placement.account.account.id;
    const batch = open.get(accountId);
    if (start.job.providerId !== adapter.id) {
      found.push([start]);
    } else if (batch === undefined || batch.length === maxJobs) {
      const next = [start];
      open.set(accountId, next);
      found.push(next);
    } else {
      batch.push(start);
    }
  }
  return found;
}

/** The lock, the count, the attempts and their holds. Jobs for which the account has no room after all are left out. */
async function startTogether(
  dependencies: CoreDependencies,
  adapter: ProviderAdapter,
  starts: readonly PlacedStart[],
): Promise<number> {
  const [only, ...others] = starts;
  if (only === undefined) {
    return 0;
  }
  if (others.length === 0) {
    return write(dependencies, async (unit) => {
      const { account, fitting } = await findRoom(unit, adapter, starts);
      if (account === null || fitting.length === 0) {
        return 0;
      }
      const submission = submissionOf(unit, dependencies, adapter, only);
      const take = (): Promise<AccountRow> => takeAccount(unit, account, submission.id);
      await startOne(unit, dependencies, adapter, only, submission, take);
      return 1;
    });
  }
  const results = await writeEach(dependencies, async (unit) => {
    const { account, fitting } = await findRoom(unit, adapter, starts);
    const [first] = fitting;
    if (account === null || first === undefined) {
      return [];
    }
    let taken: AccountRow = account;
    return [
      async (own: UnitOfWork) => {
        taken = await takeAccount(own, account, first.submissionId);
        return false;
      },
      ...fitting.map((start) => async (own: UnitOfWork) => {
        await startOne(
          own,
          dependencies,
          adapter,
          start,
          submissionOf(own, dependencies, adapter, start),
          async () => taken,
        );
        return true;
      }),
    ];
  });
  return results.filter((isStarted) => isStarted === true).length;
}

/** Locks the account of the jobs, and leaves out those that it has no room for. */
async function findRoom(
  unit: UnitOfWork,
  adapter: ProviderAdapter,
  starts: readonly PlacedStart[],
): Promise<{ account: AccountRow | null; fitting: PlacedStart[] }> {
  const none = { account: null, fitting: [] };
  const accountId = starts[0]?.placement.account.account.id;
  const account = accountId === undefined ? null : await unit.accounts.lock(accountId);
  if (account === null || account.deletedAt !== null || !account.enabled) {
    return none;
  }
  const breaker = breakerState(account.breaker, unit.now);
  // One attempt is the trial of a half-open account, and it is written together with its job.
  if (breaker === 'open' || breaker === 'trying' || (breaker === 'half_open' && starts.length > 1)) {
    return none;
  }
  const used = (await unit.submissions.countLive([account.id])).get(account.id) ?? 0;
  const free = slotsOf(account, unit.now) - used;
  let spendable = await loadSpendable(unit, adapter, account.id, unit.now);
  const fitting: PlacedStart[] = [];
  for (const start of starts) {
    const credits = start.placed.columns.quotedCredits;
    if (fitting.length < free && (spendable === null || credits === null || spendable >= credits)) {
      spendable = spendable === null ? null : spendable - (credits ?? 0);
      fitting.push(start);
    }
  }
  return { account, fitting };
}

async function startOne(
  unit: UnitOfWork,
  dependencies: CoreDependencies,
  adapter: ProviderAdapter,
  { job, placed }: PlacedStart,
  submission: SubmissionRow,
  take: () => Promise<AccountRow>,
): Promise<void> {
  // The job first: who lost a race for it is to learn that here, not from a unique rule of the attempts.
  const written = await writeJob(unit, job, {
    to: 'processing',
    stage: 'preparing',
    attempt: submission,
    placed: placed.columns,
  });
  // Another provider has other roles for the same files.
  if (job.providerId !== adapter.id) {
    await unit.jobs.replaceInputs(job.id, placed.inputs);
  }
  await unit.submissions.insert(submission);
  await unit.credits.add({
    accountId: submission.accountId,
    submissionId: submission.id,
    jobId: job.id,
    kind: 'hold',
    amount: placed.columns.quotedCredits,
    at: unit.now,
  });
  const account = await take();
  unit.afterCommit(() => dependencies.handover?.put({ to: 'submit', submission, job: written, account }));
  unit.wake({ step: 'submit', id: submission.id });
}

function takeAccount(
  unit: UnitOfWork,
  account: AccountRow,
  submissionId: SubmissionRow['id'],
): Promise<AccountRow> {
  const { breaker } = withAttempt(account, submissionId, unit.now);
  return unit.accounts.update(account, { lastUsedAt: unit.now, breaker });
}

function submissionOf(
  unit: UnitOfWork,
  { system }: CoreDependencies,
  adapter: ProviderAdapter,
  { job, history, placement, placed, submissionId }: PlacedStart,
): SubmissionRow {
  return {
    id: submissionId,
    jobId: job.id,
    number: history.length + 1,
    accountId: placement.account.account.id,
    durationKey: placed.columns.durationKey,
    accountChoice: placement.choices,
    providerId: adapter.id,
    state: 'prepared',
    token: system.createUuid(),
    endpoint: null,
    body: null,
    payload: null,
    providerJobId: null,
    handle: null,
    outputs: [],
    tries: 0,
    looks: [],
    dueAt: unit.now,
    watchedMs: 0,
    lookedAt: null,
    evidenceLooks: 0,
    error: null,
    lastRawStatus: null,
    lastObservedAt: null,
    progress: null,
    queuePosition: null,
    providerCredits: null,
    cancelAskedAt: null,
    version: 1,
    createdAt: unit.now,
    sentAt: null,
    acceptedAt: null,
    finishedAt: null,
    storedAt: null,
  };
}
