import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { describeDriverError } from '../errors.ts';
import { migrationsFolder } from '../migrations.ts';

/** What a look at a PostgreSQL tells, without changing anything in it. */
export interface PostgresFacts {
  /** E.g. 17.2. */
  readonly version: string;
  /** E.g. 170002. */
  readonly versionNumber: number;
  readonly maxConnections: number;
  /** Of all programs, this look included. */
  readonly usedConnections: number;
  /** Milliseconds since 1970, by the clock of the server. */
  readonly now: number;
  /** Applied by whichever version started last, and known to this one. Both empty: a new database. */
  readonly appliedMigrations: number;
  readonly knownMigrations: number;
}

const connectTimeoutMs = 5_000;

/** Looks at a PostgreSQL on one connection. Migrates nothing. @throws DatabaseQueryError */
export async function inspectPostgres(url: string): Promise<PostgresFacts> {
  const knownMigrations = await countKnownMigrations();
  try {
    const client = new Client({
      connectionString: url,
      application_name: 'pixsim7-doctor',
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: connectTimeoutMs,
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return { ...(await readFacts(client)), appliedMigrations: await countApplied(client), knownMigrations };
    } finally {
      await client.end();
    }
  } catch (error) {
    throw describeDriverError(error, 'Looking at PostgreSQL failed');
  }
}

async function readFacts(
  client: Client,
): Promise<Omit<PostgresFacts, 'appliedMigrations' | 'knownMigrations'>> {
  const { rows } = await client.query<{
    version: string;
    number: number;
    most: number;
    used: number;
    now: number;
  }>(`select current_setting('server_version') as version,
             current_setting('server_version_num')::int as number,
             current_setting('max_connections')::int as most,
             (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used,
             (extract(epoch from clock_timestamp()) * 1000)::float8 as now`);
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL says nothing about itself.');
  return {
    version: row.version.split(' ')[0] ?? row.version,
    versionNumber: row.number,
    maxConnections: row.most,
    usedConnections: row.used,
    now: row.now,
  };
}

/** Drizzle's own table; absent before the first start. */
async function countApplied(client: Client): Promise<number> {
  const { rows } = await client.query<{ present: boolean }>(
    `select to_regclass('drizzle.__drizzle_migrations') is not null as present`,
  );
  if (rows[0]?.present !== true) return 0;
  const counted = await client.query<{ total: number }>(
    'select count(*)::int as total from drizzle.__drizzle_migrations',
  );
  return counted.rows[0]?.total ?? 0;
}

async function countKnownMigrations(): Promise<number> {
  const journal = JSON.parse(await readFile(join(migrationsFolder, 'meta', '_journal.json'), 'utf8')) as {
    entries: unknown[];
  };
  return journal.entries.length;
}
