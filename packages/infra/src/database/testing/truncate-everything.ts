import { getTableName, is, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { PgDialect, PgTable } from 'drizzle-orm/pg-core';
import * as schema from '../schema/index.ts';

/** The statement that empties every table and starts their numbering again. */
export function truncateEverything(): SQL {
  const tables = Object.values(schema).filter((table) => is(table, PgTable));
  const names = tables.map((table) => sql.identifier(getTableName(table)));
  return sql`truncate ${sql.join(names, sql`, `)} restart identity`;
}

/** The same for a driver that is asked without drizzle. */
export function truncateEverythingText(): string {
  return new PgDialect().sqlToQuery(truncateEverything()).sql;
}
