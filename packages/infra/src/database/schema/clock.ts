import { sql } from 'drizzle-orm';
import { boolean, check, pgTable } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** One row: the latest time that any process of the installation has worked with. */
export const clock = pgTable(
  'clock',
  {
    only: boolean('only').primaryKey().default(true),
    mark: instant('mark').notNull(),
  },
  (table) => [check('clock_one_row', sql`${table.only}`)],
);
