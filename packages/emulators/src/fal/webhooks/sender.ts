import { isLoopback } from '../../http/loopback.ts';
import type { Emulation } from '../emulation.ts';
import { advanceQueue, phaseAt } from '../queue-state.ts';
import type { QueuedRequest } from '../store.ts';
import { signedHeaders } from './keys.ts';
import { payloadOf } from './payload.ts';

/** Reports the end of requests that named an address. */
export interface WebhookSender {
  /** Sends everything that is due now, and resolves when it is answered or given up. */
  deliver(): Promise<void>;
  /** Breaks off what is under way and sends no more. */
  close(): Promise<void>;
  /** The result of each delivery, oldest first. */
  deliveries(): readonly WebhookDelivery[];
}

export interface WebhookDelivery {
  readonly request_id: string;
  /** The status of the answer; why none was sent or came. */
  readonly result: number | 'not_loopback' | 'no_answer';
}

/** fal waits this long for an answer, and tries ten times more within two hours (fal documentation; public reports). */
const answerMilliseconds = 15_000;
const maxTries = 11;
const firstPauseMilliseconds = 10_000;

/** @param fetch only ever called with addresses of this machine */
export function createWebhookSender(
  emulation: () => Emulation,
  fetch: typeof globalThis.fetch,
): WebhookSender {
  const log: WebhookDelivery[] = [];
  const failed = new Map<string, { tries: number; nextAt: number }>();
  const closing = new AbortController();
  let underWay: Promise<void> = Promise.resolve();

  async function deliverDue(): Promise<void> {
    advanceQueue(emulation());
    for (const request of dueRequests()) {
      if (!closing.signal.aborted) {
        await deliverOne(request);
      }
    }
  }

  function dueRequests(): readonly QueuedRequest[] {
    const { store, clock, videos } = emulation();
    const now = clock();
    return [...store.requests.values()].filter(
      (request) =>
        request.webhookUrl !== null &&
        !store.settledWebhooks.has(request.id) &&
        (failed.get(request.id)?.nextAt ?? 0) <= now &&
        phaseAt(request, now, videos.isRendered(request.id)) === 'ended',
    );
  }

  async function deliverOne(request: QueuedRequest): Promise<void> {
    const { store, settings, clock } = emulation();
    let isDelivered = false;
    for (let copy = 0; copy < settings.webhook_copies; copy += 1) {
      const result = await send(request);
      log.push({ request_id: request.id, result });
      isDelivered ||= typeof result === 'number' && result >= 200 && result < 300;
    }
    if (closing.signal.aborted) {
      return;
    }
    const tries = (failed.get(request.id)?.tries ?? 0) + 1;
    if (isDelivered || tries >= maxTries || !isLoopback(request.webhookUrl ?? '')) {
      failed.delete(request.id);
      store.commit([{ kind: 'webhook_settled', id: request.id }]);
      return;
    }
    failed.set(request.id, { tries, nextAt: clock() + firstPauseMilliseconds * 2 ** (tries - 1) });
  }

  async function send(request: QueuedRequest): Promise<WebhookDelivery['result']> {
    const { store, settings, clock } = emulation();
    if (request.webhookUrl === null || !isLoopback(request.webhookUrl)) {
      return 'not_loopback';
    }
    const body = JSON.stringify(payloadOf(emulation(), request));
    const headers = signedHeaders(request, body, {
      store,
      key: settings.webhook_key,
      userId: store.accounts.get(request.apiKey)?.userId ?? '',
      timestamp: Math.floor(clock() / 1000) - settings.webhook_age_seconds,
      isBad: settings.webhook_bad_signature,
    });
    try {
      const response = await fetch(request.webhookUrl, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(answerMilliseconds)]),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      // A receiver that does not answer is tried again later, whatever the reason.
      return 'no_answer';
    }
  }

  return {
    deliver() {
      // One at a time: two at once would deliver the same twice.
      underWay = underWay.then(deliverDue, deliverDue);
      return underWay;
    },
    async close() {
      closing.abort();
      await underWay;
    },
    deliveries: () => log,
  };
}
