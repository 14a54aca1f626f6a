import { getTableName, is, sql } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import type { Trouble } from '../../trouble/trouble.ts';
import type { Connection } from '../connection.ts';
import { rowsOf } from '../rows-of.ts';
import * as schema from '../schema/index.ts';
import { meaningOfState } from './postgres-trouble.ts';

const tableNames: readonly string[] = Object.values(schema)
  .filter((table) => is(table, PgTable))
  .map((table) => getTableName(table));

interface TableRights extends Record<string, unknown> {
  readonly table: string;
  /** Not found by its name alone. */
  readonly absent: boolean;
  /** There is one of this name in some schema. */
  readonly elsewhere: boolean;
  /** Rights that the role does not have, e.g. `INSERT, DELETE`. */
  readonly missing: string;
}

/** The rights that the role lacks on our tables; null when it has all. */
export async function troubleWithTables(connection: Connection): Promise<Trouble | null> {
  const rows = await rowsOf<TableRights>(
    connection,
    sql`select name as "table", id is null as absent,
               exists (select from pg_class where relname = name and relkind in ('r', 'p')) as elsewhere,
               array_to_string(array(
                 select needed from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) as needed
                 where id is not null and not has_table_privilege(id, needed)), ', ') as missing
        from (select name, to_regclass(quote_ident(name)) as id
              from unnest(string_to_array(${tableNames.join(',')}, ',')) as name) as tables`,
  );
  const gone = rows.filter(({ absent, elsewhere }) => absent && !elsewhere).map(({ table }) => table);
  if (gone.length > 0) {
    return { ...meaningOfState('42P01'), reason: `missing: ${gone.join(', ')}` };
  }
  const hidden = rows
    .filter(({ absent }) => absent)
    .map(({ table }) => `${table} (its schema may not be used, or is not in search_path)`);
  const refused = rows
    .filter(({ missing }) => missing !== '')
    .map(({ table, missing }) => `${table} (${missing})`);
  const all = [...hidden, ...refused];
  return all.length === 0 ? null : { ...meaningOfState('42501'), reason: `not allowed: ${all.join(', ')}` };
}

/** The rights that the role lacks to make our tables in an empty database; null when it has all. */
export async function troubleWithCreating(connection: Connection): Promise<Trouble | null> {
  const [row] = await rowsOf<{ database: boolean; schema: boolean }>(
    connection,
    sql`select has_database_privilege(current_database(), 'CREATE') as database,
               coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) as schema`,
  );
  const missing = [
    ...(row?.database === true ? [] : ['CREATE on the database']),
    ...(row?.schema === true ? [] : ['CREATE on its schema']),
  ];
  if (missing.length === 0) {
    return null;
  }
  return { ...meaningOfState('42501'), reason: `not allowed: ${missing.join(', ')}` };
}

/** Why nothing can be written, whatever the rights; null when something can. */
export async function troubleWithWriting(connection: Connection): Promise<Trouble | null> {
  const [row] = await rowsOf<{ readOnly: boolean; standby: boolean }>(
    connection,
    sql`select current_setting('transaction_read_only')::boolean as "readOnly", pg_is_in_recovery() as standby`,
  );
  if (row?.standby === true) {
    return { ...meaningOfState('25006'), reason: 'this server is a standby' };
  }
  if (row?.readOnly === true) {
    return { ...meaningOfState('25006'), reason: 'default_transaction_read_only is on' };
  }
  return null;
}

/** Takes the lock that every write takes, on all tables: fails where a write would wait. */
export async function lockTables(connection: Connection): Promise<void> {
  const names = sql.join(
    tableNames.map((name) => sql.identifier(name)),
    sql`, `,
  );
  await connection.execute(sql`lock table ${names} in row exclusive mode`);
}
