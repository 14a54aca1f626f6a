import { openEmulation } from '../start/open-emulation.ts';
import { settingsAtStart } from '../start/options.ts';
import type { RunningEmulator, StartOptions } from '../start/options.ts';
import { controlledFal } from './controlled.ts';
import { renderResult } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { falRoutes } from './routes.ts';
import { defaultFalSettings } from './settings.ts';
import { openStore } from './store.ts';
import { createWebhookSender } from './webhooks/sender.ts';

export interface FalEmulatorOptions extends StartOptions {
  /** Divides width and height of videos: small ones are made quickly. Default 1. */
  readonly sizeDivisor?: number;
  /** Milliseconds between two looks for webhooks that are due; null leaves it to `deliverWebhooks`. Default 200. */
  readonly webhookPaceMs?: number | null;
  /** Sends webhooks, to this machine only. */
  readonly fetchWebhook?: typeof globalThis.fetch;
}

export interface FalEmulator extends RunningEmulator {
  /** Sends the webhooks that are due now. */
  deliverWebhooks(): Promise<void>;
}

/**
 * Starts a stand-in for the queue of fal with the models of Pika. Rejects with Node's error when the port or the
 * directory cannot be had.
 *
 * @example
 * const emulator = await startFalEmulator({ renderSeconds: [0, 0] });
 * await fetch(`${emulator.baseUrl}/fal-ai/pika/v2.2/text-to-video`, {
 *   method: 'POST',
 *   headers: { authorization: 'Key me:secret' },
 *   body: JSON.stringify({ prompt: 'a red fox' }),
 * });
 */
export async function startFalEmulator(options: FalEmulatorOptions = {}): Promise<FalEmulator> {
  const { webhookPaceMs = 200, fetchWebhook = globalThis.fetch } = options;
  const { parts, serve } = await openEmulation('fal', options, openStore);
  const webhooks = createWebhookSender(() => emulation, fetchWebhook);
  const emulation: Emulation = {
    ...parts,
    settings: settingsAtStart(defaultFalSettings, options),
    webhooks,
    sizeDivisor: options.sizeDivisor ?? 1,
  };
  for (const request of parts.store.requests.values()) {
    renderResult(emulation, request);
  }
  const running = await serve(controlledFal(emulation), falRoutes(emulation), {
    sendDue: () => webhooks.deliver(),
    milliseconds: webhookPaceMs,
    close: () => webhooks.close(),
  });
  return { ...running, deliverWebhooks: () => webhooks.deliver() };
}
