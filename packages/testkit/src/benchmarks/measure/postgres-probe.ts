import { Client } from 'pg';
import type { QueryResultRow } from 'pg';

/** A look at a database from outside of the installation that uses it, on a connection of its own. */
export interface PostgresProbe {
  /** Transactions of all kinds. Up to date only for connections that are closed: others report late. */
  transactions(): Promise<number>;
  /** Transactions that wrote something: only these are given a number by the server. Always up to date. */
  writingTransactions(): Promise<number>;
  /** Bytes of the write-ahead log. Always up to date. */
  writtenBytes(): Promise<number>;
  rows<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export async function openPostgresProbe(url: string): Promise<PostgresProbe> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const rows = async <Row extends QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> => (await client.query<Row>(sql, [...values])).rows;
  const figure = async (sql: string): Promise<number> => {
    const [row] = await rows<{ figure: string }>(`select (${sql})::text as figure`);
    return Number(row?.figure);
  };
  return {
    transactions: () =>
      figure('select xact_commit + xact_rollback from pg_stat_database where datname = current_database()'),
    writingTransactions: () => figure('pg_snapshot_xmax(pg_current_snapshot())'),
    writtenBytes: () => figure("pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')"),
    rows,
    close: () => client.end(),
  };
}
