import { EventEmitter } from 'node:events';
import type { PoolClient } from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createConnectionGate } from './connection-gate.ts';
import type { ConnectionGate } from './connection-gate.ts';

/** As the pool of the driver: hands out what is idle at the next tick, and opens what the server lets it open. */
class ScriptedPool extends EventEmitter {
  readonly options = { max: 10 };
  totalCount = 0;
  waitingCount = 0;
  /** The number of connections that the server has given. */
  given = 0;
  /** Milliseconds until a login is taken or refused. */
  loginMs = 10;
  tries = 0;
  #idle: PoolClient[] = [];

  get idleCount(): number {
    return this.#idle.length;
  }

  async connect(): Promise<PoolClient> {
    if (this.#idle.length > 0) {
      this.waitingCount += 1;
      await Promise.resolve();
      this.waitingCount -= 1;
      const client = this.#idle.pop();
      if (client !== undefined) {
        return client;
      }
    }
    this.tries += 1;
    this.totalCount += 1;
    const refused = new Error(`refused ${this.tries}`);
    await new Promise((resolve) => setTimeout(resolve, this.loginMs));
    if (this.totalCount > this.given) {
      this.totalCount -= 1;
      throw refused;
    }
    const client = {
      release: () => {
        this.emit('release');
        this.#idle.push(client);
      },
    } as unknown as PoolClient;
    return client;
  }
}

describe('the gate of a pool', () => {
  let pool: ScriptedPool;
  let gate: ConnectionGate;

  beforeEach(() => {
    vi.useFakeTimers();
    pool = new ScriptedPool();
    gate = createConnectionGate(pool as unknown as Parameters<typeof createConnectionGate>[0], {
      timeoutMs: 10_000,
      now: () => Date.now(),
      random: () => 1,
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function hold(
    holdMs: number,
    outcome: { served: number; readonly failures: unknown[] },
  ): Promise<void> {
    try {
      const client = await gate.connect();
      await new Promise((resolve) => setTimeout(resolve, holdMs));
      outcome.served += 1;
      client.release();
    } catch (error) {
      outcome.failures.push(error);
    }
  }

  /** Requests that each hold a connection for a while. */
  function request(count: number, holdMs: number): { served: number; failures: unknown[] } {
    const outcome: { served: number; failures: unknown[] } = { served: 0, failures: [] };
    for (let index = 0; index < count; index += 1) {
      void hold(holdMs, outcome);
    }
    return outcome;
  }

  it('opens as many as are needed at once, and no more than the pool may have', async () => {
    pool.given = 10;
    const few = request(3, 50);
    await vi.advanceTimersByTimeAsync(100);
    expect([few.served, pool.tries]).toEqual([3, 3]);
    const many = request(100, 50);
    await vi.advanceTimersByTimeAsync(2_000);
    expect([many.served, many.failures, pool.tries]).toEqual([100, [], 10]);
  });

  it('tries once in two seconds under a thousand requests a second that are all refused', async () => {
    const outcomes = [];
    for (let tick = 0; tick < 600; tick += 1) {
      outcomes.push(request(100, 50));
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(2_000);
    expect(outcomes.flatMap(({ failures }) => failures)).toHaveLength(60_000);
    // Ten at first, as many as the pool may have; then 0.1, 0.2, 0.4 … 2 s apart.
    expect(pool.tries).toBeGreaterThan(35);
    expect(pool.tries).toBeLessThan(50);
  });

  it('shares one try and its error while there is no connection', async () => {
    const first = request(1, 50);
    await vi.advanceTimersByTimeAsync(20);
    expect(String(first.failures[0])).toContain('refused 1');
    const waiting = request(3, 50);
    await vi.advanceTimersByTimeAsync(150);
    expect(waiting.failures.map(String)).toEqual(Array.from({ length: 3 }, () => 'Error: refused 2'));
  });

  it('serves everybody when a try works', async () => {
    request(1, 50);
    await vi.advanceTimersByTimeAsync(20);
    const waiting = request(5, 50);
    pool.given = 10;
    await vi.advanceTimersByTimeAsync(300);
    expect([waiting.served, waiting.failures]).toEqual([5, []]);
  });

  it('serves everybody from fewer connections than it wants, and goes on asking for more now and then', async () => {
    pool.given = 3;
    const many = request(200, 50);
    await vi.advanceTimersByTimeAsync(9_000);
    expect([many.served, many.failures]).toEqual([200, []]);
    expect(pool.tries).toBeLessThan(20);
    pool.given = 10;
    const more = request(400, 50);
    await vi.advanceTimersByTimeAsync(6_000);
    expect([more.served, more.failures]).toEqual([400, []]);
    expect(pool.totalCount).toBeGreaterThan(3);
  });

  it('does not bind anybody to a login that hangs', async () => {
    pool.given = 1;
    const first = request(1, 50);
    await vi.advanceTimersByTimeAsync(100);
    pool.loginMs = 60_000;
    const waiting = request(5, 50);
    await vi.advanceTimersByTimeAsync(400);
    expect([first.served, waiting.served]).toEqual([1, 5]);
  });

  it('says what failed last, or that all are in use, when the time is over', async () => {
    pool.given = 1;
    request(1, 60_000);
    await vi.advanceTimersByTimeAsync(50);
    const late = request(1, 50);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(String(late.failures[0])).toMatch(/refused/u);
    pool.options.max = 1;
    pool.given = 10;
    const busy = createConnectionGate(pool as unknown as Parameters<typeof createConnectionGate>[0], {
      timeoutMs: 10_000,
      now: () => Date.now(),
      random: () => 1,
    });
    const failure = busy.connect().catch(String);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await failure).toContain('every connection of this process is in use');
  });
});
