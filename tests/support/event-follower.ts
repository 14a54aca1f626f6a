import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@pixsim7/contracts';

const reconnectPauseMs = 100;

/**
 * A client of the event stream as a browser is one: it reads until the stream breaks and goes on after the last event
 * that it has, at whichever process answers.
 */
export class EventFollower {
  /** Everything that was received, in the order of its arrival. */
  readonly events: Event[] = [];
  reconnects = -1;
  readonly #ending = new AbortController();
  readonly #reading: Promise<void>;

  /** @param address where to connect now, asked before each connection; null when nobody answers */
  constructor(address: () => string | null, apiKey: string) {
    this.#reading = this.#follow(address, apiKey);
  }

  get lastSequence(): number {
    return this.events.at(-1)?.sequence ?? 0;
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#reading;
  }

  async #follow(address: () => string | null, apiKey: string): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const url = address();
      if (url !== null) {
        await this.#read(url, apiKey);
      }
      await sleep(reconnectPauseMs);
    }
  }

  async #read(url: string, apiKey: string): Promise<void> {
    try {
      const reply = await fetch(`${url}/api/v1/events`, {
        headers: { authorization: `Bearer ${apiKey}`, 'last-event-id': String(this.lastSequence) },
        signal: this.#ending.signal,
      });
      if (!reply.ok || reply.body === null) {
        return;
      }
      this.reconnects += 1;
      await this.#receive(reply.body.pipeThrough(new TextDecoderStream()));
    } catch {
      // The process was killed, or is not there yet; there is nothing to do but to connect again.
    }
  }

  /** An event that the stream broke off in the middle of does not count as received. */
  async #receive(stream: AsyncIterable<string>): Promise<void> {
    let text = '';
    for await (const chunk of stream) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/mu.exec(block)?.[1];
        if (data !== undefined) {
          this.events.push(JSON.parse(data) as Event);
        }
      }
    }
  }
}
