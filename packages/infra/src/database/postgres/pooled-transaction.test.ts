import type { Pool, PoolClient } from 'pg';
import { describe, expect, it } from 'vitest';
import { DatabaseQueryError } from '../errors.ts';
import { begin } from './begin-statement.ts';
import { createConnections } from './connections.ts';
import { createStatementNames } from './named-statements.ts';
import { runPooledTransaction } from './pooled-transaction.ts';
import type { StatementBatch } from './statement-batch.ts';

type ScriptedClient = PoolClient & { readonly processID: number };

/**
 * A pool of one connection that writes down what it is told.
 *
 * @param failures the error that a statement gets, by its first word
 */
function createScriptedPool(failures: Record<string, Error> = {}) {
  const told: string[] = [];
  const client = {
    processID: 7,
    query: ({ statements, callback }: StatementBatch) => {
      const texts = statements.map(({ text }) => text);
      const failed = texts.findIndex((text) => failures[text.split(' ')[0] ?? ''] !== undefined);
      if (failed === -1) {
        told.push(...texts);
        callback(
          null,
          texts.map(() => ({ rows: [], count: 0 })),
        );
      } else {
        told.push(...texts.slice(0, failed + 1));
        callback(failures[texts[failed]?.split(' ')[0] ?? ''], []);
      }
    },
    release: (destroy: boolean) => told.push(destroy ? 'destroyed' : 'back to the pool'),
  };
  const connect = async () => {
    if (failures['connect'] !== undefined) {
      throw failures['connect'];
    }
    return client;
  };
  return { pool: { connect } as unknown as Pool, client: client as unknown as ScriptedClient, told };
}

const times = { statementTimeoutMs: 15_000, idleInTransactionTimeoutMs: 10_000 };
/** Nothing is left on a connection whose server is not known. */
const beginning = [
  begin,
  'set local statement_timeout = 15000',
  'set local idle_in_transaction_session_timeout = 10000',
];
const select = { text: 'select 1', values: [] };
const serverError = (code: string): Error => Object.assign(new Error('the reason'), { code });

describe('a transaction on a pooled connection', () => {
  it('commits and gives the connection back', async () => {
    const { pool, told } = createScriptedPool();
    const result = await runPooledTransaction(pool, createConnections(null, times), async (connection) => {
      await connection.send(select);
      return 'result';
    });
    expect(result).toBe('result');
    expect(told).toEqual([...beginning, 'select 1', 'commit', 'back to the pool']);
  });

  it('rolls back when the work throws, with that error', async () => {
    const { pool, told } = createScriptedPool();
    const failure = new Error('the work failed');
    await expect(
      runPooledTransaction(pool, createConnections(null, times), async (connection) => {
        await connection.send(select);
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(told).toEqual([...beginning, 'select 1', 'rollback', 'back to the pool']);
  });

  it('does not let the failure of the rollback hide what happened, and gives the connection up', async () => {
    const { pool, told } = createScriptedPool({ rollback: new Error('Connection terminated') });
    const failure = new Error('the work failed');
    await expect(
      runPooledTransaction(pool, createConnections(null, times), async (connection) => {
        await connection.send(select);
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(told).toEqual([...beginning, 'select 1', 'rollback', 'destroyed']);
  });

  it('does not ask a connection again that did not answer', async () => {
    const { pool, told } = createScriptedPool({ select: new Error('Query read timeout') });
    const failing = runPooledTransaction(pool, createConnections(null, times), (connection) =>
      connection.send(select),
    );
    await expect(failing).rejects.toMatchObject({ name: 'DatabaseQueryError', sqlState: null });
    expect(told).toEqual([...beginning, 'select 1', 'destroyed']);
  });

  it.each(['0A000', '26000'])('gives up a connection whose named statement failed with %s', async (code) => {
    const { pool, told } = createScriptedPool({ select: serverError(code) });
    const failing = runPooledTransaction(pool, createConnections(null, times), (connection) =>
      connection.send(select),
    );
    await expect(failing).rejects.toMatchObject({ sqlState: code });
    expect(told).toEqual([...beginning, 'select 1', 'destroyed']);
  });

  it('gives up a connection that does not begin', async () => {
    const { pool, told } = createScriptedPool({ begin: new Error('Connection terminated') });
    const failing = runPooledTransaction(pool, createConnections(null, times), (connection) =>
      connection.send(select),
    );
    await expect(failing).rejects.toBeInstanceOf(DatabaseQueryError);
    expect(told).toEqual([begin, 'destroyed']);
  });

  it('reports a commit that the server refused', async () => {
    const { pool, told } = createScriptedPool({ commit: serverError('40001') });
    const failing = runPooledTransaction(pool, createConnections(null, times), (connection) =>
      connection.send(select),
    );
    await expect(failing).rejects.toMatchObject({ name: 'StaleRowError' });
    expect(told).toEqual([...beginning, 'select 1', 'commit', 'rollback', 'back to the pool']);
  });

  it('asks nothing of the server for work that asks nothing, whether it ends well or not', async () => {
    const { pool, told } = createScriptedPool();
    await runPooledTransaction(pool, createConnections(null, times), () => Promise.resolve());
    const failure = new Error('the work failed');
    await expect(
      runPooledTransaction(pool, createConnections(null, times), () => Promise.reject(failure)),
    ).rejects.toBe(failure);
    expect(told).toEqual(['back to the pool', 'back to the pool']);
  });

  it('sets nothing for each transaction on a connection that is its own', async () => {
    const { pool, client, told } = createScriptedPool();
    const connections = createConnections(createStatementNames(), times);
    expect(connections.open(client, client.processID)).toBe(
      'set statement_timeout = 15000; set idle_in_transaction_session_timeout = 10000',
    );
    await runPooledTransaction(pool, connections, (connection) => connection.send(select));
    expect(told).toEqual([begin, 'select 1', 'commit', 'back to the pool']);
  });

  it('reports that there is no connection', async () => {
    const cause = new Error('timeout exceeded when trying to connect');
    const { pool, told } = createScriptedPool({ connect: cause });
    const failing = runPooledTransaction(pool, createConnections(null, times), (connection) =>
      connection.send(select),
    );
    await expect(failing).rejects.toMatchObject({ name: 'DatabaseQueryError', sqlState: null, cause });
    expect(told).toEqual([]);
  });
});
