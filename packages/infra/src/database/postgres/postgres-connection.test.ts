import { sql } from 'drizzle-orm';
import type { PoolClient, QueryConfig } from 'pg';
import { describe, expect, it } from 'vitest';
import { createStatementNames } from './named-statements.ts';
import { PostgresConnection } from './postgres-connection.ts';
import { StatementBatch } from './statement-batch.ts';

/** Writes down what it was asked: the texts of each message, with their names. */
function createClient() {
  const told: string[][] = [];
  const query = (asked: StatementBatch | QueryConfig): unknown => {
    const statements = asked instanceof StatementBatch ? asked.statements : [asked];
    told.push(statements.map(({ name, text }) => (name === undefined ? text : `${name}: ${text}`)));
    if (asked instanceof StatementBatch) {
      asked.callback(
        null,
        statements.map(({ text }) => ({ rows: [[text]], count: 1 })),
      );
    }
    return Promise.resolve({ rows: [] });
  };
  return { client: { query } as unknown as PoolClient, told };
}

describe('a connection to PostgreSQL', () => {
  it('begins in the message of the first statement', async () => {
    const { client, told } = createClient();
    const connection = new PostgresConnection(client, null);
    connection.begin(['begin', 'set']);
    expect(connection.hasBegun).toBe(false);
    const results = await connection.sendAll([
      { text: 'first', values: [] },
      { text: 'second', values: [] },
    ]);
    expect(results.map(({ rows }) => rows)).toEqual([[['first']], [['second']]]);
    await connection.send({ text: 'third', values: [] });
    await connection.commit();
    expect(told).toEqual([['begin', 'set', 'first', 'second'], ['third'], ['commit']]);
    expect(connection.hasBegun).toBe(true);
  });

  it('keeps what comes last for the message that commits', async () => {
    const { client, told } = createClient();
    const connection = new PostgresConnection(client, null);
    connection.begin(['begin']);
    connection.sendLast([{ text: 'write', values: [] }]);
    connection.sendLast([{ text: 'write more', values: [] }]);
    await connection.commit();
    expect(told).toEqual([['begin', 'write', 'write more', 'commit']]);
  });

  it('sends what was kept before it reads again, and forgets it when it rolls back', async () => {
    const { client, told } = createClient();
    const connection = new PostgresConnection(client, null);
    connection.begin(['begin']);
    connection.sendLast([{ text: 'write', values: [] }]);
    const { rows } = await connection.send({ text: 'read', values: [] });
    expect(rows).toEqual([['read']]);
    connection.sendLast([{ text: 'write more', values: [] }]);
    await connection.drizzle.execute(sql`select 1`);
    connection.sendLast([{ text: 'never sent', values: [] }]);
    await connection.rollBack();
    expect(told).toEqual([['begin', 'write', 'read'], ['write more'], ['select 1'], ['rollback']]);
  });

  it('asks nothing of the server for a transaction without statements', async () => {
    const { client, told } = createClient();
    const connection = new PostgresConnection(client, null);
    connection.begin(['begin']);
    await connection.commit();
    connection.begin(['begin']);
    connection.sendLast([{ text: 'never sent', values: [] }]);
    await connection.rollBack();
    expect(told).toEqual([]);
  });

  it('begins before the first statement of Drizzle', async () => {
    const { client, told } = createClient();
    const connection = new PostgresConnection(client, null);
    connection.begin(['begin']);
    await connection.drizzle.execute(sql`select 1`);
    await connection.drizzle.execute(sql`select 2`);
    expect(told).toEqual([['begin'], ['select 1'], ['select 2']]);
  });

  it('names what it sends and what Drizzle builds, where there are names', async () => {
    const { client, told } = createClient();
    const connection = new PostgresConnection(client, createStatementNames());
    for (let time = 0; time < 3; time += 1) {
      await connection.send({ text: 'sent', values: [] });
      await connection.drizzle.execute(sql`select ${1}`);
      await connection.drizzle.execute(sql`may be several`);
    }
    expect(told.slice(-3)).toEqual([['pixsim7_1: sent'], ['pixsim7_built_1: select $1'], ['may be several']]);
  });
});
