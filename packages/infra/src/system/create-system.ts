import { randomBytes, randomUUID } from 'node:crypto';
import { createIdentifierFactory } from '@pixsim7/contracts';
import type { System } from '@pixsim7/core';
import { createSteadyClock } from './steady-clock.ts';

/** The real clock, ids and chance. */
export function createSystem(): System {
  const wallTime = (): number => Date.now();
  const { now, keepTime, hasJumped } = createSteadyClock({ wallTime, monotonic: () => performance.now() });
  return {
    now,
    wallTime,
    keepTime,
    hasJumped,
    createId: createIdentifierFactory(now, randomBytes),
    createUuid: () => randomUUID(),
    every: (intervalMs, call) => {
      // A loop is no reason for the process to stay: the server that runs it is.
      const timer = setInterval(call, intervalMs).unref();
      return () => clearInterval(timer);
    },
  };
}
