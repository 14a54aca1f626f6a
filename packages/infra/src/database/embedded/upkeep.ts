import { sql } from 'drizzle-orm';
import type { ConnectionSource } from '../connection.ts';
import { rowsOf } from '../rows-of.ts';
import { listTables } from '../transfer/catalog.ts';

/** About as much log as a thousand jobs write. */
const longestLogBytes = 32 * 1024 ** 2;

/**
 * The work that a PostgreSQL server does in the background and that one inside a process has nobody for: without it the log
 * grows until the next restart, and the room of old row versions is never used again.
 *
 * Each call does a little, because everybody else waits meanwhile: it writes the log out when it is long, and vacuums the
 * next table.
 */
export function createUpkeep(connection: ConnectionSource): () => Promise<void> {
  let vacuumed = 0;
  return async () => {
    const { logBytes, tables } = await connection.transaction(async ({ drizzle: transaction }) => {
      const [row] = await rowsOf<{ bytes: number }>(
        transaction,
        sql`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()`,
      );
      return { logBytes: row?.bytes ?? 0, tables: await listTables(transaction) };
    });
    if (logBytes > longestLogBytes) {
      await connection.execute(sql`checkpoint`);
    }
    const table = tables[vacuumed % tables.length];
    vacuumed += 1;
    if (table !== undefined) {
      await connection.execute(sql`vacuum ${sql.identifier(table)}`);
    }
  };
}
