import { createRest } from '@pixsim7/core';
import type { Pool, PoolClient } from 'pg';

/** A restart of PostgreSQL takes a few seconds; its return is noticed within two. */
const pauses = { firstMs: 100, longestMs: 2_000 };

export interface ConnectionGateOptions {
  /** Milliseconds of any clock. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Hands out the connections of a pool. */
export interface ConnectionGate {
  /** @throws what the driver says */
  connect(): Promise<PoolClient>;
}

/**
 * Keeps a pool from trying to connect at every request while that fails: a thousand steps that are all tried again would
 * be a thousand logins. While it fails there is one try at a time, after a growing pause, and everybody who needs a new
 * connection shares its outcome. Connections that are open are handed out meanwhile.
 */
export function createConnectionGate(
  pool: Pick<Pool, 'connect' | 'idleCount' | 'totalCount' | 'options'>,
  { now, random, wait }: ConnectionGateOptions,
): ConnectionGate {
  const rest = createRest({ ...pauses, now, random });
  let trying: Promise<PoolClient> | null = null;
  const needsNew = (): boolean => pool.idleCount === 0 && pool.totalCount < pool.options.max;

  async function open(): Promise<PoolClient> {
    try {
      const client = await pool.connect();
      rest.noteSuccess();
      return client;
    } catch (error) {
      rest.noteFailure();
      throw error;
    }
  }

  async function openAfterRest(): Promise<PoolClient> {
    await wait(rest.leftMs());
    return open();
  }

  return {
    async connect() {
      for (;;) {
        if (!needsNew()) return pool.connect();
        if (rest.failures === 0) return open();
        if (trying === null) {
          trying = openAfterRest().finally(() => {
            trying = null;
          });
          return trying;
        }
        await trying;
      }
    },
  };
}
