import { sql } from 'drizzle-orm';
import type { Connection } from '../connection.ts';
import { blobs } from '../schema/index.ts';
import { listTables } from './catalog.ts';
import {
  fingerprintTable,
  readRows,
  readSequences,
  type SequencePosition,
  type TableFingerprint,
} from './table-rows.ts';

/** All tables at one moment. Valid while the transaction is open that it was taken in. */
export interface DatabaseSnapshot {
  tables(): Promise<string[]>;
  /** Batches of rows, each row one line of JSON. Read one table at a time. */
  rows(table: string): AsyncIterable<readonly string[]>;
  fingerprint(table: string): Promise<TableFingerprint>;
  sequences(): Promise<SequencePosition[]>;
  /** Size and hash of every blob that is, or is about to be, in use. */
  blobs(): Promise<{ readonly hash: string; readonly bytes: number }[]>;
}

/** Both sides of a copy write times in the same zone, or equal rows would have unequal digests. */
export async function useOneTimeZone(connection: Connection): Promise<void> {
  await connection.execute(sql`set local time zone 'UTC'`);
}

export async function openSnapshot(connection: Connection): Promise<DatabaseSnapshot> {
  await useOneTimeZone(connection);
  return {
    tables: () => listTables(connection),
    rows: (table) => readRows(connection, table),
    fingerprint: (table) => fingerprintTable(connection, table),
    sequences: () => readSequences(connection),
    blobs: () => connection.select({ hash: blobs.hash, bytes: blobs.bytes }).from(blobs).orderBy(blobs.hash),
  };
}
