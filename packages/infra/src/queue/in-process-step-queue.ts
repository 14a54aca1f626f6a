import { workerSteps } from '@pixsim7/contracts';
import type { WorkerStep } from '@pixsim7/contracts';
import { handlerOf } from '@pixsim7/core';
import type {
  Instant,
  Logger,
  PauseBounds,
  StepHandlers,
  StepMessage,
  StepQueue,
  StepQueueStatistics,
} from '@pixsim7/core';
import type { Scheduler } from './scheduler.ts';
import { StepRunner } from './step-runner.ts';
import { defaultRetryDelays, defaultStepConcurrency } from './step-settings.ts';
import type { StepConcurrency } from './step-settings.ts';

export interface InProcessStepQueueOptions {
  readonly logger: Logger;
  readonly concurrency?: Partial<StepConcurrency>;
  /** 1 s growing to 60 s when left out. */
  readonly retryDelays?: PauseBounds;
  /** From 0 to 1. */
  readonly random?: () => number;
  readonly scheduler: Scheduler;
}

/**
 * The step queue of embedded mode: timers and pools in this process. A key that failed waits longer each time, but an
 * offer of that key from elsewhere still brings it forward, as the port says.
 */
export function createInProcessStepQueue(options: InProcessStepQueueOptions): StepQueue {
  const concurrency = { ...defaultStepConcurrency, ...options.concurrency };
  const { retryDelays = defaultRetryDelays, random = Math.random, scheduler } = options;
  const createRunner = (step: WorkerStep): StepRunner =>
    new StepRunner({
      step,
      concurrency: concurrency[step],
      retryDelays,
      random,
      scheduler,
      logger: options.logger,
    });
  const runners: Readonly<Record<WorkerStep, StepRunner>> = {
    dispatch: createRunner('dispatch'),
    submit: createRunner('submit'),
    check: createRunner('check'),
    ingest: createRunner('ingest'),
    poster: createRunner('poster'),
    deliver: createRunner('deliver'),
  };
  let phase: 'new' | 'started' | 'stopped' = 'new';

  return {
    offer: async ({ step, id }: StepMessage, runAt: Instant) => {
      if (!Number.isFinite(runAt)) {
        throw new RangeError(`${step} ${id} was offered for a time that is no number.`);
      }
      runners[step].offer(id, runAt);
    },
    holds: ({ step, id }) => runners[step].holds(id),
    start: async (handlers: StepHandlers) => {
      if (phase !== 'new') {
        throw new Error(`The step queue cannot start: it is ${phase}.`);
      }
      phase = 'started';
      for (const step of workerSteps) {
        const handler = handlerOf(handlers, step);
        if (handler !== undefined) {
          runners[step].start(handler);
        }
      }
    },
    stop: async (graceMs: number) => {
      phase = 'stopped';
      const all = Object.values(runners);
      for (const runner of all) {
        runner.halt();
      }
      const cancelAbort = scheduler.after(graceMs, () => {
        for (const runner of all) {
          runner.abortRuns();
        }
      });
      await Promise.all(all.map((runner) => runner.allEnded()));
      cancelAbort();
    },
    statistics: async (): Promise<StepQueueStatistics[]> =>
      workerSteps.map((step) => runners[step].statistics()),
  };
}
