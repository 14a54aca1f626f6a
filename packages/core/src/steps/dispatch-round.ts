import type { WorkspaceId } from '@pixsim7/contracts';
import type { ProviderAdapter } from '@pixsim7/providers/contract';
import type { CoreDependencies } from '../dependencies.ts';
import type { Instant, JobRow, SubmissionRow } from '../model/index.ts';
import { StaleRowError } from '../ports/index.ts';
import type { Transaction } from '../ports/index.ts';
import { loadAccountPool, loadAccountPools } from '../read/account-pool.ts';
import { chooseRoute, nextReturn, roomOf, routeOf, withAttempt } from '../rules/index.ts';
import type { AccountCandidate, Room, RouteDecision } from '../rules/index.ts';
import { keepWaiting, refusals } from './keep-waiting.ts';
import type { Looked, Pools } from './keep-waiting.ts';
import { startJobs } from './start-jobs.ts';
import type { Start } from './start-jobs.ts';

/** Jobs looked at in one round; the rest follows in the next one. */
const roundSize = 200;
/** Jobs looked at in one round because there is room for them: the more of them go to one account, the less each costs. */
const maxFitting = 500;
/** Jobs looked at for the free slots beyond one for each: some are refused by an account for a reason of their own. */
const spareJobs = 20;

export interface Round {
  /** Providers that are the better place for a job of this lane. */
  readonly called: ReadonlySet<string>;
  /** More jobs may be startable than were looked at. */
  readonly goOn: boolean;
  readonly again: Instant | null;
}

type Wait = Extract<RouteDecision, { kind: 'wait' }>;

/** The facts of a round, and the results so far. */
interface View {
  readonly adapter: ProviderAdapter;
  readonly now: Instant;
  /** Of every workspace with a job that was looked at; when others wait, also of those with an account in the lane. */
  readonly poolsOf: Map<WorkspaceId, Pools>;
  readonly called: Set<string>;
  /** Waits of jobs with nothing of their own, by what they ask for; a hundred in a line ask for the same. */
  readonly waits: Map<string, Wait>;
  lostRaces: number;
  again: Instant | null;
}

/**
 * Looks at the first jobs in the line, and tells those that wait why. When that leaves places open, it looks for jobs that
 * fit these, among those that stepped aside and those that stand further back: so an account that comes back is used at
 * once, however many jobs wait for others.
 */
export async function dispatchRound(
  dependencies: CoreDependencies,
  adapter: ProviderAdapter,
): Promise<Round> {
  const { database, system } = dependencies;
  const now = system.now();
  const view: View = {
    adapter,
    now,
    poolsOf: new Map(),
    called: new Set(),
    waits: new Map(),
    lostRaces: 0,
    again: null,
  };
  const first = await database.transaction(async (transaction) => {
    const jobs = await transaction.jobs.dispatchable(adapter.id, now, roundSize);
    const othersWait = jobs.length === roundSize || (await transaction.jobs.hasSteppedAside(adapter.id, now));
    if (othersWait) {
      await loadLane(transaction, view);
    }
    return { looked: await lookAt(dependencies, transaction, view, jobs), othersWait };
  });
  const isCrowded = first.looked.length === roundSize;
  const { room, fitting } = first.othersWait
    ? await lookForFitting(dependencies, view, first.looked)
    : { room: 0, fitting: [] };
  const ahead = new Set(fitting.map(({ job }) => job.id));
  const seen = new Set(first.looked.map(({ job }) => job.id));
  // The fitting ones first: they are in the order of the whole line, and one that is due may stand behind one that stepped aside.
  const inOrder = [...fitting, ...first.looked.filter(({ job }) => !ahead.has(job.id))];
  const starts = await decide(dependencies, view, inOrder, ({ id }) => (seen.has(id) ? { isCrowded } : null));
  const started = await startJobs(dependencies, adapter, starts);
  view.lostRaces += starts.length - started;
  if (first.othersWait) {
    noteAgain(view, nextReturn(ownCandidates(view), now));
  }
  const isFull = isCrowded || (fitting.length > 0 && fitting.length === room);
  const isMoreStartable = isFull && started > 0 && roomHere(view).slots > 0;
  return { called: view.called, goOn: view.lostRaces > 0 || isMoreStartable, again: view.again };
}

async function loadLane(transaction: Transaction, { adapter, now, poolsOf }: View): Promise<void> {
  for (const [workspaceId, pool] of await loadAccountPools(transaction, adapter, now)) {
    poolsOf.set(workspaceId, new Map([[adapter.id, pool]]));
  }
}

async function lookAt(
  { registry }: CoreDependencies,
  transaction: Transaction,
  { now, poolsOf }: View,
  jobs: readonly JobRow[],
): Promise<Looked[]> {
  for (const { workspaceId, lanes } of jobs) {
    const pools: Pools = poolsOf.get(workspaceId) ?? new Map();
    poolsOf.set(workspaceId, pools);
    for (const lane of lanes) {
      if (!pools.has(lane) && registry.has(lane)) {
        pools.set(lane, await loadAccountPool(transaction, registry.get(lane), workspaceId, now));
      }
    }
  }
  const histories = new Map(jobs.map(({ id }): [string, SubmissionRow[]] => [id, []]));
  for (const attempt of await transaction.submissions.listByJobs(jobs.map((job) => job.id))) {
    histories.get(attempt.jobId)?.push(attempt);
  }
  return jobs.map((job) => ({ job, history: histories.get(job.id) ?? [] }));
}

/** The first jobs for the places that are open, in the order of the line. */
async function lookForFitting(
  dependencies: CoreDependencies,
  view: View,
  first: readonly Looked[],
): Promise<{ room: number; fitting: Looked[] }> {
  const { places, slots } = roomHere(view);
  const room = Math.min(maxFitting, slots + spareJobs);
  if (places.length === 0) {
    return { room, fitting: [] };
  }
  const known = new Map(first.map((looked) => [looked.job.id, looked]));
  return dependencies.database.transaction(async (transaction) => {
    const jobs = await transaction.jobs.startable(view.adapter.id, view.now, places, room);
    const unknown = jobs.filter(({ id }) => !known.has(id));
    for (const looked of await lookAt(dependencies, transaction, view, unknown)) {
      known.set(looked.job.id, looked);
    }
    return { room, fitting: jobs.flatMap(({ id }) => known.get(id) ?? []) };
  });
}

/** The room that the view of this round still has at the provider of the lane. */
function roomHere({ adapter, now, poolsOf }: View): Room {
  return roomOf(
    new Map([...poolsOf].map(([workspaceId, pools]) => [workspaceId, pools.get(adapter.id) ?? []])),
    now,
  );
}

function* ownCandidates({ adapter, poolsOf }: View): Iterable<AccountCandidate> {
  for (const pools of poolsOf.values()) {
    yield* pools.get(adapter.id) ?? [];
  }
}

function noteAgain(view: View, at: Instant | null): void {
  if (at !== null && at > view.now) {
    view.again = view.again === null ? at : Math.min(view.again, at);
  }
}

/**
 * Chooses for each job, in their order. Those that start at this provider are returned.
 *
 * @param telling for a job that waits: whether it steps aside because a round is full of its like; null: it is left as it is
 */
async function decide(
  dependencies: CoreDependencies,
  view: View,
  looked: readonly Looked[],
  telling: (job: JobRow) => { readonly isCrowded: boolean } | null,
): Promise<Start[]> {
  const { system } = dependencies;
  const { adapter, now, poolsOf } = view;
  const starts: Start[] = [];
  for (const { job, history } of looked) {
    const pools = poolsOf.get(job.workspaceId) ?? new Map<string, AccountCandidate[]>();
    const placement = notYet(job, system.wallTime()) ?? choose(view, { job, history }, pools);
    if (placement.kind === 'take') {
      const isHere = placement.providerId === adapter.id;
      const submissionId = isHere ? system.createId('submission') : null;
      occupy(pools, placement, submissionId, now);
      view.waits.clear();
      if (submissionId === null) {
        view.called.add(placement.providerId);
      } else {
        starts.push({ job, history, placement, submissionId });
      }
      continue;
    }
    const told = telling(job);
    if (told !== null) {
      try {
        const { isCrowded } = told;
        noteAgain(
          view,
          await keepWaiting(dependencies, { job, history }, pools, placement, {
            isCrowded,
            lane: adapter.id,
          }),
        );
      } catch (error) {
        // Somebody cancelled the job or changed the account meanwhile; the next round sees the truth.
        if (!(error instanceof StaleRowError)) {
          throw error;
        }
        view.lostRaces += 1;
      }
    }
  }
  return starts;
}

function choose({ now, waits }: View, { job, history }: Looked, pools: Pools): RouteDecision {
  const route = routeOf(job);
  const refusedBy = refusals({ job, history }, pools);
  const { pinnedAccountId, workspaceId } = job;
  const asked = refusedBy.size > 0 ? null : JSON.stringify([workspaceId, pinnedAccountId, route]);
  const known = asked === null ? undefined : waits.get(asked);
  if (known !== undefined) {
    return known;
  }
  const decision = chooseRoute(route, pools, { pinnedAccountId, refusedBy }, now);
  if (asked !== null && decision.kind === 'wait') {
    waits.set(asked, decision);
  }
  return decision;
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

/**
 * The view of this round is kept current, so the next job does not choose a place that was just taken.
 *
 * @param submissionId null for a place at another provider, which is only expected to be taken
 */
function occupy(
  pools: Pools,
  { providerId, account, route }: Extract<RouteDecision, { kind: 'take' }>,
  submissionId: SubmissionRow['id'] | null,
  now: Instant,
): void {
  const pool = pools.get(providerId) ?? [];
  const offer = route.candidates.find((candidate) => candidate.providerId === providerId)?.offer;
  pool[pool.indexOf(account)] = {
    account: submissionId === null ? account.account : withAttempt(account.account, submissionId, now),
    usedSlots: account.usedSlots + 1,
    spendable: account.spendable === null ? null : account.spendable - (offer?.credits ?? 0),
  };
}
