import type { PoolClient } from 'pg';
import type { RepositoryConnection } from '../connection.ts';
import { DatabaseQueryError, describeDriverError, translateQueryError } from '../errors.ts';
import type { ConnectionGate } from './connection-gate.ts';
import type { Connections } from './connections.ts';
import type { PostgresConnection } from './postgres-connection.ts';

/**
 * Runs one transaction on a connection of the pool.
 *
 * Not Drizzle's own `transaction`: when BEGIN fails there, the connection never comes back to the pool, so a few
 * outages use the pool up; and when ROLLBACK fails, its error takes the place of the one that tells what happened.
 *
 * @throws DatabaseQueryError when there is no connection, or it breaks; otherwise the error of the work
 */
export async function runPooledTransaction<Result>(
  pool: ConnectionGate,
  connections: Connections,
  work: (connection: RepositoryConnection) => Promise<Result>,
): Promise<Result> {
  const client = await takeClient(pool);
  const connection = connections.begin(client);
  // Only a connection whose transaction is known to be over goes to others; the server rolls back what a closed one left.
  let isOver = false;
  try {
    const result = await work(connection);
    await connection.commit();
    isOver = true;
    return result;
  } catch (error) {
    const translated = translateQueryError(error);
    isOver = !isBroken(translated) && (await rollBack(connection));
    throw translated;
  } finally {
    client.release(!isOver);
  }
}

async function takeClient(pool: ConnectionGate): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw describeDriverError(error, 'Connecting to PostgreSQL failed');
  }
}

/** The tables were changed under a plan that was kept, or the statement of a name is gone. */
const lostPlanStates: readonly (string | null)[] = ['0A000', '26000'];

/**
 * A connection that did not answer once is not asked again: that could take as long as the first time. One whose named
 * statements fail would fail at each of them again.
 */
function isBroken(error: unknown): boolean {
  return (
    error instanceof DatabaseQueryError &&
    (error.sqlState === null || lostPlanStates.includes(error.sqlState))
  );
}

/** False when the connection is no good any more, of which the error of the transaction tells. */
async function rollBack(connection: PostgresConnection): Promise<boolean> {
  try {
    await connection.rollBack();
    return true;
  } catch {
    return false;
  }
}
