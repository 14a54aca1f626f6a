import type { AccountId, WorkspaceId } from '@pixsim7/contracts';
import type { ProviderAdapter } from '@pixsim7/providers/contract';
import { dropCandidate, placeJob } from '../admission/place-job.ts';
import type { CoreDependencies } from '../dependencies.ts';
import type { Instant, JobRow, SubmissionRow } from '../model/index.ts';
import { StaleRowError } from '../ports/index.ts';
import type { StepHandler } from '../ports/index.ts';
import { loadAccountPool, loadSpendable } from '../read/account-pool.ts';
import {
  breakerState,
  canonicalJson,
  chooseRoute,
  jobErrorOf,
  moneyWithoutResult,
  routeColumns,
  routeOf,
  slotsOf,
  withAttempt,
} from '../rules/index.ts';
import type { AccountCandidate, RouteDecision } from '../rules/index.ts';
import { write } from '../write/unit-of-work.ts';
import { writeJob } from '../write/write-job.ts';

/** Jobs looked at in one round; the rest follows in the next one. */
const roundSize = 200;
/** A job that waits for something that no slot brings is looked at again after this, so it cannot block a round. */
const blockedPauseMs = 15_000;
/** After this many rounds the step gives way to others; races and long queues go on a second later. */
const maxRounds = 20;

/**
 * Gives the pending jobs in the lane of one provider their accounts. Slots are facts: the account row is locked, its live
 * submissions are counted and the new one is inserted in one transaction, so no race can exceed a limit.
 *
 * A job that may run at several providers stands in the lane of each. Every lane starts jobs at its own provider only,
 * in its own order; where another provider would be better, it calls that lane, so nobody jumps a queue.
 */
export function createDispatchStep(dependencies: CoreDependencies): StepHandler {
  const { queue, registry, system } = dependencies;
  return async (providerId) => {
    if (!registry.has(providerId)) {
      return {};
    }
    const adapter = registry.get(providerId);
    for (let rounds = 1; ; rounds += 1) {
      const round = await dispatchRound(dependencies, adapter);
      for (const better of round.called) {
        await queue.offer({ step: 'dispatch', id: better }, system.now());
      }
      if (!round.goOn) {
        return round.again === null ? {} : { again: round.again };
      }
      if (rounds === maxRounds) {
        return { again: system.now() + 1_000 };
      }
    }
  };
}

interface Round {
  /** Providers that are the better place for a job of this lane. */
  readonly called: ReadonlySet<string>;
  /** More jobs may be startable than were looked at. */
  readonly goOn: boolean;
  readonly again: Instant | null;
}

/** The accounts of one workspace at every provider that its jobs may run at, kept current while the round goes on. */
type Pools = Map<string, AccountCandidate[]>;

async function dispatchRound(dependencies: CoreDependencies, adapter: ProviderAdapter): Promise<Round> {
  const { system } = dependencies;
  const now = system.now();
  const { jobs, poolsOf, attempts } = await loadRound(dependencies, adapter, now);
  const isCrowded = jobs.length === roundSize;
  let started = 0;
  const called = new Set<string>();
  let lostRaces = 0;
  let again: Instant | null = null;
  for (const job of jobs) {
    const history = attempts.filter((attempt) => attempt.jobId === job.id);
    const pools = poolsOf.get(job.workspaceId) ?? new Map<string, AccountCandidate[]>();
    const placement =
      notYet(job, system.wallTime()) ??
      chooseRoute(
        routeOf(job),
        pools,
        { pinnedAccountId: job.pinnedAccountId, refusedBy: refusals(history, accountsFor(job, pools)) },
        now,
      );
    try {
      if (placement.kind === 'wait') {
        const nextAt = await keepWaiting(dependencies, job, history, pools, placement, {
          isCrowded,
          lane: adapter.id,
        });
        if (nextAt !== null && nextAt > now) {
          again = again === null ? nextAt : Math.min(again, nextAt);
        }
      } else if (placement.providerId !== adapter.id) {
        called.add(placement.providerId);
        occupy(pools, placement, null);
      } else {
        const submission = await start(dependencies, adapter, job, history, placement);
        if (submission === null) {
          lostRaces += 1;
        } else {
          started += 1;
          occupy(pools, placement, submission);
        }
      }
    } catch (error) {
      // Somebody cancelled the job or changed the account meanwhile; the next round sees the truth.
      if (!(error instanceof StaleRowError)) {
        throw error;
      }
      lostRaces += 1;
    }
  }
  return { called, goOn: lostRaces > 0 || (isCrowded && started > 0), again };
}

async function loadRound(
  { database, registry }: CoreDependencies,
  adapter: ProviderAdapter,
  now: Instant,
): Promise<{ jobs: JobRow[]; poolsOf: Map<WorkspaceId, Pools>; attempts: SubmissionRow[] }> {
  return database.transaction(async (transaction) => {
    const jobs = await transaction.jobs.dispatchable(adapter.id, now, roundSize);
    const poolsOf = new Map<WorkspaceId, Pools>();
    for (const { workspaceId, lanes } of jobs) {
      const pools: Pools = poolsOf.get(workspaceId) ?? new Map();
      poolsOf.set(workspaceId, pools);
      for (const lane of lanes) {
        if (pools.has(lane) || !registry.has(lane)) {
          continue;
        }
        pools.set(lane, await loadAccountPool(transaction, registry.get(lane), workspaceId, now));
      }
    }
    const attempts = await transaction.submissions.listByJobs(jobs.map((job) => job.id));
    return { jobs, poolsOf, attempts };
  });
}

/**
 * The start time that a user chose is one of the clock on the wall. The clock of the installation can be ahead of it after
 * somebody set the machine's back.
 */
function notYet(job: JobRow, wallTime: Instant): RouteDecision | null {
  if (job.notBefore === null || job.notBefore <= wallTime) {
    return null;
  }
  const wait = { reason: 'schedule', detail: 'Waiting for its start time.', until: job.notBefore } as const;
  return {
    kind: 'wait',
    wait,
    waits: new Map(job.lanes.map((lane) => [lane, 'schedule'])),
    choices: [],
    route: routeOf(job),
  };
}

function accountsFor(job: JobRow, pools: Pools): AccountCandidate[] {
  return job.lanes.flatMap((providerId) => pools.get(providerId) ?? []);
}

/** The view of this round is kept current, so the next job does not choose a place that was just taken. */
function occupy(
  pools: Pools,
  { providerId, account, route }: Extract<RouteDecision, { kind: 'take' }>,
  submission: SubmissionRow | null,
): void {
  const pool = pools.get(providerId) ?? [];
  const offer = route.candidates.find((candidate) => candidate.providerId === providerId)?.offer;
  pool[pool.indexOf(account)] = {
    account:
      submission === null
        ? account.account
        : withAttempt(account.account, submission.id, submission.createdAt),
    usedSlots: account.usedSlots + 1,
    spendable: account.spendable === null ? null : account.spendable - (offer?.credits ?? 0),
  };
}

/** Accounts that refused this job for a reason of their own, and have not been changed by anybody since. */
function refusals(
  history: readonly SubmissionRow[],
  candidates: readonly AccountCandidate[],
): Set<AccountId> {
  const refused = history.filter(
    (attempt) => attempt.state === 'rejected' && attempt.error?.retry === 'other_account',
  );
  return new Set(
    refused
      .filter((attempt) => {
        const account = candidates.find((candidate) => candidate.account.id === attempt.accountId)?.account;
        return account !== undefined && account.updatedAt <= (attempt.finishedAt ?? 0);
      })
      .map((attempt) => attempt.accountId),
  );
}

/** Stores the reason of the wait when it is news. Returns when it passes by itself. */
async function keepWaiting(
  dependencies: CoreDependencies,
  job: JobRow,
  history: readonly SubmissionRow[],
  pools: Pools,
  { wait, waits, choices, route }: Extract<RouteDecision, { kind: 'wait' }>,
  { isCrowded, lane }: { isCrowded: boolean; lane: string },
): Promise<Instant | null> {
  const { system } = dependencies;
  const now = system.now();
  const candidates = accountsFor(job, pools);
  const usable = candidates.filter(
    ({ account }) => account.enabled && choices.some((choice) => choice.accountId === account.id),
  );
  const refusedBy = refusals(history, candidates);
  // Of those that could still take it: what another provider said of the job is no reason why these do not.
  const last = history.findLast(({ accountId }) => refusedBy.has(accountId));
  const refusal = last?.error ?? null;
  if (
    last !== undefined &&
    refusal !== null &&
    usable.length > 0 &&
    usable.every(({ account }) => refusedBy.has(account.id))
  ) {
    const error = jobErrorOf(refusal);
    await write(dependencies, (unit) =>
      writeJob(unit, job, {
        to: 'failed',
        attempt: history.at(-1) ?? null,
        money: moneyWithoutResult(job, history),
        error,
        route,
      }),
    );
    return null;
  }
  // A job that no free slot of this lane would help steps aside when others crowd it; otherwise it stays in sight.
  const stepsAside = isCrowded && (waits.get(lane) !== 'slot' || job.pinnedAccountId !== null);
  // A slot may get free at any moment, also where the account tries more of them at a known time.
  const until = wait.reason === 'slot' ? null : wait.until;
  const dueAt = until ?? (stepsAside ? now + blockedPauseMs : (job.dueAt ?? now));
  const isNews =
    job.waitReason !== wait.reason ||
    job.waitDetail !== wait.detail ||
    job.waitUntil !== wait.until ||
    canonicalJson(job.route) !== canonicalJson(routeColumns(route).route);
  if (isNews || dueAt !== job.dueAt) {
    await write(dependencies, (unit) => writeJob(unit, job, { to: 'pending', wait, dueAt, route }));
  }
  return wait.until ?? dueAt;
}

/** One transaction: the lock, the count, the attempt, its hold. null when the account has no room after all. */
async function start(
  dependencies: CoreDependencies,
  adapter: ProviderAdapter,
  job: JobRow,
  history: readonly SubmissionRow[],
  { account: chosen, choices, route }: Extract<RouteDecision, { kind: 'take' }>,
): Promise<SubmissionRow | null> {
  const accountId = chosen.account.id;
  const placed = await placeJob(dependencies, adapter, job, route);
  if ('refusal' in placed) {
    await dropCandidate(dependencies, { job, attempts: history }, route, placed.refusal);
    return null;
  }
  const credits = placed.columns.quotedCredits;
  return write(dependencies, async (unit) => {
    const account = await unit.accounts.lock(accountId);
    if (account === null || account.deletedAt !== null || !account.enabled) {
      return null;
    }
    const used = (await unit.submissions.countLive([accountId])).get(accountId) ?? 0;
    if (used >= slotsOf(account, unit.now)) {
      return null;
    }
    const spendable = await loadSpendable(unit, adapter, accountId, unit.now);
    if (spendable !== null && credits !== null && spendable < credits) {
      return null;
    }

    const { now } = unit;
    const breaker = breakerState(account.breaker, now);
    if (breaker === 'open' || breaker === 'trying') {
      return null;
    }
    const submission = newSubmission(dependencies, adapter, {
      jobId: job.id,
      number: history.length + 1,
      accountId,
      durationKey: placed.columns.durationKey,
      accountChoice: choices,
    });
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
      accountId,
      submissionId: submission.id,
      jobId: job.id,
      kind: 'hold',
      amount: credits,
      at: now,
    });
    const taken = await unit.accounts.update(account, {
      lastUsedAt: now,
      breaker: withAttempt(account, submission.id, now).breaker,
    });
    unit.afterCommit(() =>
      dependencies.handover?.put({ to: 'submit', submission, job: written, account: taken }),
    );
    unit.wake({ step: 'submit', id: submission.id });
    return submission;
  });
}

function newSubmission(
  { system }: CoreDependencies,
  adapter: ProviderAdapter,
  attempt: Pick<SubmissionRow, 'jobId' | 'number' | 'accountId' | 'durationKey' | 'accountChoice'>,
): SubmissionRow {
  const now = system.now();
  return {
    id: system.createId('submission'),
    ...attempt,
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
    dueAt: now,
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
    createdAt: now,
    sentAt: null,
    acceptedAt: null,
    finishedAt: null,
    storedAt: null,
  };
}
