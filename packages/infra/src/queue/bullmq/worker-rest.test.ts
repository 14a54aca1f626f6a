import { EventEmitter } from 'node:events';
import type { Worker } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { restAfterErrors } from './worker-rest.ts';

/** Does as BullMQ's worker does when every answer is a refusal: it asks again at once, unless it is paused. */
class RefusedWorker extends EventEmitter {
  tries = 0;
  refused = true;
  #paused = false;

  run(): void {
    while (!this.#paused) {
      this.tries += 1;
      if (!this.refused) {
        return;
      }
      this.emit('error', new Error("NOPERM this user has no permissions to run the 'evalsha' command"));
    }
  }

  async pause(): Promise<void> {
    this.#paused = true;
  }

  async resume(): Promise<void> {
    this.#paused = false;
    this.run();
  }
}

describe('a worker that is refused', () => {
  let worker: RefusedWorker;
  beforeEach(() => {
    vi.useFakeTimers();
    worker = new RefusedWorker();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const watch = (random = () => 1) =>
    restAfterErrors(worker as unknown as Worker, { now: () => Date.now(), random });

  it('asks once in two seconds after a while, also for hours', async () => {
    watch();
    worker.run();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(worker.tries).toBeLessThan(35);
    const before = worker.tries;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(worker.tries - before).toBeLessThanOrEqual(1_800);
    expect(worker.tries - before).toBeGreaterThan(1_700);
  });

  it('goes on within two seconds of the end of the refusal', async () => {
    watch();
    worker.run();
    await vi.advanceTimersByTimeAsync(60_000);
    worker.refused = false;
    const before = worker.tries;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(worker.tries).toBe(before + 1);
  });

  it('begins with a short rest again after a step that was completed', async () => {
    watch();
    worker.run();
    await vi.advanceTimersByTimeAsync(60_000);
    worker.refused = false;
    await vi.advanceTimersByTimeAsync(2_000);
    worker.emit('completed', {});
    const before = worker.tries;
    worker.refused = true;
    worker.run();
    await vi.advanceTimersByTimeAsync(300);
    // At 0, 100 and 300 ms.
    expect(worker.tries - before).toBe(3);
  });

  it('is woken when it does not rest, and only then', async () => {
    const rest = watch();
    worker.refused = false;
    rest.wake();
    expect(worker.tries).toBe(1);
    worker.refused = true;
    rest.wake();
    const before = worker.tries;
    rest.wake();
    expect(worker.tries).toBe(before);
    await vi.advanceTimersByTimeAsync(300);
    expect(worker.tries).toBeGreaterThan(before);
    rest.end();
    worker.refused = false;
    const last = worker.tries;
    rest.wake();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(worker.tries).toBe(last);
  });

  it('is left alone after the end', async () => {
    const rest = watch();
    worker.run();
    const { tries } = worker;
    rest.end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(worker.tries).toBe(tries);
  });
});
