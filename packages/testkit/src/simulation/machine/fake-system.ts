import { createIdentifierFactory } from '@pixsim7/contracts';
import type { System } from '@pixsim7/core';
import { createSteadyClock } from '@pixsim7/infra';
import type { MachineClock } from './machine-clock.ts';
import type { Random } from './random.ts';
import type { Scheduler, Waiter } from './scheduler.ts';

/** The clock of the machine as a process keeps it, and ids and tokens from the seed. */
export function createFakeSystem(
  scheduler: Scheduler,
  waiter: Waiter,
  random: Random,
  clock: MachineClock,
): System {
  const wallTime = (): number => clock.wallTime();
  const { now, keepTime, hasJumped } = createSteadyClock({
    wallTime,
    monotonic: () => clock.monotonic(),
  });
  return {
    now,
    wallTime,
    keepTime,
    hasJumped,
    createId: createIdentifierFactory(now, (length) => random.bytes(length)),
    createUuid: () => toUuid(random.bytes(16)),
    every(intervalMs, call) {
      let cancel = (): void => undefined;
      const arm = (): void => {
        cancel = scheduler.after(waiter, intervalMs, () => {
          arm();
          call();
        });
      };
      arm();
      return () => cancel();
    },
  };
}

/** Version 4, variant 1 (RFC 9562). */
function toUuid(bytes: Uint8Array): string {
  const marked = bytes.with(6, (Number(bytes[6]) & 0x0f) | 0x40).with(8, (Number(bytes[8]) & 0x3f) | 0x80);
  const text = Array.from(marked, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
    '-',
  );
}
