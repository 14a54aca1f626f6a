import { sql } from 'drizzle-orm';
import type { Connection } from '../connection.ts';
import { rowsOf } from '../rows-of.ts';
import { listTables } from './catalog.ts';
import { fingerprintTable, readRows, readSequences } from './table-rows.ts';
import type { SequencePosition, TableFingerprint } from './table-rows.ts';

/** The content of a database, wherever it comes from. */
export interface DatabaseContent {
  readonly tables: readonly string[];
  readonly sequences: readonly SequencePosition[];
  /** Batches of rows, each row one line of JSON. Read one table at a time. */
  rows(table: string): AsyncIterable<readonly string[]>;
}

/** A file that an asset uses, by its SHA-256. */
export interface UsedBlob extends Record<string, unknown> {
  readonly hash: string;
  readonly mimeType: string;
}

/** All tables at one moment. Valid while the transaction is open that it was taken in. */
export interface DatabaseSnapshot extends DatabaseContent {
  /** The last migration that made these tables, by its moment in the journal. */
  readonly lastMigration: number;
  fingerprint(table: string): Promise<TableFingerprint>;
  /** Every file that an asset uses. */
  usedBlobs(): Promise<UsedBlob[]>;
  /** Jobs that still wait or run. */
  countUnfinishedJobs(): Promise<number>;
}

/** Takes the snapshot of an open transaction. It sees one moment if the isolation is repeatable read, or nobody writes. */
export async function takeSnapshot(connection: Connection): Promise<DatabaseSnapshot> {
  await useOneTimeZone(connection);
  return {
    tables: await listTables(connection),
    sequences: await readSequences(connection),
    lastMigration: await readLastMigration(connection),
    rows: (table) => readRows(connection, table),
    fingerprint: (table) => fingerprintTable(connection, table),
    usedBlobs: () => readUsedBlobs(connection),
    countUnfinishedJobs: () => countUnfinishedJobs(connection),
  };
}

/** Both sides of a copy write times in the same zone, or equal rows would have unequal digests. */
export async function useOneTimeZone(connection: Connection): Promise<void> {
  await connection.execute(sql`set local time zone 'UTC'`);
}

// Plain SQL below, not the schema of the code: the tables may be those of an older version.

async function readLastMigration(connection: Connection): Promise<number> {
  const [row] = await rowsOf<{ last: string | null }>(
    connection,
    sql`select max(created_at)::text as last from drizzle.__drizzle_migrations`,
  );
  return Number(row?.last ?? 0);
}

async function readUsedBlobs(connection: Connection): Promise<UsedBlob[]> {
  return rowsOf<UsedBlob>(
    connection,
    sql`select distinct on (hash) hash, mime_type as "mimeType" from (
          select blob_hash as hash, mime_type from assets where deleted_at is null
          union all
          select poster_hash, poster_mime_type from assets where deleted_at is null and poster_hash is not null
        ) as used order by hash, mime_type`,
  );
}

async function countUnfinishedJobs(connection: Connection): Promise<number> {
  const [row] = await rowsOf<{ jobs: number }>(
    connection,
    sql`select count(*)::int as jobs from jobs where status in ('pending', 'processing')`,
  );
  return row?.jobs ?? 0;
}
