import { sql } from 'drizzle-orm';
import type { Connection } from '../connection.ts';
import { listTables } from './catalog.ts';
import { withDeferredForeignKeys } from './deferred-foreign-keys.ts';
import { useOneTimeZone } from './snapshot.ts';
import type { DatabaseContent } from './snapshot.ts';
import { fingerprintTable, writeRows, writeSequence } from './table-rows.ts';

/** The tables that content is written into are not those that it was read from, or not empty. */
export class UnfitTargetError extends Error {
  override readonly name = 'UnfitTargetError';
  readonly code = 'unfit_target';
}

/**
 * Writes all rows and numberings into empty tables of the same version. Needs an open transaction, so it is all or
 * nothing.
 *
 * @returns how many rows each table has now
 * @throws UnfitTargetError before anything is written
 */
export async function loadContent(
  connection: Connection,
  content: DatabaseContent,
): Promise<Map<string, number>> {
  await useOneTimeZone(connection);
  await assertFits(connection, content);
  const counts = new Map<string, number>();
  // The rows that triggers would write are in the content themselves.
  await switchTriggers(connection, content.tables, 'disable');
  await withDeferredForeignKeys(connection, async () => {
    for (const table of content.tables) {
      let rows = 0;
      for await (const lines of content.rows(table)) {
        await writeRows(connection, table, lines);
        rows += lines.length;
      }
      counts.set(table, rows);
    }
  });
  await switchTriggers(connection, content.tables, 'enable');
  for (const position of content.sequences) {
    await writeSequence(connection, position);
  }
  return counts;
}

async function switchTriggers(
  connection: Connection,
  tables: readonly string[],
  how: 'disable' | 'enable',
): Promise<void> {
  for (const table of tables) {
    await connection.execute(sql`alter table ${sql.identifier(table)} ${sql.raw(how)} trigger user`);
  }
}

async function assertFits(connection: Connection, content: DatabaseContent): Promise<void> {
  const tables = await listTables(connection);
  const missing = content.tables.filter((table) => !tables.includes(table));
  const unexpected = tables.filter((table) => !content.tables.includes(table));
  if (missing.length > 0 || unexpected.length > 0) {
    throw new UnfitTargetError(
      `The tables differ: missing ${missing.join(', ') || 'none'}, unexpected ${unexpected.join(', ') || 'none'}.`,
    );
  }
  for (const table of tables) {
    const { rows } = await fingerprintTable(connection, table);
    if (rows > 0) {
      throw new UnfitTargetError(`The database is not empty: ${table} has ${rows} rows.`);
    }
  }
}
