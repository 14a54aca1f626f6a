import type {
  AccountId,
  AssetId,
  CreateJobRequest,
  Job,
  JobId,
  MediaType,
  ProviderBehaviour,
  SubmissionId,
  WorkerStep,
} from '@pixsim7/contracts';
import { handlerOf, createBulkheads, GroupCommit, createCore, createStepHandlers } from '@pixsim7/core';
import type {
  AccountRow,
  Core,
  CoreDependencies,
  CreditEntryRow,
  EventRow,
  Instant,
  JobRow,
  Logger,
  StepResult,
  SubmissionRow,
  Transaction,
} from '@pixsim7/core';
import { ProviderRegistry } from '@pixsim7/providers/contract';
import { buildAccount, buildBalanceReading, builtCaller } from '../builders/rows.ts';
import { MemoryDatabase, MemoryStore } from '../memory-database/index.ts';
import { createFakeMedia, fakeMediaBytes } from '../simulation/ports/fake-media.ts';
import { fakeVault } from '../simulation/ports/fake-vault.ts';
import { MemoryBlobStore } from '../simulation/ports/memory-blob-store.ts';
import { chunksOf, FakeDownloads } from './fake-downloads.ts';
import { answers, createFakeProvider } from './fake-provider.ts';
import type { FakeProvider } from './fake-provider.ts';
import { ManualSystem } from './manual-system.ts';
import { RecordingQueue } from './recording-queue.ts';

export interface LogLine {
  readonly level: keyof Logger;
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

/** The credential that every account of a bench has, unless the test says otherwise. */
const defaultCredential = 'sk-bench';
/** Far more steps than any flow needs; a flow that never rests is a fault of its own. */
const maxSteps = 500;

/** The whole domain over memory, one process, where nothing happens unless the test makes it happen. */
export class Bench {
  readonly store = new MemoryStore();
  readonly database = new MemoryDatabase(this.store);
  readonly system = new ManualSystem();
  readonly queue = new RecordingQueue();
  readonly blobs = new MemoryBlobStore();
  readonly downloads = new FakeDownloads();
  readonly logLines: LogLine[] = [];
  readonly provider: FakeProvider;
  readonly dependencies: CoreDependencies;
  readonly core: Core;

  constructor(behaviour: Partial<ProviderBehaviour>, others: readonly FakeProvider[]) {
    this.provider = createFakeProvider(behaviour);
    const registry = new ProviderRegistry().register(this.provider);
    for (const other of others) {
      registry.register(other);
    }
    const logger = this.#createLogger();
    this.dependencies = {
      database: this.database,
      registry,
      queue: this.queue,
      blobs: this.blobs,
      media: createFakeMedia((path) => this.blobs.fileAt(path)),
      outgoing: this.downloads,
      vault: fakeVault,
      system: this.system,
      logger,
      createCommits: (database) => new GroupCommit(database),
      bulkheads: createBulkheads({ system: this.system, logger }),
    };
    this.core = createCore(this.dependencies);
  }

  /** Runs a step as the queue would. */
  run(step: WorkerStep, id: string): Promise<StepResult> {
    const handler = handlerOf(createStepHandlers(this.dependencies), step);
    if (handler === undefined) {
      throw new Error(`Core has no ${step} step.`);
    }
    return handler(id, new AbortController().signal);
  }

  dispatch(providerId = this.provider.id): Promise<StepResult> {
    return this.run('dispatch', providerId);
  }

  /** Runs every offered step at its time, moving the clock, until nothing is offered before `until`. */
  async settle(until: Instant = Infinity): Promise<void> {
    for (let steps = 0; steps < maxSteps; steps += 1) {
      const next = this.queue.offers.toSorted((left, right) => left.runAt - right.runAt)[0];
      if (next === undefined || next.runAt > until) {
        return;
      }
      this.queue.offers.splice(this.queue.offers.indexOf(next), 1);
      this.system.advanceTo(next.runAt);
      const { again } = await this.run(next.step, next.id);
      if (again !== undefined) {
        await this.queue.offer(next, again);
      }
    }
    throw new Error(`The flow did not rest after ${maxSteps} steps.`);
  }

  /** An account in the database, with this balance unless it is null. */
  async addAccount(
    changes: Partial<AccountRow> = {},
    { credits = 100, credential = defaultCredential }: { credits?: number | null; credential?: string } = {},
  ): Promise<AccountRow> {
    const row = buildAccount({ providerId: this.provider.id, ...changes });
    const sealedCredentials = fakeVault.seal(row.id, JSON.stringify({ api_key: credential }));
    const account = { ...row, sealedCredentials };
    await this.write(async (transaction) => {
      await transaction.accounts.insert(account);
      if (credits !== null) {
        const observedAt = this.system.now();
        await transaction.accounts.addReading(
          buildBalanceReading(account.id, { amount: credits, observedAt }),
        );
      }
    });
    return account;
  }

  /** A job made through the service. */
  async addJob(changes: Partial<CreateJobRequest> = {}, idempotencyKey: string | null = null): Promise<Job> {
    const { job } = await this.core.jobs.create(builtCaller, this.request(changes), idempotencyKey);
    return job;
  }

  /** A valid request, as a person would send it. */
  request(changes: Partial<CreateJobRequest> = {}): CreateJobRequest {
    return {
      operation_type: 'text_to_video',
      provider_id: this.provider.id,
      params: { prompt: 'a paper boat' },
      ...changes,
    };
  }

  /** A file that the owner uploaded. */
  async addAsset(mediaType: MediaType = 'image', text = 'a file'): Promise<AssetId> {
    const bytes = fakeMediaBytes(mediaType, text);
    return (await this.core.assets.upload(builtCaller, chunksOf(bytes), null)).id;
  }

  /** An account, a job, and its attempt that was dispatched and not yet sent. */
  async preparedAttempt(changes: Partial<CreateJobRequest> = {}): Promise<SubmissionRow> {
    if ((await this.read((transaction) => transaction.accounts.list({}))).length === 0) {
      await this.addAccount();
    }
    const job = await this.addJob(changes);
    await this.dispatch();
    return this.lastAttempt(job.id);
  }

  /** The same, accepted by the provider. */
  async acceptedAttempt(changes: Partial<CreateJobRequest> = {}): Promise<SubmissionRow> {
    const prepared = await this.preparedAttempt(changes);
    await this.run('submit', prepared.id);
    return this.submission(prepared.id);
  }

  /** The same, finished at the provider, its file not fetched yet. */
  async succeededAttempt(changes: Partial<CreateJobRequest> = {}): Promise<SubmissionRow> {
    const accepted = await this.acceptedAttempt(changes);
    this.provider.checkStatus.mockResolvedValueOnce(answers.completed());
    await this.run('check', accepted.id);
    return this.submission(accepted.id);
  }

  read<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  write<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  async job(id: JobId): Promise<JobRow> {
    return found(await this.read((transaction) => transaction.jobs.get(id)), id);
  }

  async submission(id: SubmissionId): Promise<SubmissionRow> {
    return found(await this.read((transaction) => transaction.submissions.get(id)), id);
  }

  /** Every attempt of a job, oldest first. */
  attempts(jobId: JobId): Promise<SubmissionRow[]> {
    return this.read((transaction) => transaction.submissions.listByJobs([jobId]));
  }

  async lastAttempt(jobId: JobId): Promise<SubmissionRow> {
    return found((await this.attempts(jobId)).at(-1) ?? null, `the attempt of ${jobId}`);
  }

  async account(id: AccountId): Promise<AccountRow> {
    return found(await this.read((transaction) => transaction.accounts.get(id)), id);
  }

  /** The ledger of an attempt, as `hold 2`, `settle 2`, `settle null` or `release 0`. */
  async ledger(id: SubmissionId): Promise<string[]> {
    const entries = await this.read((transaction) => transaction.credits.bySubmission(id));
    return entries.map(({ kind, amount }: CreditEntryRow) => `${kind} ${amount}`);
  }

  /** Every event so far, published. */
  async events(): Promise<EventRow[]> {
    await this.core.events.publish();
    return this.read((transaction) => transaction.events.after(0, 10_000));
  }

  /** Counts the transactions that write anything while `work` runs. */
  async commitsDuring(work: () => Promise<unknown>): Promise<number> {
    let commits = 0;
    const stop = this.store.observe(() => {
      commits += 1;
    });
    await work();
    stop();
    return commits;
  }

  #createLogger(): Logger {
    const write =
      (level: keyof Logger) =>
      (fields: Record<string, unknown>, message: string): void => {
        this.logLines.push({ level, fields, message });
      };
    return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  }
}

/**
 * @param behaviour see `createFakeProvider`
 * @param others providers beside the usual one
 */
export function createBench(
  behaviour: Partial<ProviderBehaviour> = {},
  others: readonly FakeProvider[] = [],
): Bench {
  return new Bench(behaviour, others);
}

function found<Row>(row: Row | null, what: string): Row {
  if (row === null) {
    throw new Error(`There is no ${what}.`);
  }
  return row;
}
