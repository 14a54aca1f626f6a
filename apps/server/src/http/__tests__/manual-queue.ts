import { workerSteps } from '@pixsim7/contracts';
import type { WorkerStep } from '@pixsim7/contracts';
import { handlerOf } from '@pixsim7/core';
import type { Instant, StepHandlers, StepMessage, StepQueue } from '@pixsim7/core';
import type { ManualSystem } from './manual-system.ts';

/** A step queue that runs when a test says so, in the time of its clock. */
export interface ManualQueue extends StepQueue {
  /** Runs what is due and moves the clock to what is not, until nothing waits. @param settle called before each step */
  runUntilIdle(settle?: () => Promise<void>): Promise<void>;
}

export function createManualQueue(system: ManualSystem): ManualQueue {
  const waiting = new Map<string, { message: StepMessage; runAt: Instant }>();
  let handlers: StepHandlers = {};

  async function offer(message: StepMessage, runAt: Instant): Promise<void> {
    const key = `${message.step} ${message.id}`;
    const earlier = waiting.get(key);
    waiting.set(key, { message, runAt: Math.min(runAt, earlier?.runAt ?? runAt) });
  }

  return {
    offer,
    holds: () => false,
    async start(started) {
      handlers = started;
    },
    stop: async () => undefined,
    async statistics() {
      return workerSteps.map((step: WorkerStep) => {
        const times = [...waiting.values()]
          .filter(({ message }) => message.step === step)
          .map(({ runAt }) => runAt);
        return {
          step,
          waiting: times.length,
          running: 0,
          earliest: times.length === 0 ? null : Math.min(...times),
        };
      });
    },
    async runUntilIdle(settle = async () => undefined) {
      for (;;) {
        const next = [...waiting].sort(([, left], [, right]) => left.runAt - right.runAt)[0];
        if (next === undefined) {
          return;
        }
        const [key, { message, runAt }] = next;
        waiting.delete(key);
        system.advance(Math.max(0, runAt - system.now()));
        await settle();
        const result = await handlerOf(handlers, message.step)?.(message.id, new AbortController().signal);
        if (result?.again !== undefined) {
          await offer(message, result.again);
        }
      }
    },
  };
}
