import type { PGlite, PGliteInterface, Transaction } from '@electric-sql/pglite';
import { types } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import type { Connection, Field, RepositoryConnection, Statement, StatementResult } from '../connection.ts';
import { translateDriverError } from '../errors.ts';

const asItIs = (value: string): string => value;
const textArrayType = 1009;
/** The types of our columns: as text in both directions. */
const typesAsText = Object.fromEntries(
  [
    types.BOOL,
    types.INT8,
    types.INT4,
    types.TEXT,
    types.FLOAT8,
    types.NUMERIC,
    types.JSON,
    types.JSONB,
    types.TIMESTAMPTZ,
    textArrayType,
  ].map((type) => [type, asItIs]),
);

/** Runs one transaction in PGlite. */
export function runPgliteTransaction<Result>(
  client: Pick<PGliteInterface, 'transaction'>,
  work: (connection: RepositoryConnection) => Promise<Result>,
): Promise<Result> {
  return client.transaction((transaction) => work(new PgliteTransaction(transaction)));
}

class PgliteTransaction implements RepositoryConnection {
  readonly #transaction: Transaction;
  #drizzle: Connection | null = null;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  get drizzle(): Connection {
    this.#drizzle ??= drizzle(this.#transaction as unknown as PGlite);
    return this.#drizzle;
  }

  async send({ text, values }: Statement): Promise<StatementResult> {
    try {
      const { rows, affectedRows } = await this.#transaction.query<Field[]>(text, values, {
        rowMode: 'array',
        parsers: typesAsText,
        serializers: typesAsText,
      });
      return { rows, count: rows.length > 0 ? rows.length : (affectedRows ?? 0) };
    } catch (error) {
      throw translateDriverError(error);
    }
  }

  async sendAll(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    const results: StatementResult[] = [];
    for (const statement of statements) {
      results.push(await this.send(statement));
    }
    return results;
  }
}
