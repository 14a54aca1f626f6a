import { and, asc, desc, gt, ilike, lt, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Page } from '@pixsim7/core';

/**
 * Condition and order of the rows of a page. One comparison of rows, because an index can begin in the middle by it: with
 * `created_at < x or (created_at = x and id < y)` the last page of 1,000,000 jobs read all of them first.
 */
export function pageOf(
  { after, order }: Page,
  createdAt: PgColumn,
  id: PgColumn,
): { readonly where: SQL | undefined; readonly orderBy: readonly SQL[] } {
  const [follows, ordered] = order === 'oldest_first' ? [sql`>`, asc] : [sql`<`, desc];
  return {
    where:
      after === null
        ? undefined
        : sql`(${createdAt}, ${id}) ${follows} (${sql.param(after.createdAt, createdAt)}, ${after.id})`,
    orderBy: [ordered(createdAt), ordered(id)],
  };
}

/** The condition of the rows that were made after one moment and before another. */
export function madeBetween(
  { createdAfter, createdBefore }: { readonly createdAfter?: number; readonly createdBefore?: number },
  createdAt: PgColumn,
): SQL | undefined {
  return and(
    createdAfter === undefined ? undefined : gt(createdAt, createdAfter),
    createdBefore === undefined ? undefined : lt(createdAt, createdBefore),
  );
}

/** Whether a text contains another one, in any case; `%` and `_` stand for themselves. */
export function contains(text: PgColumn | SQL, search: string): SQL {
  return ilike(text, `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
}

export function promptOf(params: PgColumn): SQL {
  return sql`${params} ->> 'prompt'`;
}
