import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';
import type { Connection } from '../connection.ts';

/** PostgreSQL keeps a plan for each name and connection, of 20 to 100 KB. The hot path has about 60 statements. */
const maxNames = 100;
/** Texts that are counted before they get a name. */
const maxCounted = 1_000;
/** A statement that came so often comes again. */
const usesBeforeName = 3;

export type NameStatement = (text: string) => string | undefined;

/**
 * Names statements that come again and again, so that PostgreSQL parses and plans each once per connection: 87 µs
 * instead of 220.
 *
 * A list (`order by ... limit`) keeps no plan. Which index is best depends on how many rows its filters match, and a
 * plan that is kept is made without knowing their values.
 */
export function createStatementNames(): NameStatement {
  const names = new Map<string, string>();
  const uses = new Map<string, number>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined || names.size >= maxNames || isList(text)) {
      return known;
    }
    const used = (uses.get(text) ?? 0) + 1;
    uses.delete(text);
    if (used < usesBeforeName) {
      uses.set(text, used);
      forgetOldest(uses);
      return undefined;
    }
    const name = `pixsim7_${names.size + 1}`;
    names.set(text, name);
    return name;
  };
}

function isList(text: string): boolean {
  return text.includes(' order by ') && text.includes(' limit ');
}

/** The counted text that has waited longest for its next use goes first. */
function forgetOldest(uses: Map<string, number>): void {
  for (const text of uses.keys()) {
    if (uses.size <= maxCounted) {
      return;
    }
    uses.delete(text);
  }
}

/** The connections that the repositories use, one for each client of a pool. */
export interface Connections {
  of(client: PoolClient): Connection;
  /**
   * Remembers whether a pooler stands between, which may give the next transaction another connection to PostgreSQL.
   *
   * @param backendPid the process id that PostgreSQL itself tells
   */
  notePooler(client: PoolClient, backendPid: unknown): void;
}

/** @param nameOf null: no statement is named */
export function createConnections(nameOf: NameStatement | null): Connections {
  const connections = new WeakMap<PoolClient, Connection>();
  const pooled = new WeakSet<PoolClient>();
  return {
    of(client) {
      const known = connections.get(client);
      if (known !== undefined) {
        return known;
      }
      const made = drizzle(
        nameOf === null || pooled.has(client)
          ? client
          : (new NamingClient(client, nameOf) as unknown as Pool),
      );
      connections.set(client, made);
      return made;
    },
    notePooler(client, backendPid) {
      // A pooler tells each client a process id of its own; PostgreSQL tells the one that it has.
      if (Reflect.get(client, 'processID') !== backendPid) {
        pooled.add(client);
      }
    },
  };
}

/** Sends what Drizzle asks of a client, with a name where there is one. */
class NamingClient {
  readonly #client: PoolClient;
  readonly #nameOf: NameStatement;

  constructor(client: PoolClient, nameOf: NameStatement) {
    this.#client = client;
    this.#nameOf = nameOf;
  }

  query(config: QueryConfig, values: unknown[] = []): Promise<QueryResult> {
    // BEGIN and COMMIT have no values; several statements in one text cannot have a name.
    const name = values.length === 0 ? undefined : this.#nameOf(config.text);
    return this.#client.query(name === undefined ? config : { ...config, name }, values);
  }
}
