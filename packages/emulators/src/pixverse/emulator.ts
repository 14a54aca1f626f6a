import { openEmulation } from '../start/open-emulation.ts';
import { settingsAtStart } from '../start/options.ts';
import type { RunningEmulator, StartOptions } from '../start/options.ts';
import { controlledPixverse } from './controlled.ts';
import { renderResult } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { pixverseRoutes } from './routes.ts';
import { defaultPixverseSettings } from './settings.ts';
import { openStore } from './store.ts';
import { createWebhookSender } from './webhooks.ts';

export interface PixverseEmulatorOptions extends StartOptions {
  /** Milliseconds between two looks for webhooks to send; null leaves it to `sendWebhooks`. Default 100. */
  readonly webhookInterval?: number | null;
}

export interface PixverseEmulator extends RunningEmulator {
  /** Sends the webhooks that are due, and resolves when each was answered or failed. */
  sendWebhooks(): Promise<void>;
}

/**
 * Starts a stand-in for the PixVerse API. Rejects with Node's error when the port or the directory cannot be had.
 *
 * @example
 * const emulator = await startPixverseEmulator({ renderSeconds: [0, 0] });
 * await fetch(`${emulator.baseUrl}/account/balance`, { headers: { 'API-KEY': 'sk-me', 'Ai-trace-id': crypto.randomUUID() } });
 */
export async function startPixverseEmulator(
  options: PixverseEmulatorOptions = {},
): Promise<PixverseEmulator> {
  const { webhookInterval = 100 } = options;
  const { parts, serve } = await openEmulation('pixverse', options, openStore);
  const emulation: Emulation = { ...parts, settings: settingsAtStart(defaultPixverseSettings, options) };
  for (const generation of parts.store.generations.values()) {
    renderResult(emulation, generation);
  }
  const webhooks = createWebhookSender(emulation, globalThis.fetch);
  const running = await serve(controlledPixverse(emulation), pixverseRoutes(emulation), {
    sendDue: () => webhooks.sendDue(),
    milliseconds: webhookInterval,
    close: () => webhooks.finish(),
  });
  return { ...running, sendWebhooks: () => webhooks.sendDue() };
}
