import { setTimeout as sleep } from 'node:timers/promises';
import { TestClient } from './client.ts';

/** Longer than any outage of the suites. */
const patienceMs = 90_000;
const pauseMs = 200;

/**
 * A client as one writes it for a service whose processes come and go: it asks another process when one does not answer
 * or cannot. What it sends must bear being sent twice.
 */
export class PatientClient extends TestClient {
  /** @param addresses those that answer at this moment */
  constructor(addresses: () => readonly string[], apiKey: string) {
    let asked = 0;
    super(() => {
      asked += 1;
      const now = addresses();
      return now[asked % now.length] ?? 'http://127.0.0.1:1';
    }, apiKey);
  }

  override async request(path: string, init: RequestInit = {}): Promise<Response> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const reply = await this.#requestOnce(path, init);
      if (reply instanceof Response && reply.status < 500 && reply.status !== 429) {
        return reply;
      }
      if (Date.now() > deadline) {
        throw new Error(`${path}: no answer for ${patienceMs / 1_000} s`, { cause: reply });
      }
      await sleep(pauseMs);
    }
  }

  /** Reads the whole body, because a process can also be killed in the middle of it. */
  async #requestOnce(path: string, init: RequestInit): Promise<unknown> {
    try {
      const reply = await super.request(path, init);
      return new Response(await reply.arrayBuffer(), { status: reply.status, headers: reply.headers });
    } catch (error) {
      return error;
    }
  }
}
