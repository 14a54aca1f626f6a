import type { LoopbackClient } from '../bench/cluster/loopback-client.ts';

const readEveryMs = 20;

/** Somebody who looks at a page again and again, at a fixed pace however long an answer takes. */
export class ReadingVisitor {
  readonly #client: LoopbackClient;
  #timer: NodeJS.Timeout | null = null;
  #reads: Promise<number>[] = [];

  constructor(client: LoopbackClient) {
    this.#client = client;
  }

  start(path: string): void {
    this.#reads = [];
    this.#timer = setInterval(() => {
      this.#reads.push(this.#read(path));
    }, readEveryMs);
  }

  /** @returns how long each read waited, in milliseconds, ascending */
  async stop(): Promise<readonly number[]> {
    clearInterval(this.#timer ?? undefined);
    return (await Promise.all(this.#reads)).sort((one, other) => one - other);
  }

  async #read(path: string): Promise<number> {
    const due = performance.now();
    const { status, body } = await this.#client.send('GET', path);
    if (status !== 200) {
      throw new Error(`${path} answered ${status}: ${body.toString('utf8')}`);
    }
    return performance.now() - due;
  }
}

/** @param sorted ascending */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
