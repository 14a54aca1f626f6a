import { sql } from 'drizzle-orm';
import type { Connection } from '../connection.ts';
import { rowsOf } from '../rows-of.ts';

/** A column whose values the database numbers itself. */
export interface IdentityColumn {
  readonly table: string;
  readonly column: string;
}

/** A foreign key, by the names that `alter table` needs. */
export interface ForeignKey {
  readonly table: string;
  readonly constraint: string;
}

/**
 * The tables as the database knows them, not as the code does: a table that a migration added is copied without a line
 * here, and a backup of an older version is read by what it holds.
 */
export async function listTables(connection: Connection): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>(
    connection,
    sql`select table_name::text as name from information_schema.tables
        where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  return rows.map(({ name }) => name);
}

export async function listIdentityColumns(connection: Connection): Promise<IdentityColumn[]> {
  return rowsOf<IdentityColumn & Record<string, unknown>>(
    connection,
    sql`select table_name::text as "table", column_name::text as "column" from information_schema.columns
        where table_schema = 'public' and is_identity = 'YES' order by 1, 2`,
  );
}

export async function listForeignKeys(connection: Connection): Promise<ForeignKey[]> {
  return rowsOf<ForeignKey & Record<string, unknown>>(
    connection,
    sql`select conrelid::regclass::text as "table", conname::text as "constraint" from pg_constraint
        where contype = 'f' and connamespace = 'public'::regnamespace order by 1, 2`,
  );
}
