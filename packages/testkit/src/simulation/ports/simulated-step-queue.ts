import { handlerOf } from '@pixsim7/core';
import type {
  Instant,
  StepHandlers,
  StepMessage,
  StepQueue,
  StepQueueStatistics,
  StepResult,
} from '@pixsim7/core';
import type { Random } from '../machine/random.ts';
import { outsideWorld } from '../machine/scheduler.ts';
import type { Scheduler, Waiter } from '../machine/scheduler.ts';

export interface QueueRisks {
  /** Chance that a message vanishes instead of being delivered. */
  readonly loss: number;
  /** Chance that a message is delivered once more, perhaps to two processes at the same time. */
  readonly duplicate: number;
  /**
   * Chance that a key that is due stays with the process that offers it, when that has room: it dies with the process, and
   * another one may run the same key. Never when left out.
   */
  readonly stays?: number;
}

const longestDuplicateDelayMs = 5_000;
const firstRetryDelayMs = 1_000;
const backlogLookMs = 1_000;
const longestRetryDelayMs = 60_000;

interface Consumer {
  readonly process: Waiter;
  /** The clock by which this process says when a step is due. */
  readonly now: () => Instant;
  readonly handlers: StepHandlers;
  readonly running: Set<string>;
  /** Keys that were offered while they ran, with the time they asked for. */
  readonly offeredMeanwhile: Map<string, { message: StepMessage; runAt: Instant }>;
  readonly abort: AbortController;
  taking: boolean;
}

/**
 * The step queue with all the sloppiness that its port allows. One broker with several connected processes is a queue
 * of its own (cluster); one broker for each process dies with it (embedded).
 */
export class SimulatedBroker {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #onFailure: (message: StepMessage, error: unknown) => void;
  readonly #waiting = new Map<string, { message: StepMessage; runAt: Instant }>();
  readonly #failures = new Map<string, number>();
  /** Keys that are due while every place of their step is taken, in order. */
  readonly #backlog = new Set<string>();
  readonly #places: number;
  #consumers: Consumer[] = [];
  risks: QueueRisks;

  constructor(
    scheduler: Scheduler,
    random: Random,
    risks: QueueRisks,
    onFailure: (message: StepMessage, error: unknown) => void,
    /** Keys of one step that each process runs at a time. */
    places = Infinity,
  ) {
    this.#places = places;
    this.#scheduler = scheduler;
    this.#random = random;
    this.risks = risks;
    this.#onFailure = onFailure;
  }

  /** @param now the clock of the process; a queue measures delays, as real ones do */
  connect(process: Waiter, now: () => Instant = () => this.#scheduler.now): StepQueue {
    let consumer: Consumer | null = null;
    return {
      offer: async (message, runAt) => {
        const at = this.#trueTime(runAt, now);
        if (consumer === null || !this.#keep(consumer, message, at)) {
          this.#offer(message, at);
        }
      },
      holds: (message) => consumer?.running.has(keyOf(message)) ?? false,
      start: async (handlers) => {
        consumer = {
          process,
          now,
          handlers,
          running: new Set(),
          offeredMeanwhile: new Map(),
          abort: new AbortController(),
          taking: true,
        };
        this.#consumers.push(consumer);
      },
      stop: async (graceMs) => {
        const stopping = consumer;
        if (stopping === null) {
          return;
        }
        stopping.taking = false;
        const cancel = this.#scheduler.after(process, graceMs, () => stopping.abort.abort());
        while (stopping.running.size > 0) {
          await this.#scheduler.wait(process, 10);
        }
        cancel();
      },
      statistics: async () => this.#statistics(consumer),
    };
  }

  /** Whether the process takes the key on by itself. */
  #keep(consumer: Consumer, message: StepMessage, runAt: Instant): boolean {
    const key = keyOf(message);
    const { stays = 0 } = this.risks;
    if (
      stays === 0 ||
      runAt > this.#scheduler.now ||
      !consumer.taking ||
      consumer.running.has(key) ||
      consumer.handlers[message.step] === undefined ||
      !this.#hasPlace(consumer, message.step) ||
      !this.#random.chance(stays)
    ) {
      return false;
    }
    consumer.running.add(key);
    this.#scheduler.after(consumer.process, 0, () => void this.#run(consumer, message, key));
    return true;
  }

  #offer(message: StepMessage, runAt: Instant): void {
    const key = keyOf(message);
    // A process that stands still loses its claim on what it runs, as it does in a real queue.
    const runner = this.#consumers.find(
      ({ process, running }) => isAwake(process, this.#scheduler) && running.has(key),
    );
    const place = runner?.offeredMeanwhile ?? this.#waiting;
    const known = place.get(key);
    if (known !== undefined && known.runAt <= runAt) {
      return;
    }
    place.set(key, { message, runAt });
    if (place === this.#waiting) {
      this.#armDelivery(key, runAt);
    }
  }

  #armDelivery(key: string, runAt: Instant): void {
    this.#scheduler.after(outsideWorld, Math.max(0, runAt - this.#scheduler.now), () => {
      // An earlier offer of the same key has its own wake; this one is for nothing then.
      if (this.#waiting.get(key)?.runAt === runAt) {
        this.#deliver(key);
      }
    });
  }

  #deliver(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      return;
    }
    this.#consumers = this.#consumers.filter(({ process }) => process.alive);
    const ready = this.#consumers.filter(
      (consumer) =>
        consumer.taking &&
        !consumer.running.has(key) &&
        isAwake(consumer.process, this.#scheduler) &&
        consumer.handlers[waiting.message.step] !== undefined,
    );
    const free = ready.filter((consumer) => this.#hasPlace(consumer, waiting.message.step));
    if (ready.length > 0 && free.length === 0) {
      this.#backlog.add(key);
      // The process whose places are taken may die, and then no run of it ends.
      this.#scheduler.after(outsideWorld, backlogLookMs, () => this.#deliver(key));
      return;
    }
    if (free.length === 0) {
      // With nobody left to take it the message is lost, as the memory of a dead process is.
      if (this.#consumers.some(({ taking }) => taking)) {
        this.#postpone(key, waiting.message, 1_000);
      } else {
        this.#waiting.delete(key);
      }
      return;
    }
    this.#waiting.delete(key);
    if (this.#random.chance(this.risks.loss)) {
      return;
    }
    const twice = this.#random.chance(this.risks.duplicate);
    const first = this.#random.pick(free);
    const second = free.find((consumer) => consumer !== first);
    void this.#run(first, waiting.message, key);
    if (!twice) {
      return;
    }
    if (second === undefined) {
      this.#postpone(key, waiting.message, this.#random.integer(0, longestDuplicateDelayMs));
    } else {
      void this.#run(second, waiting.message, key);
    }
  }

  #postpone(key: string, message: StepMessage, delayMs: number): void {
    const runAt = this.#scheduler.now + delayMs;
    this.#waiting.set(key, { message, runAt });
    this.#armDelivery(key, runAt);
  }

  async #run(consumer: Consumer, message: StepMessage, key: string): Promise<void> {
    const handler = handlerOf(consumer.handlers, message.step);
    if (handler === undefined) {
      return;
    }
    consumer.running.add(key);
    let result: StepResult;
    try {
      result = await handler(message.id, consumer.abort.signal);
      this.#failures.delete(key);
    } catch (error) {
      result = { again: consumer.now() + this.#retryDelay(key) };
      this.#onFailure(message, error);
    }
    consumer.running.delete(key);
    const next = consumer.offeredMeanwhile.get(key);
    consumer.offeredMeanwhile.delete(key);
    if (result.again !== undefined) {
      this.#offer(message, this.#trueTime(result.again, consumer.now));
    }
    if (next !== undefined) {
      this.#offer(next.message, next.runAt);
    }
    this.#deliverBacklog();
  }

  #hasPlace({ running }: Consumer, step: StepMessage['step']): boolean {
    return [...running].filter((key) => key.startsWith(`${step} `)).length < this.#places;
  }

  #deliverBacklog(): void {
    const keys = [...this.#backlog];
    this.#backlog.clear();
    for (const key of keys) {
      this.#deliver(key);
    }
  }

  #trueTime(runAt: Instant, now: () => Instant): Instant {
    return this.#scheduler.now + Math.max(0, runAt - now());
  }

  #retryDelay(key: string): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    return Math.min(longestRetryDelayMs, firstRetryDelayMs * 2 ** failures);
  }

  /** Waiting and running messages, to compare two queues. */
  describe(): string {
    const waiting = [...this.#waiting].map(([key, { runAt }]) => `${key} ${runAt}`);
    const taken = this.#consumers.flatMap(({ running, offeredMeanwhile }) => [
      ...running,
      ...offeredMeanwhile.keys(),
    ]);
    const failures = [...this.#failures].map(([key, count]) => `${key} ${count}`);
    return [...waiting.sort(), '-', ...taken.sort(), '-', ...failures.sort()].join('\n');
  }

  #statistics(consumer: Consumer | null): StepQueueStatistics[] {
    const steps = Object.keys(consumer?.handlers ?? {}) as StepMessage['step'][];
    return steps.map((step) => {
      const times = [...this.#waiting.values()]
        .filter(({ message }) => message.step === step)
        .map(({ runAt }) => runAt);
      const running = [...(consumer?.running ?? [])].filter((key) => key.startsWith(`${step} `)).length;
      return {
        step,
        waiting: times.length,
        running,
        earliest: times.length === 0 ? null : Math.min(...times),
      };
    });
  }
}

function isAwake(process: Waiter, scheduler: Scheduler): boolean {
  return process.alive && process.frozenUntil <= scheduler.now;
}

function keyOf({ step, id }: StepMessage): string {
  return `${step} ${id}`;
}
