import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { MigrationMeta } from 'drizzle-orm/migrator';
import type { Connection } from './connection.ts';
import { rowsOf } from './rows-of.ts';

/** Sources and build output are equally deep, so this holds for both. */
export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/** The tables were made by a version that this one does not know. */
export class UnknownMigrationError extends Error {
  override readonly name = 'UnknownMigrationError';
  readonly code = 'unknown_migration';

  constructor() {
    super(
      'The data was written by another, probably newer version of PixSim7. Use that version, or a newer one.',
    );
  }
}

/** The migrations that a database has. */
export interface AppliedMigrations {
  readonly count: number;
  /** The moment of the newest one in the journal of migrations; null before the first. */
  readonly last: number | null;
}

/** Reads drizzle's own table, which is absent before the first start. */
export async function readAppliedMigrations(connection: Connection): Promise<AppliedMigrations> {
  const [table] = await rowsOf<{ present: boolean }>(
    connection,
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as present`,
  );
  if (table?.present !== true) {
    return { count: 0, last: null };
  }
  const [row] = await rowsOf<{ count: number; last: string | null }>(
    connection,
    sql`select count(*)::int as count, max(created_at)::text as last from drizzle.__drizzle_migrations`,
  );
  const last = row?.last ?? null;
  return { count: row?.count ?? 0, last: last === null ? null : Number(last) };
}

let known: MigrationMeta[] | null = null;

/** All migrations of this version, oldest first. */
export function knownMigrations(): readonly MigrationMeta[] {
  known ??= readMigrationFiles({ migrationsFolder });
  return known;
}

/** Whether a version that this one does not know made the tables. */
export function isNewerThanKnown({ last }: AppliedMigrations): boolean {
  return last !== null && last > (knownMigrations().at(-1)?.folderMillis ?? 0);
}

/**
 * Brings the tables up to date. Needs an open transaction, so it is all or nothing, and rights to create tables only
 * when there is something to do.
 *
 * Not drizzle's `migrate`: that one asks for the right to create schemas each time, and begins transactions of its own,
 * between which a lock of the transaction would be given up.
 *
 * @param upTo the moment that the journal names for the last one, for tables as an older version had them
 * @throws UnknownMigrationError
 */
export async function applyMigrations(connection: Connection, upTo?: number): Promise<void> {
  const all = knownMigrations();
  if (upTo !== undefined && !all.some(({ folderMillis }) => folderMillis === upTo)) {
    throw new UnknownMigrationError();
  }
  const applied = await readAppliedMigrations(connection);
  if (isNewerThanKnown(applied)) {
    throw new UnknownMigrationError();
  }
  const missing = all.filter(
    ({ folderMillis }) => folderMillis > (applied.last ?? 0) && folderMillis <= (upTo ?? Infinity),
  );
  if (missing.length === 0) {
    return;
  }
  await connection.execute(sql`create schema if not exists drizzle`);
  await connection.execute(sql`create table if not exists drizzle.__drizzle_migrations (
    id serial primary key, hash text not null, created_at bigint)`);
  for (const { sql: statements, hash, folderMillis } of missing) {
    for (const statement of statements) {
      await connection.execute(sql.raw(statement));
    }
    await connection.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`,
    );
  }
}
