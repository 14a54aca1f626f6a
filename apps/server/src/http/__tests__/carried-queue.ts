import { vi } from 'vitest';
import { workerSteps } from '@pixsim7/contracts';
import type { WorkerStep } from '@pixsim7/contracts';
import { handlerOf, messageOf } from '@pixsim7/core';
import type { Instant, StepHandler, StepHandlers, StepMessage, StepQueue, StepResult } from '@pixsim7/core';
import type { ManualQueue } from './manual-queue.ts';
import type { ManualSystem } from './manual-system.ts';

/** A step that the carrier handed out and that waits for its turn. */
interface Arrival {
  run(): Promise<void>;
  /** Lets it go without running it. */
  drop(): void;
}

interface Scheduler {
  now(): Instant;
  wallTime(): Instant;
  after(delayMs: number, call: () => void): () => void;
}

/** A bound for a message on its way through Redis, never a delay. */
const arrival = { timeout: 15_000, interval: 2 };

/**
 * The manual queue of the tests over a real one: every step travels through it, is handed out by a worker that lives as
 * long as `runUntilIdle`, and is held until it is the earliest one in the time of the test's clock.
 *
 * The clock of the tests stands in the past, so for the carrier everything is due.
 */
export function createCarriedQueue(
  system: ManualSystem,
  openCarrier: (scheduler: Scheduler) => StepQueue,
): ManualQueue {
  const scheduler: Scheduler = {
    now: () => system.now(),
    wallTime: () => system.now(),
    after(delayMs, call) {
      const timer = setTimeout(call, delayMs);
      return () => clearTimeout(timer);
    },
  };
  const producer = openCarrier(scheduler);
  const due = new Map<string, Instant>();
  let handlers: StepHandlers = {};

  function note({ step, id }: StepMessage, runAt: Instant): void {
    const key = `${step} ${id}`;
    due.set(key, Math.min(runAt, due.get(key) ?? runAt));
  }

  /** Handlers that let the carrier wait until the test runs what has arrived. */
  function holding(arrived: Map<string, Arrival>, ending: AbortSignal): StepHandlers {
    const hold =
      (step: WorkerStep, handler: StepHandler): StepHandler =>
      (id, signal) =>
        new Promise<StepResult>((resolve, reject) => {
          const drop = (): void => resolve({});
          if (ending.aborted) {
            return drop();
          }
          const key = `${step} ${id}`;
          // Handed out once more after a race, which a step must bear: it is due at once.
          if (!due.has(key)) {
            note(messageOf(step, id), system.now());
          }
          arrived.set(key, {
            drop,
            async run() {
              try {
                const result = await handler(id, signal);
                if (result.again !== undefined) {
                  note(messageOf(step, id), result.again);
                }
                resolve(result);
              } catch (error) {
                reject(error instanceof Error ? error : new Error(String(error)));
                throw error;
              }
            },
          });
        });
    return Object.fromEntries(
      workerSteps.flatMap((step) => {
        const handler = handlerOf(handlers, step);
        return handler === undefined ? [] : [[step, hold(step, handler)]];
      }),
    );
  }

  return {
    async offer(message, runAt) {
      note(message, runAt);
      await producer.offer(message, runAt);
    },
    holds: (message) => producer.holds(message),
    async start(started) {
      handlers = started;
    },
    stop: (graceMs) => producer.stop(graceMs),
    statistics: () => producer.statistics(),
    async runUntilIdle(settle = async () => undefined) {
      const arrived = new Map<string, Arrival>();
      const ending = new AbortController();
      const consumer = openCarrier(scheduler);
      await consumer.start(holding(arrived, ending.signal));
      try {
        for (;;) {
          const next = [...due].sort(([, left], [, right]) => left - right)[0];
          if (next === undefined) {
            return;
          }
          const [key, runAt] = next;
          const step = await vi.waitFor(() => arrived.get(key) ?? notYet(key), arrival);
          arrived.delete(key);
          due.delete(key);
          system.advance(Math.max(0, runAt - system.now()));
          await settle();
          await step.run();
        }
      } finally {
        ending.abort();
        for (const step of arrived.values()) {
          step.drop();
        }
        await consumer.stop(0);
      }
    },
  };
}

function notYet(key: string): never {
  throw new Error(`The carrier has not handed out "${key}".`);
}
