import { workerSteps } from '@pixsim7/contracts';
import type { WorkerStep } from '@pixsim7/contracts';
import { handlerOf } from '@pixsim7/core';
import type { Instant, Logger, PauseBounds, StepHandlers, StepMessage, StepQueue } from '@pixsim7/core';
import { createOutageLog } from '../../redis/outage-log.ts';
import { openPatientLink, openPromptLink } from '../../redis/redis-link.ts';
import type { RedisLink } from '../../redis/redis-link.ts';
import type { RedisAddress } from '../../redis/redis-options.ts';
import type { Scheduler } from '../scheduler.ts';
import { defaultRetryDelays, defaultStepConcurrency } from '../step-settings.ts';
import type { StepConcurrency } from '../step-settings.ts';
import { BullmqStepRunner } from './bullmq-step-runner.ts';
import { singleRuns } from './single-runs.ts';
import { createWorkerLoads } from './worker-loads.ts';

/** Begins every key in Redis unless an installation chooses another one. */
export const defaultQueuePrefix = 'pixsim7';

/** The time that a stop waits for Redis once the handlers have ended. Anything not written by then is offered again later. */
const farewellMs = 2_000;

export interface BullmqStepQueueOptions extends RedisAddress {
  readonly logger: Logger;
  /** Begins every key in Redis, so several installations can share one. `defaultQueuePrefix` when left out. */
  readonly prefix?: string;
  readonly concurrency?: Partial<StepConcurrency>;
  /** Steps that run in the process that offers them when they are due and there is room. All when left out. */
  readonly stays?: readonly WorkerStep[];
  /** 1 s growing to 60 s when left out. */
  readonly retryDelays?: PauseBounds;
  /** From 0 to 1. */
  readonly random?: () => number;
  readonly scheduler: Scheduler;
}

/**
 * The step queue of a cluster. What is due runs in the worker that offers it, when that has room; BullMQ on Redis, shared by
 * all processes, carries what is due later, what one worker hands over, and what processes without workers offer.
 *
 * A key that stays can run in two processes at a time, as it can after a crash: the rows say who may write. `dispatch` is
 * kept to one process at a time as long as Redis answers.
 *
 * While Redis is away or refuses, `offer` resolves at once and what cannot stay is lost (logged, at most every 10 s);
 * workers go on by themselves when it is back. `statistics` rejects with `RedisUnavailableError`. Offers during `stop`
 * still reach the other processes.
 */
export function createBullmqStepQueue(options: BullmqStepQueueOptions): StepQueue {
  const {
    logger,
    prefix = defaultQueuePrefix,
    random = Math.random,
    scheduler,
    stays = workerSteps,
  } = options;
  const concurrency = { ...defaultStepConcurrency, ...options.concurrency };
  const retryDelays = options.retryDelays ?? defaultRetryDelays;
  const outages = createOutageLog(logger, () => scheduler.now());
  const producer = openPromptLink(options, outages);
  const loads = createWorkerLoads({ prefix: `${prefix}:loads`, link: producer, outages, scheduler });
  let consumer: RedisLink | null = null;
  let phase: 'new' | 'started' | 'stopping' | 'closed' = 'new';
  let halted: Promise<unknown> | null = null;

  const createRunner = (step: WorkerStep): BullmqStepRunner =>
    new BullmqStepRunner({
      step,
      prefix,
      concurrency: concurrency[step],
      stays: stays.includes(step),
      leastHeldElsewhere: () => loads.leastHeldElsewhere(step),
      retryDelays,
      random,
      scheduler,
      logger,
      outages,
      producer,
    });
  const runners: Readonly<Record<WorkerStep, BullmqStepRunner>> = {
    dispatch: createRunner('dispatch'),
    submit: createRunner('submit'),
    check: createRunner('check'),
    ingest: createRunner('ingest'),
    poster: createRunner('poster'),
    deliver: createRunner('deliver'),
  };
  const all = Object.values(runners);

  return {
    offer: async ({ step, id }: StepMessage, runAt: Instant) => {
      if (!Number.isFinite(runAt)) {
        throw new RangeError(`${step} ${id} was offered for a time that is no number.`);
      }
      if (phase !== 'closed') {
        await runners[step].offer(id, runAt);
      }
    },
    holds: ({ step, id }) => runners[step].holds(id),
    start: async (handlers: StepHandlers) => {
      if (phase !== 'new') {
        throw new Error(`The step queue cannot start: it is ${phase}.`);
      }
      phase = 'started';
      consumer = openPatientLink(options, outages);
      const single = { prefix: `${prefix}:single`, link: producer, outages, scheduler };
      for (const step of workerSteps) {
        const handler = handlerOf(handlers, step);
        if (handler !== undefined) {
          runners[step].start(step === 'dispatch' ? singleRuns(handler, single) : handler, consumer);
        }
      }
      loads.start((step) => runners[step].load());
    },
    stop: async (graceMs: number) => {
      if (phase === 'closed') {
        return;
      }
      phase = 'stopping';
      halted ??= Promise.all([loads.stop(), ...all.map((runner) => runner.halt())]);
      const cancelAbort = scheduler.after(graceMs, () => {
        for (const runner of all) {
          runner.abortRuns();
        }
      });
      await Promise.all(all.map((runner) => runner.allEnded()));
      cancelAbort();
      await atMost(
        farewellMs,
        halted.then(() => Promise.all(all.map((runner) => runner.settled()))),
        scheduler,
      );
      phase = 'closed';
      producer.close();
      consumer?.close();
    },
    statistics: async () => {
      const carried = await Promise.all(workerSteps.map((step) => runners[step].statistics()));
      const elsewhere = await loads.unknownRunsElsewhere();
      return carried.map((figures) => ({
        ...figures,
        running: Math.max(0, figures.running + (elsewhere.get(figures.step) ?? 0)),
      }));
    },
  };
}

async function atMost(limitMs: number, work: Promise<unknown>, scheduler: Scheduler): Promise<void> {
  let cancel = (): void => undefined;
  const limit = new Promise<void>((resolve) => {
    cancel = scheduler.after(limitMs, resolve);
  });
  await Promise.race([work, limit]).finally(() => cancel());
}
