import { ErrorCode, Queue, RedisConnection, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import type { WorkerStep } from '@pixsim7/contracts';
import { createRest } from '@pixsim7/core';
import type { Instant, Rest, StepQueueStatistics } from '@pixsim7/core';
import type { OutageLog } from '../../redis/outage-log.ts';
import type { RedisLink } from '../../redis/redis-link.ts';
import { RedisUnavailableError } from '../../redis/redis-unavailable-error.ts';
import type { Scheduler } from '../scheduler.ts';
import { createOfferedTimes } from './offered-times.ts';
import type { CarriedJob, OfferedTimes } from './offered-times.ts';
import { restAfterErrors } from './worker-rest.ts';
import type { WorkerRest } from './worker-rest.ts';

interface Hold {
  readonly lockMs: number;
  readonly stalledCheckMs: number;
}

/**
 * A process that died keeps its keys for lock + two stalled checks, 25 s at most. The rows it left are found overdue
 * sooner, but an offer of a key that still counts as running is only noted.
 */
const usualHold: Hold = { lockMs: 15_000, stalledCheckMs: 5_000 };
/** One key of a dispatch is all the jobs of a provider, so nobody waits for a dead process longer than 4 s. */
const dispatchHold: Hold = { lockMs: 2_000, stalledCheckMs: 1_000 };
/** The pause before a worker asks an unresponsive Redis again. BullMQ's own 15 s are a long silence. */
const workerRetryMs = 1_000;
/** The resume loop offers hundreds of steps at once, again and again; a Redis that refuses them is not asked for each. */
const refusalPauses = { firstMs: 100, longestMs: 2_000 };
/** A key that is due for so long and was not run may have been noted by a process that died before it added the job. */
const forgottenMs = 60_000;
const forgottenBatch = 1_000;

// BullMQ would ask the server with INFO, which needs a right. It is given these values instead.
RedisConnection.minimumVersion = '6.2.0';

export interface BullmqCarrierSettings {
  readonly step: WorkerStep;
  readonly prefix: string;
  readonly concurrency: number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly scheduler: Scheduler;
  readonly outages: OutageLog;
  readonly producer: RedisLink;
}

type StepJob = Job<{ readonly id: string }, void>;

/**
 * Carries one step on a BullMQ queue of its own.
 *
 * BullMQ drops a job whose id it holds already, which is the dedupe we want, but for two things: it does not keep the
 * earlier of two times, and an offer while the job is active leaves no trace. Its `deduplication` with `keepLastIfActive`
 * keeps the last offer, not the earliest. So each offer is first noted in a sorted set (`ZADD LT` keeps the earlier
 * time); a run takes its note away before it reads anything; and if a note is there when a run has ended, the job is
 * added again. `again` and retries are offers like any other. No step needs more than one key of Redis to be changed at
 * once, and a note or job that gets lost costs a delay, never work: overdue rows are offered again from the database.
 */
export class BullmqCarrier {
  readonly #settings: BullmqCarrierSettings;
  readonly #queue: Queue<StepJob>;
  readonly #times: OfferedTimes;
  readonly #followUps = new Set<Promise<void>>();
  /** By what was tried. */
  readonly #rests = new Map<string, Rest>();
  #worker: Worker<{ readonly id: string }, void> | null = null;
  #workerRest: WorkerRest | null = null;
  #handedOut = 0;

  constructor(settings: BullmqCarrierSettings) {
    const { step, prefix, producer, outages } = settings;
    this.#settings = settings;
    this.#times = createOfferedTimes(producer.client, `${prefix}:offered:${step}`);
    this.#queue = new Queue(step, {
      connection: producer.client,
      prefix,
      // Each of these would send a command at once; when Redis is away, its failure would break the queue for good.
      skipVersionCheck: true,
      skipWaitingForReady: true,
      skipMetasUpdate: true,
      // A finished job would hold its key.
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    });
    this.#queue.on('error', (error) => outages.report('Redis is away.', error));
  }

  /** Resolves even when Redis is away; the offer is lost then. */
  async offer(id: string, runAt: Instant): Promise<void> {
    await this.#tryInRedis('A step could not be offered.', id, async () => {
      const { dueAt, found } = await this.#times.offer(id, runAt, this.#jobOf(id));
      if (found !== 'carried') {
        await this.#place(id, dueAt, found === 'new');
      }
    });
  }

  /** Notes when a key that was handed to the processor is due again. It is placed when the processor has ended. */
  async note(id: string, runAt: Instant): Promise<void> {
    await this.#tryInRedis('A step could not be offered.', id, async () => {
      // A job that FLUSHALL removed does not end, as far as BullMQ knows.
      if (!(await this.#times.note(id, runAt, this.#jobOf(id)))) {
        await this.#place(id, runAt, true);
      }
    });
  }

  /** Takes away what was noted before a run, as it begins. Says how often in a row the key has failed. */
  async take(id: string): Promise<number> {
    return (await this.#tryInRedis('An offer could not be taken.', id, () => this.#times.take(id))) ?? 0;
  }

  /** Returns how often in a row the key has failed now; 1 when Redis does not know. */
  async countFailure(id: string): Promise<number> {
    const message = 'Failures could not be noted.';
    return (await this.#tryInRedis(message, id, () => this.#times.countFailure(id))) ?? 1;
  }

  async forgetFailures(id: string): Promise<void> {
    await this.#tryInRedis('Failures could not be noted.', id, () => this.#times.forgetFailures(id));
  }

  /** @param process ends when the key has run, or when this process stops and somebody else is to run it; never throws */
  start(process: (id: string) => Promise<void>, consumer: RedisLink): void {
    const { step, prefix, concurrency, outages } = this.#settings;
    const handOut = async ({ data }: StepJob): Promise<void> => {
      this.#handedOut += 1;
      await process(data.id);
      this.#handedOut -= 1;
    };
    const { lockMs, stalledCheckMs } = step === 'dispatch' ? dispatchHold : usualHold;
    this.#worker = new Worker(step, handOut, {
      connection: consumer.client,
      prefix,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      runRetryDelay: workerRetryMs,
      skipVersionCheck: true,
    });
    this.#workerRest = restAfterErrors(this.#worker);
    this.#worker.on('completed', (job) => this.#followUp(job.data.id));
    // Only a job that stalled twice fails; our processor never throws.
    this.#worker.on('failed', (job, error) => {
      outages.report('BullMQ gave up a step.', error, { step });
      if (job !== undefined) {
        this.#followUp(job.data.id);
      }
    });
    // E.g. the lock of a job that FLUSHALL removed.
    this.#worker.on('error', (error) => outages.report('A worker has trouble with Redis.', error, { step }));
    this.#track(this.#placeForgotten());
  }

  /** Hands out so many keys at a time from now on, and at least one: others wait in Redis, where idle processes see them. */
  allow(keys: number): void {
    const worker = this.#worker;
    if (worker === null) {
      return;
    }
    const before = worker.concurrency;
    worker.concurrency = Math.max(1, keys);
    if (before <= this.#handedOut && this.#handedOut < worker.concurrency) {
      this.#workerRest?.wake();
    }
  }

  /** Starts nothing any more. Resolves when BullMQ has let go of the worker, for which Redis has to answer. */
  async halt(): Promise<void> {
    this.#workerRest?.end();
    await this.#worker?.close();
  }

  /** Writes to Redis that are still open. */
  async settled(): Promise<void> {
    while (this.#followUps.size > 0) {
      await Promise.all(this.#followUps);
    }
  }

  /** Figures of all processes together. @throws RedisUnavailableError */
  async statistics(): Promise<StepQueueStatistics> {
    const { step, producer } = this.#settings;
    try {
      await producer.usable();
      return { step, ...(await this.#times.figures(this.#queue.toKey('active'))) };
    } catch (error) {
      throw new RedisUnavailableError('Redis does not say what waits', producer.failure() ?? error);
    }
  }

  /** Places a key again that was offered while it ran. */
  #followUp(id: string): void {
    this.#track(
      this.#tryInRedis('A step could not be offered.', id, async () => {
        const dueAt = await this.#times.dueAt(id);
        if (dueAt !== null) {
          await this.#place(id, dueAt, true);
        }
      }),
    );
  }

  async #placeForgotten(): Promise<void> {
    await this.#tryInRedis('Forgotten steps could not be looked for.', null, async () => {
      const now = this.#settings.scheduler.now();
      for (const id of await this.#times.overdue(now - forgottenMs, forgottenBatch)) {
        await this.#place(id, now, false);
      }
    });
  }

  /**
   * Makes BullMQ's job agree with the noted time. BullMQ counts the delay from the clock of the machine: counted from ours,
   * a step would come as much too late as the machine's clock was set back.
   *
   * Of two processes that bring a key forward at once, the later writer may
   * hold the later time, so each reads the note once more; it only ever goes down while the key waits.
   *
   * @param isNew nobody can have placed the key with a later time
   */
  async #place(id: string, dueAt: Instant, isNew: boolean): Promise<void> {
    for (let target: Instant | null = dueAt; target !== null;) {
      const { scheduler } = this.#settings;
      const delay = Math.max(0, Math.ceil(target - scheduler.now()));
      const job: StepJob = await this.#queue.add(
        this.#settings.step,
        { id },
        { jobId: this.#jobIdOf(id), delay, timestamp: scheduler.wallTime() },
      );
      if (isNew) {
        return;
      }
      await bringForward(job, delay);
      const latest = await this.#times.dueAt(id);
      target = latest !== null && latest < target ? latest : null;
    }
  }

  /** Does something in Redis that may be lost; undefined when it was. What was refused is not tried again at once. */
  async #tryInRedis<Result>(
    message: string,
    id: string | null,
    work: () => Promise<Result>,
  ): Promise<Result | undefined> {
    const { step, producer, outages } = this.#settings;
    const rest = this.#restOf(message);
    if (rest.leftMs() > 0) {
      outages.report(message, 'Redis refused it just now', { step, id });
      return undefined;
    }
    try {
      if (await producer.usable()) {
        const result = await work();
        rest.noteSuccess();
        return result;
      }
      outages.report(message, producer.failure() ?? 'not connected', { step, id });
    } catch (error) {
      rest.noteFailure();
      outages.report(message, error, { step, id });
    }
    return undefined;
  }

  #restOf(message: string): Rest {
    const { random } = this.#settings;
    const rest =
      this.#rests.get(message) ?? createRest({ ...refusalPauses, now: () => performance.now(), random });
    this.#rests.set(message, rest);
    return rest;
  }

  #jobOf(id: string): CarriedJob {
    const { scheduler } = this.#settings;
    const jobId = this.#jobIdOf(id);
    return {
      jobId,
      key: this.#queue.toKey(jobId),
      delayedKey: this.#queue.toKey('delayed'),
      clockAheadMs: scheduler.wallTime() - scheduler.now(),
    };
  }

  /** BullMQ takes neither a colon nor a mere number as the id of a job. */
  #jobIdOf(id: string): string {
    return `${this.#settings.step}-${encodeURIComponent(id)}`;
  }

  #track(work: Promise<void>): void {
    this.#followUps.add(work);
    void work.finally(() => this.#followUps.delete(work));
  }
}

/** A job that is not delayed, or not there any more, is due or runs already. */
async function bringForward(job: StepJob, delay: number): Promise<void> {
  try {
    await job.changeDelay(delay);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== ErrorCode.JobNotInState && code !== ErrorCode.JobNotExist) {
      throw error;
    }
  }
}
