import { StaleRowError, UniqueViolationError } from '@pixsim7/core';
import type { Changes, Page } from '@pixsim7/core';
import type { Table } from './tables.ts';

interface VersionedRow {
  readonly id: string;
  readonly version: number;
}

/** @throws UniqueViolationError when the key is taken */
export function insertNew<Row>(table: Table<Row>, constraint: string, key: string, row: Row): void {
  if (table.get(key) !== undefined) {
    table.refuse(new UniqueViolationError(constraint));
  }
  table.put(key, row);
}

/**
 * The row after the changes, without writing it.
 *
 * @throws StaleRowError when the stored version is another one
 */
export function nextVersion<Row extends VersionedRow>(
  table: Table<Row>,
  row: Row,
  changes: Changes<Row>,
): Row {
  const stored = table.get(row.id);
  if (stored === undefined || stored.version !== row.version) {
    throw new StaleRowError(
      `Row ${row.id} has version ${stored?.version ?? 'none'}, version ${row.version} was read.`,
    );
  }
  const defined = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  return { ...stored, ...defined, version: stored.version + 1 };
}

export function getMany<Row>(table: Table<Row>, ids: readonly string[]): Row[] {
  return [...new Set(ids)].flatMap((id) => table.get(id) ?? []);
}

/** The number of the next row of a table that numbers its rows in the order of their writing. */
export function nextPlace(rows: readonly { readonly place: number }[]): number {
  return rows.reduce((last, { place }) => Math.max(last, place), -1) + 1;
}

interface DatedRow {
  readonly id: string;
  readonly createdAt: number;
}

export function byAge(left: DatedRow, right: DatedRow): number {
  return left.createdAt - right.createdAt || compareText(left.id, right.id);
}

/** By code unit, as the C collation of PostgreSQL does for the ASCII of ids. */
export function compareText(left: string, right: string): number {
  if (left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}

/** The rows after the last one of the previous page. */
export function takePage<Row extends DatedRow>(rows: readonly Row[], page: Page): Row[] {
  const { after } = page;
  const inOrder = (left: DatedRow, right: DatedRow): number =>
    page.order === 'oldest_first' ? byAge(left, right) : byAge(right, left);
  return rows
    .filter((row) => after === null || inOrder(row, after) > 0)
    .sort(inOrder)
    .slice(0, page.limit);
}

export function isMadeBetween(
  { createdAt }: DatedRow,
  { createdAfter, createdBefore }: { readonly createdAfter?: number; readonly createdBefore?: number },
): boolean {
  return createdAt > (createdAfter ?? -Infinity) && createdAt < (createdBefore ?? Infinity);
}
