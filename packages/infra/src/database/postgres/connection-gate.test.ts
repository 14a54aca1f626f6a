import type { PoolClient } from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createConnectionGate } from './connection-gate.ts';

const client = { release: () => undefined } as unknown as PoolClient;

/** A pool that counts its tries to connect. */
function createPool() {
  const pool = {
    idleCount: 0,
    totalCount: 0,
    options: { max: 10 },
    works: false,
    tries: 0,
    async connect(): Promise<PoolClient> {
      pool.tries += 1;
      await Promise.resolve();
      if (!pool.works) throw new Error(`refused ${pool.tries}`);
      return client;
    },
  };
  return pool;
}

describe('the gate of a pool', () => {
  let pool: ReturnType<typeof createPool>;

  beforeEach(() => {
    vi.useFakeTimers();
    pool = createPool();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const createGate = (random = () => 1) =>
    createConnectionGate(pool as unknown as Parameters<typeof createConnectionGate>[0], {
      now: () => Date.now(),
      random,
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    });

  it('is open while connecting works', async () => {
    pool.works = true;
    const gate = createGate();
    await Promise.all(Array.from({ length: 10 }, () => gate.connect()));
    expect(pool.tries).toBe(10);
  });

  it('tries less than once a second under a thousand requests a second that are all refused', async () => {
    const gate = createGate();
    let refused = 0;
    for (let tick = 0; tick < 600; tick += 1) {
      for (let request = 0; request < 100; request += 1) {
        gate.connect().catch(() => {
          refused += 1;
        });
      }
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(2_000);
    expect(refused).toBe(60_000);
    // The first hundred come before any has failed, as many as the pool is large in earnest; then 0.1 s to 2 s apart.
    expect(pool.tries).toBeLessThan(100 + 60);
  });

  it('shares one try and its error', async () => {
    const gate = createGate();
    await gate.connect().catch(() => undefined);
    const waiting = Promise.allSettled([gate.connect(), gate.connect(), gate.connect()]);
    await vi.advanceTimersByTimeAsync(100);
    expect((await waiting).map((each) => (each.status === 'rejected' ? String(each.reason) : ''))).toEqual([
      'Error: refused 2',
      'Error: refused 2',
      'Error: refused 2',
    ]);
  });

  it('lets all through when a try works', async () => {
    const gate = createGate();
    await gate.connect().catch(() => undefined);
    const waiting = Promise.all([gate.connect(), gate.connect(), gate.connect()]);
    pool.works = true;
    await vi.advanceTimersByTimeAsync(100);
    expect(await waiting).toEqual([client, client, client]);
    expect(pool.tries).toBe(4);
  });

  it('hands out what is open without a pause', async () => {
    const gate = createGate();
    await gate.connect().catch(() => undefined);
    pool.works = true;
    pool.idleCount = 1;
    pool.totalCount = 1;
    expect(await gate.connect()).toBe(client);
  });

  it('lets a full pool decide who waits', async () => {
    const gate = createGate();
    await gate.connect().catch(() => undefined);
    pool.works = true;
    pool.totalCount = 10;
    expect(await gate.connect()).toBe(client);
  });
});
