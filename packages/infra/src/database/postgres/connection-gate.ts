import type { Pool, PoolClient } from 'pg';
import { createRest } from '@pixsim7/core';

/** A restart of PostgreSQL takes a few seconds; its return is noticed within two. */
const pauses = { firstMs: 100, longestMs: 2_000 };

export interface ConnectionGateOptions {
  /** The longest wait for a connection. */
  readonly timeoutMs: number;
  /** Milliseconds of any clock. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Hands out the connections of a pool. */
export interface ConnectionGate {
  /** @throws what the driver said last when no connection can be had, or when the time is over */
  connect(): Promise<PoolClient>;
}

type GatedPool = Pick<Pool, 'connect' | 'idleCount' | 'totalCount' | 'waitingCount' | 'options'> & {
  on(event: 'release' | 'remove', listener: () => void): unknown;
};

interface Waiter {
  readonly resolve: (client: PoolClient) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Decides when a pool opens a connection, and who gets the next free one.
 *
 * The pool itself opens one at every request that finds none free, and fails that request when it cannot. A thousand
 * steps that are all tried again would be a thousand logins; and where the server gives us fewer than we want (a limit
 * of the role, a small PgBouncer), requests would fail that a connection in use could have served a moment later.
 *
 * So a caller waits for the first one that becomes free, old or new. While opening fails there is one try at a time,
 * after a growing pause; with no connection at all, everybody who waits shares its outcome.
 */
export function createConnectionGate(
  pool: GatedPool,
  { timeoutMs, now, random }: ConnectionGateOptions,
): ConnectionGate {
  const rest = createRest({ ...pauses, now, random });
  const waiting: Waiter[] = [];
  let opening = 0;
  let failed = 0;
  let lastFailure: unknown = null;
  let nextTry: NodeJS.Timeout | null = null;

  // Those that are idle are handed out at the next tick; until then they are still counted.
  const free = (): number => pool.idleCount - pool.waitingCount;

  function serve(): void {
    while (waiting.length > 0 && free() > 0) {
      const waiter = waiting.shift();
      if (waiter !== undefined) {
        pool.connect().then(waiter.resolve, waiter.reject);
      }
    }
    if (rest.failures > 0) {
      tryAgain();
      return;
    }
    for (let wanted = waiting.length - opening; wanted > 0 && hasRoom(); wanted -= 1) {
      void open();
    }
  }

  function hasRoom(): boolean {
    return pool.totalCount - free() < pool.options.max;
  }

  function tryAgain(): void {
    if (waiting.length === 0 || opening > 0 || nextTry !== null || !hasRoom()) {
      return;
    }
    nextTry = setTimeout(() => {
      nextTry = null;
      if (waiting.length > 0 && opening === 0 && hasRoom()) {
        void open();
      }
    }, rest.leftMs());
  }

  async function open(): Promise<void> {
    opening += 1;
    try {
      const before = pool.totalCount;
      const failedBefore = failed;
      const connecting = pool.connect();
      // Otherwise one got free in between, which says nothing of what the server gives.
      const isNew = pool.totalCount > before;
      const client = await connecting;
      opening -= 1;
      // A failure in the meantime is the newer news: the server gives fewer than are asked for at once.
      if (isNew && failed === failedBefore) {
        rest.noteSuccess();
        lastFailure = null;
      }
      const waiter = waiting.shift();
      if (waiter === undefined) {
        client.release();
      } else {
        waiter.resolve(client);
      }
    } catch (error) {
      opening -= 1;
      failed += 1;
      rest.noteFailure();
      lastFailure = error;
      const hasNone = pool.totalCount === 0 && opening === 0;
      for (const waiter of hasNone ? waiting.splice(0) : []) {
        waiter.reject(error);
      }
    }
    serve();
  }

  // The pool says so just before the connection is idle.
  const serveSoon = (): void => process.nextTick(serve);
  pool.on('release', serveSoon);
  pool.on('remove', serveSoon);

  return {
    connect() {
      if (waiting.length === 0 && free() > 0) {
        return pool.connect();
      }
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(waiter), 1);
          reject(lastFailure ?? new Error('timeout: every connection of this process is in use'));
        }, timeoutMs);
        const waiter: Waiter = {
          resolve: (client) => {
            clearTimeout(timer);
            resolve(client);
          },
          reject: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        };
        waiting.push(waiter);
        serve();
      });
    },
  };
}
