import type { Page } from '@pixsim7/core';
import { and, eq, lt, or, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/** The condition of the rows that come after the last one of the previous page, newest first. */
export function afterPage({ after }: Page, createdAt: PgColumn, id: PgColumn): SQL | undefined {
  if (after === null) return undefined;
  return or(lt(createdAt, after.createdAt), and(eq(createdAt, after.createdAt), lt(id, after.id)));
}
