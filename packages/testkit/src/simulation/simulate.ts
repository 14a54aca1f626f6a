import { withTransactions } from '@pixsim7/core';
import type { Database, Instant } from '@pixsim7/core';
import { MemoryDatabase, MemoryStore } from '../memory-database/index.ts';
import { isRefusal, isRetried, startApplication } from './application.ts';
import { drawScenario } from './draw-scenario.ts';
import { readFinalState } from './final-state.ts';
import type { FinalState } from './final-state.ts';
import type { History, Violation } from './history.ts';
import { createCommitWatch } from './invariants/commit-watch.ts';
import { checkInvariants } from './invariants/index.ts';
import { waitsForAPerson } from './invariants/progress.ts';
import { isEnded } from './invariants/states.ts';
import { drawLibrary, storeLibrary } from './library.ts';
import { Random } from './machine/random.ts';
import { outsideWorld } from './machine/scheduler.ts';
import type { Scheduler, Stop } from './machine/scheduler.ts';
import { People } from './people.ts';
import type { Desk } from './people.ts';
import type { KeptBlobs } from './ports/memory-blob-store.ts';
import type { FaultName } from './provider/faults.ts';
import { calmAfterMs } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { simulationStart, World } from './world.ts';
import type { Sabotage } from './world.ts';

export interface SimulationOptions {
  /** Replaces parts of the scenario that the seed draws. */
  readonly scenario?: Partial<Scenario>;
  /** A rule broken on purpose. */
  readonly sabotage?: Sabotage;
  /** A real database, empty, instead of the one in memory. */
  readonly database?: Database;
}

/** Long after the calm every timer of the domain has fired, so a job that still waits waits forever. */
const latestEndMs = calmAfterMs + 8 * 3_600_000;
/** Between two looks; a minute of the busiest history takes a hundredth of it. */
const maxSteps = 20_000;
const quietCheckMs = 60_000;
/** A healthy history logs none. One this broken repeats them for hours of its time, and for minutes of the test's. */
const maxErrorsLogged = 200;

/**
 * Lives through one history: people make jobs, the provider has bad luck, processes die. Then it becomes calm, the
 * history runs on until nothing is left to do, and every invariant is checked.
 */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<History> {
  const random = new Random(seed);
  const violations: Violation[] = [];
  const report = (violation: Violation): void => void violations.push(violation);
  const library = drawLibrary(random.fork(), simulationStart);
  const scenario = { ...drawScenario(random.fork(), library.media), ...options.scenario };
  const blobs: KeptBlobs = new Map();
  const store = new MemoryStore(() => world.clock.wallTime());
  store.observe(createCommitWatch(report, () => world.takesNewWork));
  const endedAt = new Map<string, Instant>();
  store.observe((changes) => {
    for (const change of changes) {
      if (change.table !== 'submissions' || change.after === null || endedAt.has(change.key)) {
        continue;
      }
      if (isEnded(change.after.state)) {
        endedAt.set(change.key, world.scheduler.now);
      }
    }
  });
  const setup = options.database ?? new MemoryDatabase(store);
  await storeLibrary(library, setup, blobs, simulationStart);

  const world: World<Desk> = new World<Desk>({
    scenario,
    random: random.fork(),
    blobs,
    connect: () =>
      options.database === undefined
        ? new MemoryDatabase(store)
        : standingStill(options.database, () => world.scheduler),
    sabotage: options.sabotage ?? {},
    report,
    startApplication: (ports) => startApplication(ports, library.caller, !scenario.cluster),
    deliverWebhook: async (url, body) => {
      const desk = world.anyApplication();
      if (desk === null) {
        return false;
      }
      return desk.receiveWebhook(url, body).then(
        () => true,
        (error: unknown) => !isRetried(error),
      );
    },
  });
  const people = new People(world, scenario, isRefusal, (action, error) => {
    report({ invariant: 'no_request_breaks', detail: `${action}: ${describe(error)}` });
  });
  world.startProcesses();
  people.begin();
  world.scheduler.after(outsideWorld, calmAfterMs, () => {
    world.calmDown();
    people.repairEverything();
  });

  const { stop, final } = await runUntilQuiet(
    world.scheduler,
    people,
    () => readFinalState(setup, library.caller),
    () => world.errorsLogged.length > maxErrorsLogged,
  );
  const history: History = {
    seed,
    scenario,
    stop,
    steps: world.scheduler.steps,
    duration: world.scheduler.now - simulationStart,
    crashes: world.crashes,
    endedAt,
    awakeFrom: simulationStart + Math.max(0, ...scenario.sleeps.map(({ at, forMs }) => at + forMs)),
    faults: sumCounts(world.providers.map(({ faults }) => faults.counts)),
    handlerFailures: world.handlerFailures,
    logLines: world.logLines,
    errorsLogged: world.errorsLogged,
    providers: new Map(
      world.providers.map(({ manifest, server, tellsCredits }) => [
        manifest.id,
        {
          server,
          // A webhook can be all that is ever heard of an acceptance, and it says nothing of the charge.
          tellsCredits:
            tellsCredits === 'ended' || (tellsCredits === 'accepted' && !manifest.behaviour.webhook),
        },
      ]),
    ),
    hangingProvider: scenario.hangingProvider,
    blobs,
    final,
    violations,
  };
  violations.push(...checkInvariants(history));
  return history;
}

/** Asks once a simulated minute whether everything has ended, and once more after it for what is written last. */
async function runUntilQuiet(
  scheduler: Scheduler,
  people: People,
  read: () => Promise<FinalState>,
  isHopeless: () => boolean,
): Promise<{ stop: Stop; final: FinalState }> {
  const latestEnd = simulationStart + latestEndMs;
  let final = await read();
  let quietBefore = false;
  for (;;) {
    const seen: FinalState[] = [];
    scheduler.after(outsideWorld, quietCheckMs, () => {
      // Within virtual time, because an open transaction of somebody else may have to end first.
      void read().then((state) => seen.push(state));
    });
    const stop = await scheduler.run(() => seen.length > 0, maxSteps);
    final = seen[0] ?? final;
    if (stop !== 'reached') {
      return { stop, final };
    }
    const quiet =
      scheduler.now > simulationStart + calmAfterMs + quietCheckMs && people.satisfied && isQuiet(final);
    if (quiet && quietBefore) {
      return { stop, final };
    }
    if (scheduler.now > latestEnd || isHopeless()) {
      return { stop: 'out_of_steps', final };
    }
    quietBefore = quiet;
  }
}

function isQuiet(final: FinalState): boolean {
  const { assets, jobs, submissions } = final;
  return (
    jobs.every(
      (job) => job.stage === 'finished' || job.stage === 'needs_attention' || waitsForAPerson(job, final),
    ) &&
    submissions.every(({ state, dueAt }) => isEnded(state) || (state === 'unknown' && dueAt === null)) &&
    assets.every(({ posterDueAt }) => posterDueAt === null)
  );
}

function sumCounts(all: readonly ReadonlyMap<FaultName, number>[]): Map<FaultName, number> {
  const sums = new Map<FaultName, number>();
  for (const [name, count] of all.flatMap((counts) => [...counts])) {
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return sums;
}

/** A real database takes real time; virtual time waits for it. */
function standingStill(database: Database, scheduler: () => Scheduler): Database {
  const still = withTransactions(database, (work) => scheduler().standStillFor(database.transaction(work)));
  return { ...still, close: () => Promise.resolve() };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
