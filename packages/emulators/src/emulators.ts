import { startFalEmulator } from './fal/emulator.ts';
import { startPixverseEmulator } from './pixverse/emulator.ts';
import { startRunwayEmulator } from './runway/emulator.ts';

/** What every emulator can be started with, whatever provider it stands in for. */
export interface EmulatorOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Everything is kept here and survives a kill. */
  readonly stateDir: string;
  /** Milliseconds since 1970; the clock of the machine when left out. */
  readonly clock?: () => number;
}

export interface RunningEmulator {
  /** `http://127.0.0.1:PORT`, where the control API is. */
  readonly url: string;
  /** The address of an account, with the provider's own path. */
  readonly baseUrl: string;
  readonly port: number;
  /** Resolves when no video is being rendered. */
  whenIdle(): Promise<void>;
  close(): Promise<void>;
}

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
