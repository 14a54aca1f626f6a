import { sql } from 'drizzle-orm';
import type { PoolClient } from 'pg';
import { describe, expect, it } from 'vitest';
import { createConnections, createStatementNames } from './named-statements.ts';

describe('statement names', () => {
  const third = (nameOf: (text: string) => string | undefined, text: string): string | undefined => {
    nameOf(text);
    nameOf(text);
    return nameOf(text);
  };

  it('are given to what comes a third time, and stay', () => {
    const nameOf = createStatementNames();
    expect(['a', 'a', 'a', 'b', 'a'].map(nameOf)).toEqual([
      undefined,
      undefined,
      'pixsim7_1',
      undefined,
      'pixsim7_1',
    ]);
  });

  it('are not given to lists', () => {
    const nameOf = createStatementNames();
    expect(third(nameOf, 'select 1 from "jobs" where "a" = $1 order by "b" desc limit $2')).toBeUndefined();
  });

  it('are at most a hundred, and texts that come once take no room for ever', () => {
    const nameOf = createStatementNames();
    nameOf('early');
    nameOf('early');
    for (let count = 0; count < 1_000; count += 1) {
      nameOf(`once ${count}`);
    }
    expect(nameOf('early')).toBeUndefined();
    const names = Array.from({ length: 150 }, (_, index) => third(nameOf, `often ${index}`));
    expect(names.filter((name) => name !== undefined)).toHaveLength(100);
  });
});

describe('the connection of a client', () => {
  /** Writes down the names that it was given. */
  function createClient(processID: number) {
    const told: (string | undefined)[] = [];
    const query = async ({ name }: { name?: string }) => {
      told.push(name);
      return { rows: [] };
    };
    return { client: { processID, query } as unknown as PoolClient, told };
  }
  const statement = sql`select ${1}`;

  it('names statements with values', async () => {
    const { client, told } = createClient(7);
    const connections = createConnections(createStatementNames());
    connections.notePooler(client, 7);
    for (let time = 0; time < 4; time += 1) {
      await connections.of(client).execute(statement);
      await connections.of(client).execute(sql`commit`);
    }
    expect(told.filter((name) => name !== undefined)).toEqual(['pixsim7_1', 'pixsim7_1']);
  });

  it('names none behind a pooler, and none when that is turned off', async () => {
    for (const nameOf of [createStatementNames(), null]) {
      const { client, told } = createClient(7);
      const connections = createConnections(nameOf);
      connections.notePooler(client, nameOf === null ? 7 : 8);
      for (let time = 0; time < 4; time += 1) {
        await connections.of(client).execute(statement);
      }
      expect(told).toEqual([undefined, undefined, undefined, undefined]);
    }
  });
});
