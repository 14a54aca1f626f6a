import type { WorkerStep } from '@pixsim7/contracts';
import { growingPauseMs, jitteredMs, StaleRowError } from '@pixsim7/core';
import type { Instant, Logger, PauseBounds, StepHandler } from '@pixsim7/core';
import { DueHeap } from '../due-heap.ts';
import { earlier } from '../earlier.ts';
import type { Scheduler } from '../scheduler.ts';
import { staleRunsInARow } from '../step-settings.ts';

/** A key that is due this soon is not worth a way through Redis, which takes a few milliseconds each way. */
const soonMs = 20;

/** Brings keys of one step to other processes, or back later. */
export interface Carrier {
  /** Resolves even when Redis is away; the offer is lost then. */
  offer(id: string, runAt: Instant): Promise<void>;
  /** Notes when a key that it handed out is due again. */
  note(id: string, runAt: Instant): Promise<void>;
  /** Limits the keys that it hands out at a time. */
  allow(keys: number): void;
  /** As a key that it handed out begins to run. Says how often in a row the key has failed. */
  take(id: string): Promise<number>;
  /** Returns how often in a row the key has failed now. */
  countFailure(id: string): Promise<number>;
  forgetFailures(id: string): Promise<void>;
}

export interface RunsHereSettings {
  readonly step: WorkerStep;
  /** The number of keys that run at a time, wherever they come from. */
  readonly places: number;
  /** The number of keys that this process may keep at this moment, instead of handing them over. */
  readonly keepable: () => number;
  readonly retryDelays: PauseBounds;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  readonly carrier: Carrier;
}

interface Run {
  readonly controller: AbortController;
  readonly isCarried: boolean;
  readonly ended: Promise<void>;
  /** When it has to run once more, as offered meanwhile; null for not at all. */
  offeredMeanwhile: Instant | null;
}

interface Arrival {
  readonly id: string;
  /** Tells the carrier that it is done with. */
  readonly over: () => void;
}

/**
 * The keys of one step in this process: keys that were offered here and stayed, and keys that the carrier handed out.
 * Both share the places. A key that was handed out never waits behind one that stayed: while one waits, nothing stays.
 */
export class RunsHere {
  readonly #settings: RunsHereSettings;
  readonly #runs = new Map<string, Run>();
  /** Stay here and begin when they are due, within `soonMs`. Each has a place already. */
  readonly #kept = new DueHeap();
  /** Handed out by the carrier, and waiting for a place or for the end of a run of their own key. */
  #line: Arrival[] = [];
  #ownRuns = 0;
  #handler: StepHandler | null = null;
  #timer: { readonly at: Instant; readonly cancel: () => void } | null = null;

  constructor(settings: RunsHereSettings) {
    this.#settings = settings;
  }

  /** Whether a key waits or runs in this process. */
  holds(id: string): boolean {
    return this.#runs.has(id) || this.#kept.has(id) || this.#line.some((arrival) => arrival.id === id);
  }

  /** Keys that this process keeps or runs. */
  get held(): number {
    return this.#runs.size + this.#kept.size;
  }

  get kept(): { readonly size: number; readonly earliest: Instant | null } {
    return this.#kept;
  }

  /** By how many more keys run here than the carrier knows of. Fewer than none: it handed out some that wait for a place. */
  get unknownRuns(): number {
    return this.#ownRuns - this.#line.length;
  }

  start(handler: StepHandler): void {
    this.#handler = handler;
  }

  /** Takes a key on in this process. False when it has to be handed over. */
  keep(id: string, runAt: Instant): boolean {
    const run = this.#runs.get(id);
    if (run !== undefined) {
      run.offeredMeanwhile = earlier(run.offeredMeanwhile, runAt);
      return true;
    }
    if (!this.#kept.has(id) && !this.#mayKeep(runAt, null)) {
      return false;
    }
    this.#kept.offer(id, runAt);
    this.#allow();
    this.#arm();
    return true;
  }

  /** Runs a key that the carrier handed out; resolves when the carrier is done with it. */
  async runCarried(id: string): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#line.push({ id, over: resolve });
      this.#serve();
    });
  }

  /** Begins nothing any more, and returns what has not begun. */
  halt(): { readonly id: string; readonly runAt: Instant }[] {
    this.#handler = null;
    this.#timer?.cancel();
    this.#timer = null;
    this.#serve();
    return this.#kept.takeAll();
  }

  abortRuns(): void {
    for (const run of this.#runs.values()) {
      run.controller.abort();
    }
  }

  async allEnded(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.ended));
  }

  /** @param leaving a run whose place is free in a moment */
  #mayKeep(runAt: Instant, leaving: Pick<Run, 'isCarried'> | null): boolean {
    const { places, keepable, scheduler } = this.#settings;
    const held = this.held - (leaving === null ? 0 : 1);
    const own = this.#kept.size + this.#ownRuns - (leaving?.isCarried === false ? 1 : 0);
    return (
      this.#handler !== null &&
      this.#line.length === 0 &&
      runAt - scheduler.now() <= soonMs &&
      held < places &&
      own < keepable()
    );
  }

  #allow(): void {
    const { places, carrier } = this.#settings;
    carrier.allow(places - this.#kept.size - this.#ownRuns);
  }

  /**
   * One timer for the earliest key. Handlers start only from it, even when something is due at once: a handler that always
   * asks to run again now would otherwise keep the event loop from everything else.
   */
  #arm(): void {
    const { earliest } = this.#kept;
    if (earliest === null || (this.#timer !== null && this.#timer.at <= earliest)) {
      return;
    }
    this.#timer?.cancel();
    const { scheduler } = this.#settings;
    const cancel = scheduler.after(Math.max(0, earliest - scheduler.now()), () => {
      this.#timer = null;
      for (let id = this.#takeDue(); id !== null; id = this.#takeDue()) {
        void this.#begin(id, false);
      }
      this.#arm();
    });
    this.#timer = { at: earliest, cancel };
  }

  #takeDue(): string | null {
    return this.#kept.takeDue(this.#settings.scheduler.now());
  }

  /** Begins what the carrier handed out, in its order, where there is room. */
  #serve(): void {
    const left: Arrival[] = [];
    for (const arrival of this.#line) {
      const { id, over } = arrival;
      if (this.#handler === null) {
        // Its note stays, so it is placed again, for other processes.
        over();
      } else if (this.#kept.has(id) || this.#runs.has(id) || this.held >= this.#settings.places) {
        left.push(arrival);
      } else {
        void this.#begin(id, true).then(over);
      }
    }
    this.#line = left;
  }

  #begin(id: string, isCarried: boolean): Promise<void> {
    const handler = this.#handler;
    if (handler === null) {
      return Promise.resolve();
    }
    const controller = new AbortController();
    const ended = this.#run(handler, id, isCarried, controller.signal);
    this.#runs.set(id, { controller, isCarried, ended, offeredMeanwhile: null });
    this.#ownRuns += isCarried ? 0 : 1;
    return ended;
  }

  async #run(handler: StepHandler, id: string, isCarried: boolean, signal: AbortSignal): Promise<void> {
    const { carrier } = this.#settings;
    // Also lets the caller register the run before the handler starts.
    const failures = isCarried ? await carrier.take(id) : await Promise.resolve(0);
    const again = await this.#outcome(handler, id, failures, signal);
    const next = earlier(again, this.#takeOfferedMeanwhile(id));
    const stays = next !== null && this.#mayKeep(next, { isCarried });
    if (next !== null && !stays) {
      await (isCarried ? carrier.note(id, next) : carrier.offer(id, next));
    }
    // Offered while Redis was told. Not in a loop: somebody may offer all the time.
    const late = this.#takeOfferedMeanwhile(id);
    this.#runs.delete(id);
    this.#ownRuns -= isCarried ? 0 : 1;
    if (stays) {
      this.keep(id, next);
    }
    this.#allow();
    this.#serve();
    if (late !== null && !this.keep(id, late)) {
      await carrier.offer(id, late);
    }
  }

  #takeOfferedMeanwhile(id: string): Instant | null {
    const run = this.#runs.get(id);
    if (run === undefined) {
      return null;
    }
    const { offeredMeanwhile } = run;
    run.offeredMeanwhile = null;
    return offeredMeanwhile;
  }

  /** Runs the handler and says when the key is due again; null when it has no timer of its own. */
  async #outcome(
    handler: StepHandler,
    id: string,
    failuresBefore: number,
    signal: AbortSignal,
  ): Promise<Instant | null> {
    const { step, carrier, scheduler, logger, retryDelays, random } = this.#settings;
    for (let staleRuns = 0; ; staleRuns += 1) {
      try {
        const { again } = await handler(id, signal);
        if (failuresBefore > 0) {
          await carrier.forgetFailures(id);
        }
        return again ?? null;
      } catch (error) {
        if (error instanceof StaleRowError && staleRuns < staleRunsInARow) {
          continue;
        }
        const failures = await carrier.countFailure(id);
        const retryInMs = Math.round(jitteredMs(growingPauseMs(retryDelays, failures), random()));
        logger.error({ step, id, failures, retry_in_ms: retryInMs, error }, 'step failed');
        return scheduler.now() + retryInMs;
      }
    }
  }
}
