import type { AccountId, SubmissionId } from '@pixsim7/contracts';
import type { ProviderAdapter } from '@pixsim7/providers/contract';
import type { AccountChoice, Instant, JobRow, SubmissionRow } from '../model/index.ts';
import { StaleRowError, type StepHandler, type Transaction } from '../ports/index.ts';
import {
  chooseAccount,
  jobErrorOf,
  spendableBalance,
  type AccountCandidate,
  type AccountDecision,
} from '../rules/index.ts';
import type { CoreDependencies } from '../services/dependencies.ts';
import { writeJob } from '../services/write-job.ts';

/** Jobs looked at in one round; the rest follows in the next one. */
const roundSize = 200;
/** A job that waits for something that no slot brings is looked at again after this, so that it cannot block a round. */
const blockedPauseMs = 15_000;
/** After this many rounds the step gives way to others; races and long queues go on a second later. */
const mostRounds = 20;

/**
 * Gives pending jobs of one provider their accounts. Slots are facts: the account row is locked, its live submissions are
 * counted and the new one is inserted in one transaction, so no race can exceed a limit.
 */
export function createDispatchStep(dependencies: CoreDependencies): StepHandler {
  const { queue, registry, system } = dependencies;
  return async (providerId) => {
    if (!registry.has(providerId)) return {};
    const adapter = registry.get(providerId);
    for (let rounds = 1; ; rounds += 1) {
      const round = await dispatchRound(dependencies, adapter);
      for (const submissionId of round.started) {
        await queue.offer({ step: 'submit', id: submissionId }, system.now());
      }
      if (!round.goOn) return round.again === null ? {} : { again: round.again };
      if (rounds === mostRounds) return { again: system.now() + 1_000 };
    }
  };
}

interface Round {
  readonly started: readonly SubmissionId[];
  /** More jobs may be startable than were looked at. */
  readonly goOn: boolean;
  readonly again: Instant | null;
}

async function dispatchRound(dependencies: CoreDependencies, adapter: ProviderAdapter): Promise<Round> {
  const { database, system } = dependencies;
  const now = system.now();
  const { jobs, candidates, attempts } = await database.transaction(async (transaction) => {
    const due = await transaction.jobs.dispatchable(adapter.id, now, roundSize);
    return {
      jobs: due,
      candidates: due.length === 0 ? [] : await loadCandidates(transaction, adapter),
      attempts: await transaction.submissions.listByJobs(due.map((job) => job.id)),
    };
  });
  const isCrowded = jobs.length === roundSize;
  const started: SubmissionId[] = [];
  let lostRaces = 0;
  let again: Instant | null = null;
  for (const job of jobs) {
    const history = attempts.filter((attempt) => attempt.jobId === job.id);
    const decision = chooseAccount(
      {
        pinnedAccountId: job.pinnedAccountId,
        credits: job.quotedCredits,
        refusedBy: refusals(history, candidates),
      },
      candidates,
      now,
    );
    try {
      if (decision.kind === 'wait') {
        const dueAt = await keepWaiting(dependencies, job, history, candidates, decision, isCrowded);
        if (dueAt !== null && dueAt > now) again = again === null ? dueAt : Math.min(again, dueAt);
      } else {
        const best = decision.ranked[0];
        if (best === undefined) throw new Error('A ranking is never empty.');
        const submission = await start(
          dependencies,
          adapter,
          job,
          history,
          best.account.id,
          decision.choices,
        );
        if (submission === null) {
          lostRaces += 1;
        } else {
          started.push(submission.id);
          occupy(candidates, best, job.quotedCredits);
        }
      }
    } catch (error) {
      // Somebody cancelled the job or changed the account meanwhile; the next round sees the truth.
      if (!(error instanceof StaleRowError)) throw error;
      lostRaces += 1;
    }
  }
  return { started, goOn: lostRaces > 0 || (isCrowded && started.length > 0), again };
}

async function loadCandidates(
  transaction: Transaction,
  adapter: ProviderAdapter,
): Promise<AccountCandidate[]> {
  const accounts = await transaction.accounts.list({ providerId: adapter.id });
  const ids = accounts.map((account) => account.id);
  const used = await transaction.submissions.countLive(ids);
  return Promise.all(
    accounts.map(async (account) => ({
      account,
      usedSlots: used.get(account.id) ?? 0,
      spendable: await loadSpendable(transaction, adapter, account.id),
    })),
  );
}

async function loadSpendable(
  transaction: Transaction,
  adapter: ProviderAdapter,
  accountId: AccountId,
): Promise<number | null> {
  const reading = (await transaction.accounts.latestReadings([accountId])).get(accountId) ?? null;
  if (reading === null) return null;
  const exposure = await transaction.credits.exposure(accountId, reading.observedAt);
  return spendableBalance(reading, exposure, adapter.manifest.behaviour.charged_at).spendable;
}

/** The view of this round is kept current, so that the next job does not choose a place that was just taken. */
function occupy(candidates: AccountCandidate[], taken: AccountCandidate, credits: number | null): void {
  candidates[candidates.indexOf(taken)] = {
    account: taken.account,
    usedSlots: taken.usedSlots + 1,
    spendable: taken.spendable === null ? null : taken.spendable - (credits ?? 0),
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

/** Stores the reason of the wait when it is news. Returns when the job is due again. */
async function keepWaiting(
  dependencies: CoreDependencies,
  job: JobRow,
  history: readonly SubmissionRow[],
  candidates: readonly AccountCandidate[],
  { wait, choices }: Extract<AccountDecision, { kind: 'wait' }>,
  isCrowded: boolean,
): Promise<Instant | null> {
  const { database, system } = dependencies;
  const now = system.now();
  const last = history.at(-1);
  const usable = candidates.filter(
    ({ account }) => account.enabled && choices.some((choice) => choice.accountId === account.id),
  );
  const refusedBy = refusals(history, candidates);
  const refusal = last?.error ?? null;
  if (
    last !== undefined &&
    refusal !== null &&
    usable.length > 0 &&
    usable.every(({ account }) => refusedBy.has(account.id))
  ) {
    const error = jobErrorOf(refusal);
    await database.transaction((transaction) =>
      writeJob(transaction, system, job, { to: 'failed', accountId: last.accountId, error }),
    );
    return null;
  }
  // A job that no free slot would help steps aside when others crowd the round; otherwise it stays in sight.
  const stepsAside = isCrowded && (wait.reason !== 'slot' || job.pinnedAccountId !== null);
  const dueAt = wait.until ?? (stepsAside ? now + blockedPauseMs : (job.dueAt ?? now));
  const isNews =
    job.waitReason !== wait.reason || job.waitDetail !== wait.detail || job.waitUntil !== wait.until;
  if (isNews || dueAt !== job.dueAt) {
    await database.transaction((transaction) =>
      writeJob(transaction, system, job, { to: 'pending', wait, dueAt }),
    );
  }
  return dueAt;
}

/** One transaction: the lock, the count, the attempt, its hold. null when the account has no room after all. */
async function start(
  dependencies: CoreDependencies,
  adapter: ProviderAdapter,
  job: JobRow,
  history: readonly SubmissionRow[],
  accountId: AccountId,
  accountChoice: readonly AccountChoice[],
): Promise<SubmissionRow | null> {
  const { database, system } = dependencies;
  return database.transaction(async (transaction) => {
    const account = await transaction.accounts.lock(accountId);
    if (account === null || account.deletedAt !== null || !account.enabled) return null;
    const used = (await transaction.submissions.countLive([accountId])).get(accountId) ?? 0;
    if (used >= account.maxConcurrent) return null;
    const spendable = await loadSpendable(transaction, adapter, accountId);
    if (spendable !== null && job.quotedCredits !== null && spendable < job.quotedCredits) return null;

    const now = system.now();
    const submission = newSubmission(dependencies, job, history.length + 1, accountId, accountChoice);
    // The job first: who lost a race for it is to learn that here, not from a unique rule of the attempts.
    await writeJob(transaction, system, job, { to: 'processing', stage: 'preparing', accountId });
    await transaction.submissions.insert(submission);
    await transaction.credits.add({
      accountId,
      submissionId: submission.id,
      jobId: job.id,
      kind: 'hold',
      amount: job.quotedCredits,
      at: now,
    });
    await transaction.accounts.update(account, { lastUsedAt: now });
    return submission;
  });
}

function newSubmission(
  { system }: CoreDependencies,
  job: JobRow,
  number: number,
  accountId: AccountId,
  accountChoice: readonly AccountChoice[],
): SubmissionRow {
  const now = system.now();
  return {
    id: system.createId('submission'),
    jobId: job.id,
    number,
    accountId,
    providerId: job.providerId,
    state: 'prepared',
    token: system.createUuid(),
    endpoint: null,
    body: null,
    payload: null,
    providerJobId: null,
    handle: null,
    outputs: [],
    attempts: 0,
    dueAt: now,
    deadline: null,
    error: null,
    accountChoice,
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
