import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';

/** Rows at the beginning of a list that are read before the index is asked: a common word fills its page there. */
export const firstRows = 500;
/**
 * Hits of the index that are sorted, at 17 µs each. Of a word with more of them a walk along the list soon meets enough for a
 * page: at a million jobs and 2,500 hits both take 40 ms, and any other number makes the worse of them worse.
 */
export const mostHits = 2_500;

/** The rows of a page, and how many were looked at to find them. */
export interface Looked<Row> {
  readonly rows: Row[];
  readonly total: number;
}

/** Three ways to the same page; each is quick for words that the others are slow for. */
export interface SearchWays<Row> {
  /** Among the first `firstRows` of the list. */
  readonly first: () => Promise<Looked<Row>>;
  /** By the index, of up to one hit more than `mostHits`; null while the index does not have all rows. */
  readonly indexed: () => Promise<Looked<Row> | null>;
  /** Along the list to the end of the page, or of the list. */
  readonly walked: () => Promise<Row[]>;
}

export async function searchPage<Row>(limit: number, ways: SearchWays<Row>): Promise<Row[]> {
  const first = await ways.first();
  if (first.rows.length >= limit || first.total < firstRows) {
    return first.rows;
  }
  const indexed = await ways.indexed();
  return indexed !== null && indexed.total <= mostHits ? indexed.rows : ways.walked();
}

/** A page in the form that `Looked` is read from: one row with the total at least, and nothing beside it when nothing is found. */
export function lookedOf<Row>(
  found: readonly { readonly total: number; readonly row: Row | null }[],
): Looked<Row> {
  return { total: found[0]?.total ?? 0, rows: found.flatMap(({ row }) => (row === null ? [] : [row])) };
}

/** Whether a text of an index of words has the wanted one in it. The index finds candidates, the comparison decides. */
export function isIndexedHit(
  { workspaceId, text }: { readonly workspaceId: PgColumn; readonly text: PgColumn },
  workspace: string,
  search: string,
): SQL {
  return sql`search_grams(${workspaceId}, ${text}) @@ search_query(${workspace}, lower(${search})) and strpos(${text}, lower(${search})) > 0`;
}
