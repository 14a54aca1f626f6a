import { sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import type { Connection } from '../connection.ts';
import { rowsOf } from '../rows-of.ts';
import { literals } from '../schema/columns.ts';

/**
 * Rows by the word in a column, for each word at most so many. A count of all reads all: 0.6 s and 370 MB for a million jobs, at
 * each scrape of `/metrics`. Words without a row are left out.
 *
 * @param maxOf null: count them all
 */
export async function countUpTo<Word extends string>(
  connection: Connection,
  column: AnyPgColumn,
  words: readonly Word[],
  maxOf: (word: Word) => number | null,
): Promise<Map<Word, number>> {
  // The word is a literal, because PostgreSQL takes a partial index only for a condition that it can see.
  const counts = words.map((word) => {
    const rows = sql`select from ${column.table} where ${column} = ${literals([word])}`;
    const max = maxOf(word);
    return sql`select ${literals([word])} as word, count(*)::int as total
      from (${rows} ${max === null ? sql`` : sql`limit ${max}`}) as counted`;
  });
  const rows = await rowsOf<{ word: Word; total: number }>(
    connection,
    sql`select word, total from (${sql.join(counts, sql` union all `)}) as found where total > 0`,
  );
  return new Map(rows.map(({ word, total }) => [word, total]));
}
