import { workerSteps, createIdentifierFactory } from '@pixsim7/contracts';
import type { CreateJobRequest } from '@pixsim7/contracts';
import {
  withTransactions,
  handlerOf,
  createBulkheads,
  createCore,
  createStepHandlers,
  startResumeLoop,
} from '@pixsim7/core';
import type {
  Caller,
  CoreDependencies,
  Database,
  Logger,
  StepHandler,
  StepQueue,
  System,
} from '@pixsim7/core';
import { MemoryDatabase, MemoryStore } from '../memory-database/index.ts';
import { readFinalState } from '../simulation/final-state.ts';
import type { FinalState } from '../simulation/final-state.ts';
import type { History, ProviderTruth, Violation } from '../simulation/history.ts';
import { createCommitWatch } from '../simulation/invariants/commit-watch.ts';
import { isEnded } from '../simulation/invariants/states.ts';
import { drawLibrary, storeLibrary } from '../simulation/library.ts';
import { SimulatedDisk } from '../simulation/machine/disk.ts';
import { noRisks } from '../simulation/machine/process.ts';
import type { AtRisk } from '../simulation/machine/process.ts';
import { Random } from '../simulation/machine/random.ts';
import { outsideWorld, Scheduler } from '../simulation/machine/scheduler.ts';
import { createFakeMedia } from '../simulation/ports/fake-media.ts';
import { createFakeOutgoing } from '../simulation/ports/fake-outgoing.ts';
import { fakeVault } from '../simulation/ports/fake-vault.ts';
import { MemoryBlobStore } from '../simulation/ports/memory-blob-store.ts';
import type { KeptBlobs } from '../simulation/ports/memory-blob-store.ts';
import { blobsOf, databaseOf, mediaOf, outgoingOf, registryOf } from '../simulation/ports/process-ports.ts';
import type { ProcessPorts } from '../simulation/ports/process-ports.ts';
import { SimulatedBroker } from '../simulation/ports/simulated-step-queue.ts';
import { simulatedManifest } from '../simulation/provider/manifest.ts';
import { mapSimulatedParameters } from '../simulation/provider/map-parameters.ts';
import { mapOtherParameters, otherManifest, otherProviderId } from '../simulation/provider/other-provider.ts';
import { createScriptedAdapter } from '../simulation/provider/scripted-provider.ts';
import type { ScriptedProvider } from '../simulation/provider/scripted-provider.ts';
import { calmServer, SimulatedProviderServer } from '../simulation/provider/server.ts';
import type { ServerSettings } from '../simulation/provider/server.ts';
import { sabotagedTransaction, simulationStart } from '../simulation/world.ts';
import type { Sabotage } from '../simulation/world.ts';
import { ChosenRandom, Once } from './choices.ts';
import type { ChoiceSequence } from './choices.ts';
import { ChosenFaults, DuplicatingRandom } from './chosen-mishaps.ts';
import { ExploredProcess } from './explored-process.ts';
import { fingerprintOf } from './fingerprint.ts';

/** Mishaps of a small world. Each number is a budget: the mishap may strike that often, at any moment. */
export interface SmallWorldPlan {
  readonly name: string;
  readonly processes: number;
  readonly slots: number;
  readonly jobs: readonly Pick<CreateJobRequest, 'operation_type' | 'provider_id' | 'params'>[];
  /** Names of providers; the first one has the accounts unless there are two. */
  readonly providers: readonly string[];
  readonly idempotency: 'token' | 'none';
  readonly crashes: number;
  /** Processes that stand still for longer than a lease. */
  readonly freezes: number;
  readonly lostReplies: number;
  readonly duplicates: number;
  /** A person cancels the first job, before anything else or at any moment up to the acceptance. */
  readonly cancels: boolean;
}

const renderMs = 2_000;
const restartMs = 1_000;
/** By then a world with one mishap is quiet, unless something is wrong. */
const longestMs = 10 * 60_000;
const maxSteps = 3_000;
const comparedTables = [
  'jobs',
  'submissions',
  'accounts',
  'creditEntries',
  'assets',
  'lineageEdges',
] as const;

/** One life of a small installation, in which everything that could happen differently is a choice. */
export class SmallWorld {
  readonly scheduler: Scheduler;
  readonly crashes: Once;
  readonly freezes: Once;
  readonly #plan: SmallWorldPlan;
  readonly #choices: ChoiceSequence;
  readonly #sabotage: Sabotage;
  readonly #lostReplies: Once;
  readonly #duplicates: Once;
  readonly #broker: SimulatedBroker;
  readonly #store = new MemoryStore(() => this.scheduler.now);
  readonly #blobs: KeptBlobs = new Map();
  readonly #providers: readonly ScriptedProvider[];
  readonly #violations: Violation[] = [];
  readonly #crashedAt: string[] = [];
  readonly #handlerFailures: History['handlerFailures'][number][] = [];
  readonly #errorsLogged: string[] = [];
  readonly #endedAt = new Map<string, number>();
  #processes: ExploredProcess[] = [];
  #started = 0;

  constructor(plan: SmallWorldPlan, choices: ChoiceSequence, sabotage: Sabotage = {}) {
    this.#plan = plan;
    this.#choices = choices;
    this.#sabotage = sabotage;
    this.scheduler = new Scheduler(new ChosenRandom(choices), simulationStart);
    this.crashes = new Once(choices, plan.crashes);
    this.freezes = new Once(choices, plan.freezes);
    this.#lostReplies = new Once(choices, plan.lostReplies);
    this.#duplicates = new Once(choices, plan.duplicates);
    this.#broker = new SimulatedBroker(
      this.scheduler,
      new DuplicatingRandom(choices, this.#duplicates),
      { loss: 0, duplicate: 1 },
      (message, error) => this.#handlerFailures.push({ message, error }),
    );
    this.#providers = plan.providers.map((id) => this.#createProvider(id));
    this.#store.observe(
      createCommitWatch(
        (violation) => this.#violations.push(violation),
        () => true,
      ),
    );
    this.#store.observe((changes) => {
      for (const change of changes) {
        if (change.table !== 'submissions' || change.after === null) {
          continue;
        }
        if (isEnded(change.after.state)) {
          this.#endedAt.set(change.key, this.scheduler.now);
        }
      }
    });
  }

  /** Lives until all is quiet or the choices end. */
  async run(): Promise<History> {
    const library = drawLibrary(new Random(7), simulationStart);
    const setup = new MemoryDatabase(this.#store);
    await storeLibrary(library, setup, this.#blobs, simulationStart);
    await this.#prepare(library.caller, library.media.images[0] ?? '');
    for (let count = 0; count < this.#plan.processes; count += 1) {
      this.#startProcess();
    }
    const stop = await this.scheduler.run(() => this.#choices.ended || this.#isOver(), maxSteps);
    return this.#history(stop, await readFinalState(setup, library.caller));
  }

  /** The state of the world: equal for two states from which the same can follow. */
  fingerprint(question: string): string {
    const { now } = this.scheduler;
    const text = [
      question,
      JSON.stringify(this.#store.read(comparedTables)),
      ...this.#providers.map(({ server }) => JSON.stringify([...server.generations.values()])),
      this.#broker.describe(),
      this.scheduler.describe(),
      ...this.#processes.map(({ activities }) => activities.describe(now)),
      ...this.#processes.map(({ frozenUntil }) => String(Math.max(0, frozenUntil - now))),
      [this.crashes.left, this.freezes.left, this.#lostReplies.left, this.#duplicates.left].join(),
      [...this.#blobs.keys()].join(),
    ].join('\n--\n');
    return fingerprintOf(text, now);
  }

  afterCrash(where: string): void {
    this.#crashedAt.push(where);
    this.#processes = this.#processes.filter(({ alive }) => alive);
    this.scheduler.after(outsideWorld, restartMs, () => this.#startProcess());
  }

  /** Accounts and jobs, made before anything can go wrong. */
  async #prepare(caller: Caller, image: string): Promise<void> {
    const core = createCore(this.#dependencies(null));
    const { providers, slots, jobs, cancels } = this.#plan;
    for (const id of providers) {
      // Without a queue, and without a look at the balance, which would take virtual time that nobody lets pass.
      void core.accounts.create(caller, {
        provider_id: id,
        label: id,
        credentials: { api_key: id },
        max_concurrent: slots,
      });
    }
    await this.scheduler.run(() => false, 100);
    const ids: string[] = [];
    for (const { params, ...job } of jobs) {
      const filled = params.image_url === undefined ? params : { ...params, image_url: image };
      ids.push((await core.jobs.create(caller, { ...job, params: filled }, null)).job.id);
    }
    if (!cancels) {
      return;
    }
    const cancelAfterMs = [0, 100, 600, 1_500][this.#choices.choose(4, 'cancelled when')] ?? 0;
    this.scheduler.after(outsideWorld, cancelAfterMs, () => {
      core.jobs.cancel(caller, ids[0] ?? '').catch(() => undefined);
    });
  }

  #startProcess(): void {
    this.#started += 1;
    const process = new ExploredProcess(`process ${this.#started}`, this);
    this.#processes.push(process);
    const ports = this.#dependencies(process);
    const handlers = createStepHandlers(ports);
    const named = Object.fromEntries(
      workerSteps.flatMap((step) => {
        const handler = handlerOf(handlers, step);
        const run: StepHandler = (id, signal) =>
          process.activities.run(`${step} ${id}`, async () => (await handler?.(id, signal)) ?? {});
        return handler === undefined ? [] : [[step, run]];
      }),
    );
    void ports.queue.start(named);
    startResumeLoop(ports);
  }

  #dependencies(process: ExploredProcess | null): CoreDependencies {
    const files = new MemoryBlobStore(this.#blobs);
    const calm: AtRisk = process ?? {
      alive: true,
      frozenUntil: 0,
      call: (_port, effect) => effect(),
      crash: () => undefined,
    };
    const database = this.#sabotaged(new MemoryDatabase(this.#store));
    const system = this.#createSystem(calm);
    const logger = this.#logger();
    const ports: ProcessPorts = {
      database: databaseOf(calm, database, () => false),
      registry: registryOf(calm, this.#providers.map(createScriptedAdapter)),
      queue: process === null ? silentQueue : this.#broker.connect(process),
      blobs: blobsOf(calm, files),
      media: mediaOf(
        calm,
        createFakeMedia((path) => files.fileAt(path)),
      ),
      diskRoom: new SimulatedDisk().room,
      outgoing: outgoingOf(calm, createFakeOutgoing(this.#providers)),
      vault: fakeVault,
      system,
      logger,
      bulkheads: createBulkheads({ system, logger }),
      publicUrl: 'https://pixsim7.invalid',
    };
    return this.#sabotage.ports?.(ports) ?? ports;
  }

  #sabotaged(database: Database): Database {
    return withTransactions(database, (work) =>
      database.transaction((transaction) => work(sabotagedTransaction(transaction, this.#sabotage))),
    );
  }

  #createSystem(process: AtRisk): System {
    const { scheduler } = this;
    const random = new ChosenRandom(this.#choices);
    const now = (): number => scheduler.now;
    let tokens = 0;
    const place = this.#started;
    return {
      now,
      wallTime: now,
      keepTime: () => undefined,
      hasJumped: () => false,
      createId: createIdentifierFactory(now, (length) => random.bytes(length).with(0, place)),
      createUuid: () => {
        tokens += 1;
        return `00000000-0000-4000-8000-${String(place).padStart(4, '0')}${String(tokens).padStart(8, '0')}`;
      },
      every(intervalMs, call) {
        let cancel = (): void => undefined;
        const arm = (): void => {
          cancel = scheduler.after(process, intervalMs, () => {
            arm();
            call();
          });
        };
        arm();
        return () => cancel();
      },
    };
  }

  #createProvider(id: string): ScriptedProvider {
    const now = (): number => this.scheduler.now;
    const settings: ServerSettings = {
      idempotency: this.#plan.idempotency,
      idempotencyWindowMs: 3_600_000,
      renderMs: [renderMs, renderMs],
      ...calmServer,
      idPrefix: id === otherProviderId ? '8' : '9',
      refusesAboveLimit: false,
    };
    const server = new SimulatedProviderServer(settings, new ChosenRandom(this.#choices), now);
    server.accounts.set(id, { maxConcurrent: this.#plan.slots, deposit: 1_000 });
    const isOther = id === otherProviderId;
    return {
      server,
      faults: new ChosenFaults(this.#lostReplies, now),
      scheduler: this.scheduler,
      random: new ChosenRandom(this.#choices),
      tellsCredits: 'ended',
      manifest: isOther
        ? otherManifest(settings, false, 0.01, false)
        : { ...simulatedManifest(settings, false, 1), credit_value_usd: 0.02 },
      mapParameters: isOther ? mapOtherParameters : mapSimulatedParameters,
    };
  }

  #isOver(): boolean {
    if (this.scheduler.now - simulationStart > longestMs) {
      return true;
    }
    const [jobs, submissions, assets] = this.#store.read(['jobs', 'submissions', 'assets']) as [
      FinalState['jobs'],
      FinalState['submissions'],
      FinalState['assets'],
    ];
    return (
      jobs.every(({ stage }) => stage === 'finished' || stage === 'needs_attention') &&
      submissions.every(({ state, dueAt }) => isEnded(state) || (state === 'unknown' && dueAt === null)) &&
      assets.every(({ posterDueAt }) => posterDueAt === null)
    );
  }

  #logger(): Logger {
    return {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (_fields, message) => this.#errorsLogged.push(message),
    };
  }

  #history(stop: History['stop'], final: FinalState): History {
    return {
      seed: 0,
      stop,
      steps: this.scheduler.steps,
      duration: this.scheduler.now - simulationStart,
      crashes: this.#crashedAt,
      endedAt: this.#endedAt,
      awakeFrom: simulationStart,
      faults: new Map(),
      hangingProvider: null,
      scenario: { cluster: true, diskChanges: [], processRisks: noRisks },
      handlerFailures: this.#handlerFailures,
      logLines: [],
      errorsLogged: this.#errorsLogged,
      providers: new Map(
        this.#providers.map(({ manifest, server }): [string, ProviderTruth] => [
          manifest.id,
          { server, tellsCredits: true },
        ]),
      ),
      blobs: this.#blobs,
      final,
      violations: this.#violations,
    };
  }
}

const silentQueue: StepQueue = {
  offer: () => Promise.resolve(),
  holds: () => false,
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
  statistics: () => Promise.resolve([]),
};
