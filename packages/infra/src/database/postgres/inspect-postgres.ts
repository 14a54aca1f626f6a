import { sql } from 'drizzle-orm';
import type { Trouble } from '../../trouble/trouble.ts';
import type { Connection } from '../connection.ts';
import { translateQueryError } from '../errors.ts';
import {
  isNewerThanKnown,
  knownMigrations,
  readAppliedMigrations,
  UnknownMigrationError,
} from '../migrations.ts';
import type { AppliedMigrations } from '../migrations.ts';
import { rowsOf } from '../rows-of.ts';
import { clientConfig } from './client-config.ts';
import { connectClient, inTransaction } from './own-client.ts';
import { troubleOfDatabase } from './postgres-trouble.ts';
import { readServerFacts, unfitServer } from './required-server.ts';
import type { ServerFacts } from './required-server.ts';
import { lockTables, troubleWithCreating, troubleWithTables, troubleWithWriting } from './rights.ts';
import { withDefaults } from './settings.ts';
import type { PostgresSettings } from './settings.ts';

/** The findings of a look at a PostgreSQL, which changes nothing in it. */
export interface PostgresFacts extends ServerFacts {
  readonly maxConnections: number;
  /** Of all programs, this look included. */
  readonly usedConnections: number;
  /** Milliseconds since 1970, by the clock of the server. */
  readonly now: number;
  /** Applied by whichever version started last; 0: a new database. */
  readonly appliedMigrations: number;
  /** Known to this version. */
  readonly knownMigrations: number;
  /** Why it cannot be used although it takes a connection; null when it can. */
  readonly trouble: Trouble | null;
}

export interface PostgresLook extends Partial<PostgresSettings> {
  readonly url: string;
  /** For connecting, and again for each question; a third of it for locks. Five seconds when left out. */
  readonly timeoutMs?: number;
}

/**
 * Looks at a PostgreSQL on a connection of its own, which is made as those of the server are. Changes nothing.
 *
 * @throws DatabaseQueryError when it cannot be connected to, or does not answer
 */
export async function inspectPostgres({
  url,
  timeoutMs = 5_000,
  ...given
}: PostgresLook): Promise<PostgresFacts> {
  const settings = withDefaults({ ...given, connectTimeoutMs: timeoutMs });
  const client = await connectClient({ ...clientConfig(url, settings), query_timeout: timeoutMs });
  try {
    const times = { ...settings, statementTimeoutMs: timeoutMs, lockTimeoutMs: timeoutMs / 3 };
    return await inTransaction(client, times, look);
  } finally {
    // Nobody waits for it: a server that fell silent says no goodbye.
    void client.end();
  }
}

async function look(connection: Connection): Promise<PostgresFacts> {
  const server = await readServerFacts(connection);
  const figures = await readFigures(connection);
  const facts = { ...server, ...figures, appliedMigrations: 0, knownMigrations: knownMigrations().length };
  const unfit = unfitServer(server);
  if (unfit !== null) {
    return { ...facts, trouble: unfit };
  }
  try {
    const applied = await readAppliedMigrations(connection);
    const trouble = await troubleWithUse(connection, applied);
    return { ...facts, appliedMigrations: applied.count, trouble };
  } catch (error) {
    return { ...facts, trouble: troubleOfDatabase(translateQueryError(error)) };
  }
}

async function troubleWithUse(connection: Connection, applied: AppliedMigrations): Promise<Trouble | null> {
  if (isNewerThanKnown(applied)) {
    return troubleOfDatabase(new UnknownMigrationError());
  }
  const writing = await troubleWithWriting(connection);
  if (writing !== null) {
    return writing;
  }
  if (applied.count === 0) {
    return troubleWithCreating(connection);
  }
  // Tables that the next start makes are not there yet.
  if (applied.count < knownMigrations().length) {
    return null;
  }
  const rights = await troubleWithTables(connection);
  if (rights === null) {
    await lockTables(connection);
  }
  return rights;
}

async function readFigures(
  connection: Connection,
): Promise<Pick<PostgresFacts, 'maxConnections' | 'usedConnections' | 'now'>> {
  const [row] = await rowsOf<{ most: number; used: number; now: number }>(
    connection,
    sql`select current_setting('max_connections')::int as most,
               (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used,
               (extract(epoch from clock_timestamp()) * 1000)::float8 as now`,
  );
  if (row === undefined) {
    throw new Error('PostgreSQL says nothing about itself.');
  }
  return { maxConnections: row.most, usedConnections: row.used, now: row.now };
}
