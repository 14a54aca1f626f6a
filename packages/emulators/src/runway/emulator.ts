import { randomUUID } from 'node:crypto';
import { openEmulation } from '../start/open-emulation.ts';
import { settingsAtStart } from '../start/options.ts';
import type { RunningEmulator, StartOptions } from '../start/options.ts';
import { controlledRunway } from './controlled.ts';
import { renderResult } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { runwayRoutes } from './routes.ts';
import { defaultRunwaySettings } from './settings.ts';
import { openStore } from './store.ts';

export interface RunwayEmulatorOptions extends StartOptions {
  /** Ids of tasks and uploads. */
  readonly createUuid?: () => string;
}

/** Runway's paths begin at the root, so the base URL of an account is that of the server. */
export type RunwayEmulator = RunningEmulator;

/**
 * Starts a stand-in for the Runway API. Rejects with Node's error when the port or the directory cannot be had.
 *
 * @example
 * const emulator = await startRunwayEmulator({ renderSeconds: [0, 0] });
 * const client = new RunwayML({ apiKey: 'key_me', baseURL: emulator.baseUrl });
 */
export async function startRunwayEmulator(options: RunwayEmulatorOptions = {}): Promise<RunwayEmulator> {
  const { parts, serve } = await openEmulation('runway', options, openStore);
  const emulation: Emulation = {
    ...parts,
    settings: settingsAtStart(defaultRunwaySettings, options),
    createUuid: options.createUuid ?? randomUUID,
  };
  for (const task of parts.store.tasks.values()) {
    renderResult(emulation, task);
  }
  return serve(controlledRunway(emulation), runwayRoutes(emulation));
}
