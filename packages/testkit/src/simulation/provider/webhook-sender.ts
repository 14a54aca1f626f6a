import type { Random } from '../machine/random.ts';
import { outsideWorld } from '../machine/scheduler.ts';
import type { Scheduler } from '../machine/scheduler.ts';
import type { Generation, SimulatedProviderServer } from './server.ts';

/** Gives a webhook to whoever answers; false when it has to be sent again. */
export type DeliverWebhook = (url: string, body: string) => Promise<boolean>;

const maxDeliveries = 8;

/**
 * Announces the end of every generation as providers do: perhaps before the reply to its submit is stored, perhaps twice,
 * perhaps never, and again when nobody took it.
 */
export function sendWebhooks(
  server: SimulatedProviderServer,
  scheduler: Scheduler,
  random: Random,
  deliver: DeliverWebhook,
): void {
  const send = async (generation: Generation, url: string): Promise<void> => {
    const body = JSON.stringify({ id: generation.id, delivery: `delivery ${random.integer(1, 1e9)}` });
    for (let delivery = 1; delivery <= maxDeliveries; delivery += 1) {
      const taken = await deliver(url, body);
      if (taken && !random.chance(0.2)) {
        return;
      }
      await scheduler.wait(outsideWorld, random.integer(500, 30_000));
    }
  };
  server.onCreated = (generation) => {
    const { endsAt, webhookUrl } = generation;
    if (webhookUrl === null || !Number.isFinite(endsAt) || random.chance(0.2)) {
      return;
    }
    // Some announce the start as well, which is where a webhook can be faster than the reply.
    if (random.chance(0.3)) {
      scheduler.after(outsideWorld, random.integer(0, 500), () => void send(generation, webhookUrl));
    }
    scheduler.after(outsideWorld, endsAt - scheduler.now + random.integer(0, 5_000), () => {
      void send(generation, webhookUrl);
    });
  };
}
