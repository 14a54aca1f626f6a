import { sql } from 'drizzle-orm';
import type { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { DatabaseQueryError } from '../errors.ts';
import { beginStatement } from './begin-statement.ts';
import { createConnections } from './named-statements.ts';
import { runPooledTransaction } from './pooled-transaction.ts';

/**
 * A pool of one connection that writes down what it is told.
 *
 * @param failures the error that a statement gets, by its first word
 */
function createScriptedPool(failures: Record<string, Error> = {}) {
  const told: string[] = [];
  const client = {
    query: async ({ text }: { text: string }) => {
      told.push(text);
      const failure = failures[text.split(' ')[0] ?? ''];
      if (failure !== undefined) {
        throw failure;
      }
      return { rows: [] };
    },
    release: (destroy: boolean) => told.push(destroy ? 'destroyed' : 'back to the pool'),
  };
  const connect = async () => {
    if (failures['connect'] !== undefined) {
      throw failures['connect'];
    }
    return client;
  };
  return { pool: { connect } as unknown as Pool, told };
}

const begin = beginStatement({ statementTimeoutMs: 15_000, idleInTransactionTimeoutMs: 10_000 });
const serverError = (code: string): Error => Object.assign(new Error('the reason'), { code });

describe('a transaction on a pooled connection', () => {
  it('commits and gives the connection back', async () => {
    const { pool, told } = createScriptedPool();
    const result = await runPooledTransaction(pool, begin, createConnections(null), async (connection) => {
      await connection.execute(sql`select 1`);
      return 'result';
    });
    expect(result).toBe('result');
    expect(told).toEqual([begin, 'select 1', 'commit', 'back to the pool']);
  });

  it('rolls back when the work throws, with that error', async () => {
    const { pool, told } = createScriptedPool();
    const failure = new Error('the work failed');
    await expect(
      runPooledTransaction(pool, begin, createConnections(null), () => Promise.reject(failure)),
    ).rejects.toBe(failure);
    expect(told).toEqual([begin, 'rollback', 'back to the pool']);
  });

  it('does not let the failure of the rollback hide what happened, and gives the connection up', async () => {
    const { pool, told } = createScriptedPool({ rollback: new Error('Connection terminated') });
    const failure = new Error('the work failed');
    await expect(
      runPooledTransaction(pool, begin, createConnections(null), () => Promise.reject(failure)),
    ).rejects.toBe(failure);
    expect(told).toEqual([begin, 'rollback', 'destroyed']);
  });

  it('does not ask a connection again that did not answer', async () => {
    const { pool, told } = createScriptedPool({ select: new Error('Query read timeout') });
    const failing = runPooledTransaction(pool, begin, createConnections(null), (connection) =>
      connection.execute(sql`select 1`),
    );
    await expect(failing).rejects.toMatchObject({ name: 'DatabaseQueryError', sqlState: null });
    expect(told).toEqual([begin, 'select 1', 'destroyed']);
  });

  it.each(['0A000', '26000'])('gives up a connection whose named statement failed with %s', async (code) => {
    const { pool, told } = createScriptedPool({ select: serverError(code) });
    const failing = runPooledTransaction(pool, begin, createConnections(null), (connection) =>
      connection.execute(sql`select 1`),
    );
    await expect(failing).rejects.toMatchObject({ sqlState: code });
    expect(told).toEqual([begin, 'select 1', 'destroyed']);
  });

  it('gives up a connection that does not begin', async () => {
    const { pool, told } = createScriptedPool({ begin: new Error('Connection terminated') });
    const failing = runPooledTransaction(pool, begin, createConnections(null), () => Promise.resolve());
    await expect(failing).rejects.toBeInstanceOf(DatabaseQueryError);
    expect(told).toEqual([begin, 'destroyed']);
  });

  it('reports a commit that the server refused', async () => {
    const { pool, told } = createScriptedPool({ commit: serverError('40001') });
    const failing = runPooledTransaction(pool, begin, createConnections(null), () => Promise.resolve());
    await expect(failing).rejects.toMatchObject({ name: 'StaleRowError' });
    expect(told).toEqual([begin, 'commit', 'rollback', 'back to the pool']);
  });

  it('reports that there is no connection', async () => {
    const cause = new Error('timeout exceeded when trying to connect');
    const { pool, told } = createScriptedPool({ connect: cause });
    const failing = runPooledTransaction(pool, begin, createConnections(null), () => Promise.resolve());
    await expect(failing).rejects.toMatchObject({ name: 'DatabaseQueryError', sqlState: null, cause });
    expect(told).toEqual([]);
  });
});
