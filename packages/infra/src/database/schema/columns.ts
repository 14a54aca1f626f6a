import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { check, customType } from 'drizzle-orm/pg-core';
import type { AnyPgColumn, CheckBuilder } from 'drizzle-orm/pg-core';
import type { Instant } from '@pixsim7/core';

/** A moment as milliseconds since the epoch here, as `timestamptz(3)` there: to the millisecond on both sides. */
export const instant = customType<{ data: Instant; driverData: string }>({
  dataType: () => 'timestamp (3) with time zone',
  toDriver: instantText,
  fromDriver: instantOf,
});

export function instantText(value: Instant): string {
  return new Date(value).toISOString();
}

/** Both drivers hand the text over as PostgreSQL wrote it, e.g. "2026-01-01 12:00:00.123+00". */
export function instantOf(text: string): Instant {
  return Date.parse(text);
}

/**
 * The values of a closed list as SQL literals. Literals, not parameters: the text becomes part of the migration.
 */
export function literals(values: readonly string[]): SQL {
  return sql.raw(values.map((value) => `'${value}'`).join(', '));
}

/** Refuses every word that is not in the closed list, so a list in the code and one in the data cannot drift. */
export function oneOf(name: string, column: AnyPgColumn, values: readonly string[]): CheckBuilder {
  return check(name, sql`${column} in (${literals(values)})`);
}
