import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';
import type {
  ClosingStatement,
  Connection,
  RepositoryConnection,
  Statement,
  StatementResult,
} from '../connection.ts';
import { translateStatementError } from '../errors.ts';
import type { StatementNames } from './named-statements.ts';
import { StatementBatch } from './statement-batch.ts';

/** A connection to PostgreSQL, for one transaction after the other. */
export class PostgresConnection implements RepositoryConnection {
  readonly #client: PoolClient;
  readonly #names: StatementNames | null;
  readonly #prepared = new Set<string>();
  #begin: readonly Statement[] = [];
  #last: readonly ClosingStatement[] = [];
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
    this.#last = [];
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
    return statements.length === 0 ? [] : this.#sendBehind(statements);
  }

  sendLast(statements: readonly ClosingStatement[]): void {
    this.#last = [...this.#last, ...statements];
  }

  /** Ends the transaction. @throws DatabaseQueryError, UniqueViolationError, StaleRowError; then it is to be rolled back */
  async commit(): Promise<void> {
    if (this.hasBegun || this.#last.length > 0) {
      await this.#sendBehind([withoutValues('commit')]);
    }
  }

  /** @throws DatabaseQueryError */
  async rollBack(): Promise<void> {
    this.#last = [];
    if (this.hasBegun) {
      await this.#submit([withoutValues('rollback')]);
    }
  }

  /** As Drizzle asks a client. */
  async query(config: QueryConfig, values: unknown[] = []): Promise<QueryResult> {
    if (!this.hasBegun || this.#last.length > 0) {
      await this.#sendBehind([]);
    }
    // Several statements in one text cannot have a name, and a text without values may be several.
    const name = values.length === 0 ? undefined : this.#names?.ofBuilt(config.text);
    return this.#client.query(name === undefined ? config : { ...config, name }, values);
  }

  /** Behind what has been waiting for the next message. */
  async #sendBehind(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    const before = [...this.#begin, ...this.#last];
    this.#begin = [];
    this.#last = [];
    const results = await this.#submit([...before, ...statements]);
    return results.slice(before.length);
  }

  async #submit(statements: readonly ClosingStatement[]): Promise<readonly StatementResult[]> {
    const named = statements.map(({ text, values }) => ({ text, values, name: this.#names?.ofSent(text) }));
    const { error, results } = await new Promise<Settled>((resolve) => {
      const settle = (error: unknown, results: readonly StatementResult[] = []): void =>
        resolve({ error, results });
      this.#client.query(new StatementBatch(named, this.#prepared, settle));
    });
    if (error === null) {
      return results;
    }
    throw translateStatementError(error, statements[results.length]?.staleMessage);
  }
}

interface Settled {
  /** null: every statement was carried out. */
  readonly error: unknown;
  /** Of those before the one that failed. */
  readonly results: readonly StatementResult[];
}

function withoutValues(text: string): Statement {
  return { text, values: [] };
}
