import { startFalEmulator } from './fal/emulator.ts';
import { startPixverseEmulator } from './pixverse/emulator.ts';
import { startRunwayEmulator } from './runway/emulator.ts';
import type { RunningEmulator, StartOptions } from './start/options.ts';

/** The options of an emulator whose generations survive a kill. */
export type EmulatorOptions = Pick<StartOptions, 'clock' | 'maxFrameRate'> &
  Required<Pick<StartOptions, 'port' | 'stateDir'>>;

/** A stand-in for one provider, with credentials that it takes. */
export interface Emulator {
  start(options: EmulatorOptions): Promise<RunningEmulator>;
  readonly credentials: Readonly<Record<string, string>>;
}

/** Every emulator, by the id of the provider that it stands in for. */
export const emulators: Readonly<Record<string, Emulator>> = {
  pixverse: { start: startPixverseEmulator, credentials: { api_key: 'sk-sandbox' } },
  runway: { start: startRunwayEmulator, credentials: { api_key: 'key_sandbox' } },
  pika: { start: startFalEmulator, credentials: { api_key: 'sandbox:sandbox-secret' } },
};
