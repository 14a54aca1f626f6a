import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';
import type { Connection, RepositoryConnection, Statement, StatementResult } from '../connection.ts';
import { translateDriverError } from '../errors.ts';
import type { StatementNames } from './named-statements.ts';
import { StatementBatch } from './statement-batch.ts';

/** A connection to PostgreSQL, for one transaction after the other. */
export class PostgresConnection implements RepositoryConnection {
  readonly #client: PoolClient;
  readonly #names: StatementNames | null;
  readonly #prepared = new Set<string>();
  #begin: readonly Statement[] = [];
  #drizzle: Connection | null = null;

  /** @param names null: no statement gets one */
  constructor(client: PoolClient, names: StatementNames | null) {
    this.#client = client;
    this.#names = names;
  }

  get drizzle(): Connection {
    this.#drizzle ??= drizzle(this as unknown as Pool);
    return this.#drizzle;
  }

  /** Begins a transaction in the message of its first statement; one without statements never begins. */
  begin(texts: readonly string[]): void {
    this.#begin = texts.map(withoutValues);
  }

  /** False: nothing was asked of the server since `begin`. */
  get hasBegun(): boolean {
    return this.#begin.length === 0;
  }

  async send(statement: Statement): Promise<StatementResult> {
    const [result] = await this.sendAll([statement]);
    if (result === undefined) {
      throw new Error('A statement was carried out without a result.');
    }
    return result;
  }

  /** @throws DatabaseQueryError, UniqueViolationError, StaleRowError */
  async sendAll(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    const begin = this.#begin;
    if (begin.length === 0) {
      return this.#submit(statements);
    }
    this.#begin = [];
    const results = await this.#submit([...begin, ...statements]);
    return results.slice(begin.length);
  }

  /** Ends the transaction. @param text e.g. `commit` */
  async end(text: 'commit' | 'rollback'): Promise<void> {
    await this.#submit([withoutValues(text)]);
  }

  /** As Drizzle asks a client. */
  async query(config: QueryConfig, values: unknown[] = []): Promise<QueryResult> {
    if (!this.hasBegun) {
      await this.sendAll([]);
    }
    // Several statements in one text cannot have a name, and a text without values may be several.
    const name = values.length === 0 ? undefined : this.#names?.ofBuilt(config.text);
    return this.#client.query(name === undefined ? config : { ...config, name }, values);
  }

  async #submit(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    const named = statements.map(({ text, values }) => ({ text, values, name: this.#names?.ofSent(text) }));
    try {
      return await new Promise<readonly StatementResult[]>((resolve, reject) => {
        const settle = (error: unknown, results: readonly StatementResult[]): void => {
          if (error === null) {
            resolve(results);
          } else {
            reject(error);
          }
        };
        this.#client.query(new StatementBatch(named, this.#prepared, settle));
      });
    } catch (error) {
      throw translateDriverError(error);
    }
  }
}

function withoutValues(text: string): Statement {
  return { text, values: [] };
}
