import { control } from './client.ts';
import type { Random } from './random.ts';

/** Things that can go wrong at a provider, and how much of each comes at once. */
const faults = [
  { match: { method: 'POST', path: '/video/*' }, action: 'drop_after_accept', times: 3 },
  { match: { method: 'POST', path: '/video/*' }, action: 'drop_before_accept', times: 2 },
  { match: { method: 'POST', path: '/video/*' }, action: 'http_status', value: 500, times: 2 },
  { match: { method: 'POST', path: '/video/*' }, action: 'http_status', value: 503, times: 2 },
  { match: { method: 'POST', path: '/video/*' }, action: 'http_status', value: 429, times: 1 },
  { match: { method: 'POST', path: '/video/*' }, action: 'garbage', times: 2 },
  { match: { method: 'POST', path: '/video/*' }, action: 'delay', value: 2_000, times: 3 },
  { match: { method: 'POST', path: '/image/upload' }, action: 'http_status', value: 502, times: 1 },
  { match: { method: 'GET', path: '/video/result/*' }, action: 'delay', value: 2_000, times: 3 },
  { match: { method: 'GET', path: '/video/result/*' }, action: 'http_status', value: 502, times: 1 },
  { match: { method: 'GET', path: '/video/result/*' }, action: 'garbage', times: 1 },
  { match: { method: 'GET', path: '/media/*' }, action: 'truncate', times: 3 },
  { match: { method: 'GET', path: '/media/*' }, action: 'http_status', value: 403, times: 1 },
] as const;

/** The number of requests that an emulator still has to spoil. */
async function remaining(url: string): Promise<number> {
  const reply = await fetch(`${url}/_emulator/faults`);
  const { faults: left } = (await reply.json()) as { faults: readonly { times: number }[] };
  return left.reduce((sum, { times }) => sum + times, 0);
}

/** Faults at a provider that change from second to second. */
export class ProviderWeather {
  /** Requests that were spoilt so far. */
  spoilt = 0;
  readonly #url: string;
  readonly #random: Random;
  #announced = 0;

  constructor(url: string, random: Random) {
    this.#url = url;
    this.#random = random;
  }

  /** Takes back what nobody met, so faults do not pile up while the provider is left alone, and sends others. */
  async change(): Promise<void> {
    await this.clear();
    for (const fault of [this.#random.pick(faults), this.#random.pick(faults)]) {
      await control(this.#url, 'faults', fault);
      this.#announced += fault.times;
    }
  }

  async clear(): Promise<void> {
    this.spoilt += this.#announced - (await remaining(this.#url));
    this.#announced = 0;
    await fetch(`${this.#url}/_emulator/faults`, { method: 'DELETE' });
  }
}
