import { randomBytes } from 'node:crypto';
import type { AccountAccess } from '@pixsim7/providers';
import { createEmulatorControl } from './emulator-control.ts';
import type { RunningEmulator } from './provider-under-test.ts';

/** The suite starts every emulator with generations that end at once, and room for all that it submits. */
export interface ConformanceSettings {
  readonly renderSeconds: readonly [number, number];
  readonly credits: number;
  readonly maxConcurrent: number;
  readonly clock: () => number;
  /** A frame a second: the suite reads length and size, and encoding is what takes its time. */
  readonly maxFrameRate: 1;
}

interface StartedEmulator {
  readonly url: string;
  readonly baseUrl: string;
  whenIdle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts an emulator for the suite, with a clock that the suite can move.
 *
 * @param keyFor the API key of an account, made of random characters
 */
export async function startForConformance(
  startEmulator: (settings: ConformanceSettings) => Promise<StartedEmulator>,
  keyFor: (random: string) => string,
): Promise<RunningEmulator> {
  let ahead = 0;
  const emulator = await startEmulator({
    renderSeconds: [0, 0],
    credits: 1_000_000,
    maxConcurrent: 1_000,
    clock: () => Date.now() + ahead,
    maxFrameRate: 1,
  });
  let accounts = 0;
  const accountWith = (apiKey: string): AccountAccess => ({
    accountId: `acc_${(accounts += 1)}`,
    credentials: { api_key: apiKey },
    baseUrl: emulator.baseUrl,
  });
  return {
    control: createEmulatorControl(emulator.url),
    newAccount: () => accountWith(keyFor(randomBytes(16).toString('hex'))),
    // Emulators take every key of the right form, and this is none.
    strangerAccount: accountWith(`revoked-${randomBytes(16).toString('hex')}`),
    advance: (seconds) => {
      ahead += seconds * 1_000;
    },
    settled: () => emulator.whenIdle(),
    async close() {
      await emulator.whenIdle();
      await emulator.close();
    },
  };
}
