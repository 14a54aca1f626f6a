import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresInstallation } from '../../servers/postgres-installations.ts';
import type { PostgresSettings } from '../../servers/postgres-server.ts';
import type { PostgresProbe } from '../measure/postgres-probe.ts';

/** Work that a PostgreSQL was asked for so far. */
export interface DatabaseCounts {
  /** Calls of each text; empty without `pg_stat_statements`. */
  readonly calls: ReadonlyMap<string, number>;
  /** A connection that is busy reports them once a second. */
  readonly transactions: number;
  /** Of the whole server. */
  readonly writingTransactions: number;
  /** Bytes of the write-ahead log of the whole server. */
  readonly walBytes: number;
}

/** The figures of one job. */
export interface DatabaseCountsPerJob {
  /**
   * Without those that begin, configure and end a transaction, which need not have messages of their own; null without
   * `pg_stat_statements`.
   */
  readonly statements: number | null;
  readonly transactions: number;
  readonly writingTransactions: number;
  readonly walKilobytes: number;
  /** Calls for each job, the most frequent text first. */
  readonly calls: readonly (readonly [text: string, calls: number])[];
}

/** The settings with which a PostgreSQL counts statements by their text; none where it was installed without that. */
export function countingSettings({ binaries }: PostgresInstallation): PostgresSettings {
  const library = join(binaries, '..', 'lib', 'pg_stat_statements.so');
  return existsSync(library)
    ? { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track': 'top' }
    : {};
}

/** Lets the probe read what is counted. Returns whether statements are. */
export async function openCounts(probe: PostgresProbe): Promise<boolean> {
  const [loaded] = await probe.rows<{ libraries: string }>(
    `select current_setting('shared_preload_libraries') as libraries`,
  );
  if (loaded?.libraries.includes('pg_stat_statements') !== true) {
    return false;
  }
  await probe.rows('create extension if not exists pg_stat_statements');
  return true;
}

/** @param probe in another database, so that it does not count itself */
export async function readCounts(
  probe: PostgresProbe,
  database: string,
  countsStatements: boolean,
): Promise<DatabaseCounts> {
  const calls = countsStatements
    ? await probe.rows<{ text: string; calls: number }>(
        `select query as text, sum(calls)::float8 as calls from pg_stat_statements
         where dbid = (select oid from pg_database where datname = $1) group by query`,
        [database],
      )
    : [];
  const [ended] = await probe.rows<{ transactions: number }>(
    `select (xact_commit + xact_rollback)::float8 as transactions from pg_stat_database where datname = $1`,
    [database],
  );
  return {
    calls: new Map(calls.map(({ text, calls }) => [text, calls])),
    transactions: ended?.transactions ?? Number.NaN,
    writingTransactions: await probe.writingTransactions(),
    walBytes: await probe.writtenBytes(),
  };
}

export function countsPerJob(
  before: DatabaseCounts,
  after: DatabaseCounts,
  jobs: number,
): DatabaseCountsPerJob {
  const calls = [...after.calls]
    .map(([text, count]) => [text, (count - (before.calls.get(text) ?? 0)) / jobs] as const)
    .filter(([text, count]) => count > 0 && !isFrame(text))
    .toSorted(([, left], [, right]) => right - left);
  return {
    statements: after.calls.size === 0 ? null : calls.reduce((total, [, count]) => total + count, 0),
    transactions: (after.transactions - before.transactions) / jobs,
    writingTransactions: (after.writingTransactions - before.writingTransactions) / jobs,
    walKilobytes: (after.walBytes - before.walBytes) / 1_024 / jobs,
    calls,
  };
}

/** Whether they are counted depends on how they are sent. */
function isFrame(text: string): boolean {
  return /^\s*(?:begin|commit|rollback|set)\b/iu.test(text);
}
