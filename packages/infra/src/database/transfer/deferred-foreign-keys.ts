import { sql } from 'drizzle-orm';
import type { Connection } from '../connection.ts';
import { listForeignKeys } from './catalog.ts';
import type { ForeignKey } from './catalog.ts';

/**
 * Runs work in which a row may come before the row that it points to; every foreign key is checked at its end. Tables
 * can then be copied in any order, and a job before the job that it retries. Needs an open transaction: the change of
 * the constraints is taken back with it, or here.
 */
export async function withDeferredForeignKeys(
  connection: Connection,
  work: () => Promise<void>,
): Promise<void> {
  const keys = await listForeignKeys(connection);
  for (const key of keys) {
    await alter(connection, key, 'deferrable initially deferred');
  }
  await work();
  await connection.execute(sql`set constraints all immediate`);
  for (const key of keys) {
    await alter(connection, key, 'not deferrable');
  }
}

async function alter(connection: Connection, { table, constraint }: ForeignKey, how: string): Promise<void> {
  const [tableName, constraintName] = [sql.identifier(table), sql.identifier(constraint)];
  await connection.execute(sql`alter table ${tableName} alter constraint ${constraintName} ${sql.raw(how)}`);
}
