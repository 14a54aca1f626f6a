import { withTransactions, createBulkheads, DurationMemory, GroupCommit, Handover } from '@pixsim7/core';
import type { Database, Instant, Logger, RowWriter, StepMessage, System, Transaction } from '@pixsim7/core';
import { writtenThrough } from '../memory-database/index.ts';
import type { Violation } from './history.ts';
import { SimulatedDisk } from './machine/disk.ts';
import { createFakeSystem } from './machine/fake-system.ts';
import { MachineClock } from './machine/machine-clock.ts';
import { noRisks, SimulatedProcess } from './machine/process.ts';
import type { Random } from './machine/random.ts';
import { outsideWorld, Scheduler } from './machine/scheduler.ts';
import { createFakeMedia } from './ports/fake-media.ts';
import { createFakeOutgoing } from './ports/fake-outgoing.ts';
import { fakeVault } from './ports/fake-vault.ts';
import { MemoryBlobStore } from './ports/memory-blob-store.ts';
import type { KeptBlobs } from './ports/memory-blob-store.ts';
import { blobsOf, databaseOf, mediaOf, outgoingOf, registryOf } from './ports/process-ports.ts';
import type { ProcessPorts } from './ports/process-ports.ts';
import { SimulatedBroker } from './ports/simulated-step-queue.ts';
import { Faults } from './provider/faults.ts';
import { simulatedManifest } from './provider/manifest.ts';
import { mapSimulatedParameters } from './provider/map-parameters.ts';
import { mapOtherParameters, otherManifest, otherProviderId } from './provider/other-provider.ts';
import { createScriptedAdapter } from './provider/scripted-provider.ts';
import type { ScriptedProvider } from './provider/scripted-provider.ts';
import { SimulatedProviderServer } from './provider/server.ts';
import { sendWebhooks } from './provider/webhook-sender.ts';
import type { DeliverWebhook } from './provider/webhook-sender.ts';
import { calmAfterMs } from './scenario.ts';
import type { PlannedProvider, Scenario } from './scenario.ts';

/** 2026-01-01, 00:00 UTC. */
export const simulationStart: Instant = Date.UTC(2026, 0, 1);
/** Names the crash of a process that a file ends. */
export const readingCrash = 'reading a file';
const longestOutageMs = 60_000;
/** As in a real process, and few enough that the jobs of one scenario fill them. */
const simulatedPlaces = 10;
/** Of the steps that are due in a worker of a cluster. The others are handed over, as when it has no room. */
const stayingShare = 0.7;
const simulatedShares = {
  submit: { account: 2, host: 4, provider: 4, total: 8 },
  check: { account: 2, host: 4, provider: 4, total: 8 },
  ingest: { account: 2, host: 4, provider: 4, total: 8 },
  balance: { account: 1, host: 4, provider: 4, total: 8 },
  import: { account: 4, host: 4, provider: 4, total: 8 },
  webhook: { account: 2, host: 4, provider: 4, total: 8 },
};

/** A rule of the installation that is broken on purpose, to see whether the invariants notice. */
export interface Sabotage {
  /** Changes what the repositories of a transaction do. */
  readonly transaction?: (transaction: Transaction) => Transaction;
  /** Changes how the rows of units are written. */
  readonly rows?: (transaction: Transaction) => RowWriter;
  /** Changes any other port of a process. */
  readonly ports?: (ports: ProcessPorts) => ProcessPorts;
}

export interface WorldParts<Application> {
  readonly scenario: Scenario;
  readonly random: Random;
  readonly blobs: KeptBlobs;
  /** A connection of one process to the database that all share. */
  readonly connect: () => Database;
  readonly sabotage: Sabotage;
  readonly report: (violation: Violation) => void;
  /** Starts the program under test over these ports. */
  readonly startApplication: (ports: ProcessPorts) => Application;
  /** Hands the webhook of a provider to an application; false when it has to be sent again. */
  readonly deliverWebhook: DeliverWebhook;
}

/** The address at which providers reach the installation. */
const publicUrl = 'https://pixsim7.invalid';

/**
 * Everything outside and around the program: time, the provider, the store, and processes that die and are started
 * again over what outlives them.
 */
export class World<Application> {
  readonly scheduler: Scheduler;
  readonly clock: MachineClock;
  readonly disk = new SimulatedDisk();
  readonly providers: readonly ScriptedProvider[];
  readonly crashes: string[] = [];
  readonly handlerFailures: { message: StepMessage; error: unknown }[] = [];
  readonly logLines: string[] = [];
  readonly errorsLogged: string[] = [];
  readonly #parts: WorldParts<Application>;
  readonly #running = new Map<SimulatedProcess, Application>();
  readonly #sharedBroker: SimulatedBroker;
  #calm = false;
  #started = 0;

  constructor(parts: WorldParts<Application>) {
    const { scenario, random } = parts;
    this.#parts = parts;
    this.scheduler = new Scheduler(random.fork(), simulationStart);
    const now = (): Instant => this.scheduler.now;
    this.clock = new MachineClock(now);
    this.providers = scenario.providers.map((planned): ScriptedProvider => {
      const server = new SimulatedProviderServer(planned.server, random.fork(), now);
      for (const { providerId, credential, maxConcurrent, realSlots, deposit } of scenario.accounts) {
        if (providerId === planned.id) {
          const slots = planned.server.refusesAboveLimit ? realSlots : maxConcurrent;
          server.accounts.set(credential, { maxConcurrent: slots, deposit });
        }
      }
      if (planned.sendsWebhooks) {
        sendWebhooks(server, this.scheduler, random.fork(), parts.deliverWebhook);
      }
      return {
        server,
        faults: new Faults(
          random.fork(),
          planned.faultRates ?? scenario.faultRates,
          simulationStart + calmAfterMs,
          now,
        ),
        scheduler: this.scheduler,
        random: random.fork(),
        tellsCredits: planned.tellsCredits,
        ...describeProvider(planned),
      };
    });
    this.#sharedBroker = this.#createBroker();
  }

  startProcesses(): void {
    this.#startProcess();
    if (this.#parts.scenario.cluster) {
      this.#startProcess();
    }
    const { clockSteps, sleeps, diskChanges } = this.#parts.scenario;
    for (const { at, to } of diskChanges) {
      this.scheduler.after(outsideWorld, at, () => (this.disk.state = to));
    }
    for (const { at, byMs } of clockSteps) {
      this.scheduler.after(outsideWorld, at, () => this.clock.set(byMs));
    }
    for (const { at, forMs } of sleeps) {
      this.scheduler.after(outsideWorld, at, () => this.#sleep(forMs));
    }
  }

  #sleep(forMs: number): void {
    for (const process of this.#running.keys()) {
      process.frozenUntil = this.scheduler.now + forMs;
    }
    this.scheduler.after(outsideWorld, forMs, () => this.clock.sleep(forMs));
  }

  /**
   * False while the room on the disk is kept for accepted work, and whoever looked at it before has gone on: a process may
   * have stood still between its look and its commit.
   */
  get takesNewWork(): boolean {
    const { diskChanges, processRisks, sleeps } = this.#parts.scenario;
    if (sleeps.length > 0) {
      return true;
    }
    const now = this.scheduler.now - simulationStart;
    // It may stand still at each of the calls that a request makes, and waits for the commit under way and for its own.
    const frozenMs = processRisks.freeze === 0 ? 0 : 5 * processRisks.longestFreezeMs;
    const pauseMs = frozenMs + 2 * longestCommitDelayMs;
    const first = diskChanges[0];
    return this.disk.state === 'enough' || first === undefined || now <= first.at + pauseMs;
  }

  /** From now on no process dies and no message is lost. */
  calmDown(): void {
    this.#calm = true;
    for (const process of this.#running.keys()) {
      process.risks = noRisks;
    }
    this.#sharedBroker.risks = { ...this.#sharedBroker.risks, loss: 0, duplicate: 0 };
  }

  /** One of the applications that run, or null during an outage. */
  anyApplication(): Application | null {
    const running = [...this.#running.values()];
    return running.length === 0 ? null : this.#parts.random.pick(running);
  }

  #startProcess(): void {
    const { scenario, random } = this.#parts;
    this.#started += 1;
    const name = `process ${this.#started}`;
    const risks = this.#calm ? noRisks : scenario.processRisks;
    const process = new SimulatedProcess(name, this.scheduler, random.fork(), risks, (dead, where) => {
      this.crashes.push(`${dead.name} ${where} at ${this.scheduler.now - simulationStart} ms`);
      this.#running.delete(dead);
      this.scheduler.after(outsideWorld, random.integer(0, longestOutageMs), () => this.#startProcess());
    });
    this.#running.set(process, this.#parts.startApplication(this.#portsOf(process)));
  }

  #portsOf(process: SimulatedProcess): ProcessPorts {
    const { scenario, random, blobs, connect, sabotage } = this.#parts;
    const files = new MemoryBlobStore(blobs, () => this.disk.write());
    const dies = random.fork();
    const system = createFakeSystem(this.scheduler, process, random.fork(), this.clock);
    const logger = this.#createLogger();
    const ports: ProcessPorts = {
      database: databaseOf(
        process,
        this.#watchTransactions(sabotaged(connect(), sabotage)),
        () => process.risks !== noRisks && dies.chance(scenario.deathBeforeCommit),
      ),
      registry: registryOf(process, this.providers.map(createScriptedAdapter)),
      queue: (scenario.cluster ? this.#sharedBroker : this.#createBroker()).connect(process, () =>
        system.now(),
      ),
      blobs: blobsOf(process, files),
      media: mediaOf(
        process,
        createFakeMedia(
          (path) => files.fileAt(path),
          () => {
            process.crash(readingCrash);
            return new Promise<never>(() => undefined);
          },
        ),
      ),
      diskRoom: this.disk.room,
      outgoing: outgoingOf(process, createFakeOutgoing(this.providers)),
      vault: fakeVault,
      system,
      logger,
      publicUrl,
      bulkheads: createBulkheads({ system, logger, shares: simulatedShares }),
      durations: new DurationMemory(system),
      createCommits: (database) => new GroupCommit(database, createCommitDelay(system)),
      handover: new Handover(system),
      publishGapMs: 50,
    };
    return sabotage.ports?.(ports) ?? ports;
  }

  /** Nobody else runs while a transaction is open, unless its work waits for something outside of the database. */
  #watchTransactions(database: Database): Database {
    return withTransactions(database, async (work) => {
      const before = this.scheduler.steps;
      try {
        return await database.transaction(work);
      } finally {
        if (this.scheduler.steps !== before) {
          const detail = 'A transaction was open while its process waited for the outside.';
          this.#parts.report({ invariant: 'no_waiting_in_transactions', detail });
        }
      }
    });
  }

  #createBroker(): SimulatedBroker {
    const { scenario, random } = this.#parts;
    const sloppiness = this.#calm ? { loss: 0, duplicate: 0 } : scenario.queueRisks;
    const risks = { ...sloppiness, stays: scenario.cluster ? stayingShare : 0 };
    const onFailure = (message: StepMessage, error: unknown): void => {
      this.handlerFailures.push({ message, error });
    };
    return new SimulatedBroker(this.scheduler, random.fork(), risks, onFailure, simulatedPlaces);
  }

  #createLogger(): Logger {
    const write = (fields: Record<string, unknown>, message: string): void => {
      this.logLines.push(`${message} ${JSON.stringify(fields, describeErrors)}`);
    };
    return {
      debug: write,
      info: write,
      warn: write,
      error: (fields, message) => {
        write(fields, message);
        this.errorsLogged.push(`${message}: ${JSON.stringify(fields, describeErrors)}`);
      },
    };
  }
}

function describeProvider({
  id,
  server,
  canCancel,
  creditValueUsd,
  sendsWebhooks,
}: PlannedProvider): Pick<ScriptedProvider, 'manifest' | 'mapParameters'> {
  if (id === otherProviderId) {
    const manifest = otherManifest(server, canCancel, creditValueUsd, sendsWebhooks);
    return { manifest, mapParameters: mapOtherParameters };
  }
  const manifest = {
    ...simulatedManifest(server, canCancel, 2, sendsWebhooks),
    credit_value_usd: creditValueUsd,
  };
  return { manifest, mapParameters: mapSimulatedParameters };
}

const longestCommitDelayMs = 1_500;

/** Nothing takes time in a simulated database, so without a wait no two units would ever share a transaction. */
function createCommitDelay(system: Pick<System, 'every'>): () => Promise<void> {
  let commits = 0;
  return async () => {
    commits += 1;
    if (commits % 3 !== 0) {
      return;
    }
    // Long enough for others to change what the waiting units have read.
    const delayMs = 1 + ((commits * 367) % longestCommitDelayMs);
    await new Promise<void>((resolve) => {
      const stop = system.every(delayMs, () => {
        stop();
        resolve();
      });
    });
  };
}

function sabotaged(database: Database, sabotage: Sabotage): Database {
  return withTransactions(database, (work) =>
    database.transaction((transaction) => work(sabotagedTransaction(transaction, sabotage))),
  );
}

/** The repositories of a transaction with a sabotage, and a writer that goes through them. */
export function sabotagedTransaction(transaction: Transaction, sabotage: Sabotage): Transaction {
  const changed =
    sabotage.transaction === undefined ? transaction : writtenThrough(sabotage.transaction(transaction));
  return sabotage.rows === undefined ? changed : { ...changed, rows: sabotage.rows(changed) };
}

function describeErrors(_key: string, value: unknown): unknown {
  return value instanceof Error
    ? Object.assign({ name: value.name, message: value.message }, value as object)
    : value;
}
