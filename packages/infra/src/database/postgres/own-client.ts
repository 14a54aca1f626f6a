import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Client } from 'pg';
import type { ClientConfig } from 'pg';
import type { Connection } from '../connection.ts';
import { describeDriverError, translateQueryError } from '../errors.ts';
import { beginStatements } from './begin-statement.ts';
import type { TransactionTimes } from './begin-statement.ts';

/** A connection that is not of the pool. The caller ends it. @throws DatabaseQueryError */
export async function connectClient(config: ClientConfig): Promise<Client> {
  try {
    const client = new Client(config);
    // The statement that is running then fails with the same error; an 'error' event without a listener ends the process.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  } catch (error) {
    throw describeDriverError(error, 'Connecting to PostgreSQL failed');
  }
}

/**
 * One transaction on such a connection. After an error the caller ends the connection, and the transaction with it.
 *
 * @throws DatabaseQueryError, and what the work throws
 */
export async function inTransaction<Result>(
  client: Client,
  times: TransactionTimes,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = drizzle(client);
  try {
    await connection.execute(sql.raw(beginStatements(times).join('; ')));
    const result = await work(connection);
    await connection.execute(sql`commit`);
    return result;
  } catch (error) {
    throw translateQueryError(error);
  }
}
