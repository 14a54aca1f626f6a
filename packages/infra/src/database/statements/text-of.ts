import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';

const dialect = new PgDialect();

/** The text of a statement that Drizzle built, to be kept. Its values are sent in the order of its placeholders. */
export function textOf(statement: SQL): string {
  return dialect.sqlToQuery(statement).sql;
}
