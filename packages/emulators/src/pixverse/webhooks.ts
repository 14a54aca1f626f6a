import { createHmac } from 'node:crypto';
import { stringifyLossless } from '../http/lossless-json.ts';
import type { JsonObject } from '../http/lossless-json.ts';
import { isRendered } from './emulation.ts';
import type { Emulation } from './emulation.ts';
import { statusAt, statusCodes } from './generation-status.ts';
import type { StatusCode } from './generation-status.ts';
import { sizeOfResult, urlOfResult } from './result-files.ts';
import type { Generation } from './store.ts';

/** A webhook as it is set up in the dashboard of PixVerse. */
export interface Webhook {
  readonly id: string;
  /** Only loopback: an emulator calls nobody outside. */
  readonly url: string;
  readonly secret: string;
}

export const webhookKeyOrders = ['sorted', 'arrival'] as const;
export type WebhookKeyOrder = (typeof webhookKeyOrders)[number];

/** Sends what has ended to the webhook that its request named. */
export interface WebhookSender {
  /** Sends what is due, and resolves when each was answered or failed. */
  sendDue(): Promise<void>;
  /** Resolves when nothing is under way. */
  finish(): Promise<void>;
}

/** Pauses between the tries of one delivery, in seconds; each differs by up to a tenth (PixVerse, webhook guide). */
const retrySeconds = [2, 10, 30, 60, 300, 900, 3_600, 14_400] as const;
/** The reference names no time limit. */
const answerMilliseconds = 10_000;
const nonceLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

interface Delivery {
  tries: number;
  dueAt: number;
}

export function createWebhookSender(emulation: Emulation, fetch: typeof globalThis.fetch): WebhookSender {
  const { store, settings, clock, random } = emulation;
  const deliveries = new Map<string, Delivery>();
  const sending = new Map<string, Promise<void>>();

  /** Whether the receiver took it. */
  async function post(webhook: Webhook, generation: Generation, status: StatusCode): Promise<boolean> {
    const body = bodyOf(emulation, generation, status);
    const timestamp = String(Math.floor(clock() / 1_000));
    const nonce = Array.from({ length: 32 }, () =>
      nonceLetters.charAt(Math.floor(random() * nonceLetters.length)),
    ).join('');
    try {
      const response = await fetch(webhook.url, {
        method: 'POST',
        body: stringifyLossless(body),
        headers: {
          'content-type': 'application/json',
          'webhook-timestamp': timestamp,
          'webhook-nonce': nonce,
          'webhook-signature': signatureOf(
            webhook.secret,
            `${timestamp}\n${nonce}\n${signedText(body, settings.webhook_key_order)}`,
          ),
          'ai-trace-id': generation.traceId,
        },
        signal: AbortSignal.timeout(answerMilliseconds),
      });
      return response.status === 200 && (await response.text()) === 'ok';
    } catch {
      // Not reached, or too slow: as good as a refusal, and tried again.
      return false;
    }
  }

  async function send(webhook: Webhook, generation: Generation, status: StatusCode): Promise<void> {
    const delivery = deliveries.get(generation.id) ?? { tries: 0, dueAt: 0 };
    const isTaken = await post(webhook, generation, status);
    const pause = retrySeconds[delivery.tries];
    if (isTaken || pause === undefined) {
      store.commit([{ kind: 'webhook_ended', id: generation.id }]);
      return;
    }
    const jitter = 0.9 + random() * 0.2;
    deliveries.set(generation.id, { tries: delivery.tries + 1, dueAt: clock() + pause * 1_000 * jitter });
  }

  return {
    async sendDue() {
      const now = clock();
      for (const generation of store.unannounced()) {
        const webhook = settings.webhooks.find(({ id }) => id === generation.webhookId);
        const status = statusAt(generation, now, isRendered(emulation, generation));
        const isDue = (deliveries.get(generation.id)?.dueAt ?? 0) <= now;
        if (webhook === undefined || status === statusCodes.generating || !isDue) {
          continue;
        }
        if (sending.has(generation.id)) {
          continue;
        }
        const work = send(webhook, generation, status).finally(() => sending.delete(generation.id));
        sending.set(generation.id, work);
      }
      await Promise.all(sending.values());
    },
    async finish() {
      await Promise.all(sending.values());
    },
  };
}

/** The members of the reference's samples; of a generation without a video only what there is. */
function bodyOf(emulation: Emulation, generation: Generation, status: StatusCode): JsonObject {
  const head = { id: generation.id, status };
  const tail = { has_audio: generation.recipe.hasSound ?? false, credits: generation.credits };
  if (status !== statusCodes.succeeded) {
    return { ...head, ...tail };
  }
  const size = sizeOfResult(emulation, generation.id);
  return { ...head, url: urlOfResult(emulation, generation), ...tail, size };
}

/** The body as a URL query: sorted as the guide's Go and Java samples do, or as it arrives, as its others do. */
export function signedText(body: JsonObject, order: WebhookKeyOrder): string {
  const members = Object.entries(body).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : stringifyLossless(value),
  ]);
  const ordered =
    order === 'sorted' ? members.toSorted(([left], [right]) => (left < right ? -1 : 1)) : members;
  return new URLSearchParams(ordered).toString();
}

export function signatureOf(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64');
}
