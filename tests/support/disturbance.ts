import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterUnderTest } from './cluster-under-test.ts';
import { ProviderWeather } from './provider-weather.ts';
import type { Random } from './random.ts';

const intervalMs = 1_000;
/** Of the five processes, when one more is killed. */
const leastRunning = 3;

/** Every second, until it is ended: one process is killed, and other things go wrong at the provider. */
export class Disturbance {
  readonly #cluster: ClusterUnderTest;
  readonly #weather: ProviderWeather;
  readonly #ending = new AbortController();
  readonly #running: Promise<void>;

  constructor(cluster: ClusterUnderTest, random: Random) {
    this.#cluster = cluster;
    this.#weather = new ProviderWeather(cluster.emulator.ready, random);
    this.#running = this.#disturb(random);
  }

  get spoiltRequests(): number {
    return this.#weather.spoilt;
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #disturb(random: Random): Promise<void> {
    while (!this.#ending.signal.aborted) {
      await this.#cluster.servers.killOne(random, leastRunning);
      await this.#weather.change();
      await sleep(intervalMs);
    }
    await this.#weather.clear();
  }
}
