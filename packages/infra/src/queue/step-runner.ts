import type { WorkerStep } from '@pixsim7/contracts';
import { growingPauseMs, jitteredMs, StaleRowError } from '@pixsim7/core';
import type { Instant, Logger, PauseBounds, StepHandler, StepQueueStatistics } from '@pixsim7/core';
import { DueHeap } from './due-heap.ts';
import { earlier } from './earlier.ts';
import { longestTimerMs } from './scheduler.ts';
import type { Scheduler } from './scheduler.ts';
import { staleRunsInARow } from './step-settings.ts';

interface Run {
  readonly controller: AbortController;
  readonly ended: Promise<void>;
  /** When it has to run once more, as offered meanwhile; null for not at all. */
  offeredMeanwhile: Instant | null;
}

interface StepRunnerSettings {
  readonly step: WorkerStep;
  readonly concurrency: number;
  readonly retryDelays: PauseBounds;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

/** Everything that one step has waiting and running. */
export class StepRunner {
  readonly #settings: StepRunnerSettings;
  readonly #waiting = new DueHeap();
  readonly #running = new Map<string, Run>();
  /** Only ids whose last run did not succeed; each of them waits or runs, so the map cannot grow on its own. */
  readonly #trouble = new Map<string, { failures: number; stale: number }>();
  #handler: StepHandler | null = null;
  #stopped = false;
  #timer: { readonly at: Instant; readonly cancel: () => void } | null = null;

  constructor(settings: StepRunnerSettings) {
    this.#settings = settings;
  }

  offer(id: string, runAt: Instant): void {
    if (this.#stopped) {
      return;
    }
    const run = this.#running.get(id);
    if (run === undefined) {
      this.#waiting.offer(id, runAt);
      this.#arm();
    } else {
      run.offeredMeanwhile = earlier(run.offeredMeanwhile, runAt);
    }
  }

  /** Whether a key runs, or waits for nothing but a place. */
  holds(id: string): boolean {
    const runAt = this.#waiting.dueAt(id);
    return this.#running.has(id) || (runAt !== null && runAt <= this.#settings.scheduler.now());
  }

  start(handler: StepHandler): void {
    this.#handler = handler;
    this.#arm();
  }

  /** Starts nothing any more. */
  halt(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#timer = null;
  }

  abortRuns(): void {
    for (const run of this.#running.values()) {
      run.controller.abort();
    }
  }

  async allEnded(): Promise<void> {
    await Promise.all([...this.#running.values()].map((run) => run.ended));
  }

  statistics(): StepQueueStatistics {
    return {
      step: this.#settings.step,
      waiting: this.#waiting.size,
      running: this.#running.size,
      earliest: this.#waiting.earliest,
    };
  }

  /**
   * One timer for the earliest message. Handlers start only from it, even when something is due at once: a handler
   * that always asks to run again now would otherwise keep the event loop from everything else.
   */
  #arm(): void {
    const { earliest } = this.#waiting;
    if (
      this.#handler === null ||
      this.#stopped ||
      earliest === null ||
      this.#running.size >= this.#settings.concurrency
    ) {
      return;
    }
    if (this.#timer !== null && this.#timer.at <= earliest) {
      return;
    }
    this.#timer?.cancel();
    const { scheduler } = this.#settings;
    const delayMs = Math.min(Math.max(0, earliest - scheduler.now()), longestTimerMs);
    const cancel = scheduler.after(delayMs, () => {
      this.#timer = null;
      this.#startDue();
    });
    this.#timer = { at: earliest, cancel };
  }

  #startDue(): void {
    const handler = this.#handler;
    if (handler === null) {
      return;
    }
    while (this.#running.size < this.#settings.concurrency) {
      const id = this.#waiting.takeDue(this.#settings.scheduler.now());
      if (id === null) {
        break;
      }
      const controller = new AbortController();
      const ended = this.#run(handler, id, controller.signal);
      this.#running.set(id, { controller, ended, offeredMeanwhile: null });
    }
    this.#arm();
  }

  async #run(handler: StepHandler, id: string, signal: AbortSignal): Promise<void> {
    // The caller registers the run before the handler can offer its own key again.
    await Promise.resolve();
    const again = await this.#outcome(handler, id, signal);
    const runAt = earlier(this.#running.get(id)?.offeredMeanwhile ?? null, again);
    this.#running.delete(id);
    if (runAt !== null) {
      this.offer(id, runAt);
    }
    this.#arm();
  }

  /** Runs the handler and says when the key is due again; null when it has no timer of its own. */
  async #outcome(handler: StepHandler, id: string, signal: AbortSignal): Promise<Instant | null> {
    try {
      const { again } = await handler(id, signal);
      this.#trouble.delete(id);
      return again ?? null;
    } catch (error) {
      const { step, scheduler, logger, retryDelays, random } = this.#settings;
      const trouble = this.#trouble.get(id) ?? { failures: 0, stale: 0 };
      this.#trouble.set(id, trouble);
      if (error instanceof StaleRowError && trouble.stale < staleRunsInARow) {
        trouble.stale += 1;
        return scheduler.now();
      }
      trouble.stale = 0;
      trouble.failures += 1;
      const delayMs = Math.round(jitteredMs(growingPauseMs(retryDelays, trouble.failures), random()));
      logger.error({ step, id, failures: trouble.failures, retry_in_ms: delayMs, error }, 'step failed');
      return scheduler.now() + delayMs;
    }
  }
}
