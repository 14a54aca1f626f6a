import type { AccountId } from '@pixsim7/contracts';
import type { CoreDependencies } from '../dependencies.ts';
import type { AccountChoice, Instant, JobRow, SubmissionRow } from '../model/index.ts';
import { canonicalJson, jobErrorOf, moneyWithoutResult, routeColumns } from '../rules/index.ts';
import type { AccountCandidate, RouteDecision } from '../rules/index.ts';
import { write } from '../write/unit-of-work.ts';
import { writeJob } from '../write/write-job.ts';

/** A job that waits for something that no slot brings is looked at again after this, so it cannot block a round. */
const blockedPauseMs = 15_000;

/** The accounts of one workspace at every provider that its jobs may run at, kept current while the round goes on. */
export type Pools = Map<string, AccountCandidate[]>;

/** A job that a round looks at, with its attempts. */
export interface Looked {
  readonly job: JobRow;
  readonly history: readonly SubmissionRow[];
}

function accountsFor(job: JobRow, pools: Pools): AccountCandidate[] {
  return job.lanes.flatMap((providerId) => pools.get(providerId) ?? []);
}

/** Accounts that refused this job for a reason of their own, and have not been changed by anybody since. */
export function refusals({ job, history }: Looked, pools: Pools): Set<AccountId> {
  const refused = history.filter(
    (attempt) => attempt.state === 'rejected' && attempt.error?.retry === 'other_account',
  );
  if (refused.length === 0) {
    return new Set();
  }
  const candidates = accountsFor(job, pools);
  return new Set(
    refused
      .filter((attempt) => {
        const account = candidates.find((candidate) => candidate.account.id === attempt.accountId)?.account;
        return account !== undefined && account.updatedAt <= (attempt.finishedAt ?? 0);
      })
      .map((attempt) => attempt.accountId),
  );
}

/** Whether every account that was considered and could take the job has refused it. */
function isRefusedByAll(
  candidates: readonly AccountCandidate[],
  choices: readonly AccountChoice[],
  refusedBy: ReadonlySet<AccountId>,
): boolean {
  const usable = candidates.filter(
    ({ account }) => account.enabled && choices.some((choice) => choice.accountId === account.id),
  );
  return usable.length > 0 && usable.every(({ account }) => refusedBy.has(account.id));
}

/** Stores the reason of the wait when it is news. Returns when it passes by itself. */
export async function keepWaiting(
  dependencies: CoreDependencies,
  { job, history }: Looked,
  pools: Pools,
  { wait, waits, choices, route }: Extract<RouteDecision, { kind: 'wait' }>,
  { isCrowded, lane }: { readonly isCrowded: boolean; readonly lane: string },
): Promise<Instant | null> {
  const now = dependencies.system.now();
  const refusedBy = refusals({ job, history }, pools);
  // Of those that could still take it: what another provider said of the job is no reason why these do not.
  const last = history.findLast(({ accountId }) => refusedBy.has(accountId));
  const refusal = last?.error ?? null;
  if (last !== undefined && refusal !== null && isRefusedByAll(accountsFor(job, pools), choices, refusedBy)) {
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
