import { randomBytes } from 'node:crypto';
import { PgDialect } from 'drizzle-orm/pg-core';
import { Client } from 'pg';
import type { Database, Instant, Logger } from '@pixsim7/core';
import { openPostgresDatabase } from '../postgres/open-postgres-database.ts';
import { truncateEverything } from './truncate-everything.ts';

const template = 'pixsim7_template';
const silent = (): void => undefined;
const silentLogger: Logger = { debug: silent, info: silent, warn: silent, error: silent };

/** Makes a database with our tables, of which each test file gets a copy without migrating it. */
export async function createPostgresTemplate(serverUrl: string): Promise<void> {
  await execute(serverUrl, `create database ${template}`);
  const url = urlOf(serverUrl, template);
  const database = await openPostgresDatabase({ url, logger: silentLogger, now: Date.now });
  await database.close();
}

export interface PostgresTestDatabase {
  readonly database: Database;
  /** Keeps the tables for the next test; their rows are gone by then. */
  close(): Promise<void>;
}

const emptyAllTables = new PgDialect().sqlToQuery(truncateEverything()).sql;
const idle: string[] = [];

/**
 * An empty database on a server where `createPostgresTemplate` was called. It is no other test's at the same time; after
 * `close` it is emptied and used again, because creating and dropping one takes longer than most tests do.
 */
export async function openPostgresTestDatabase(
  serverUrl: string,
  { logger, now }: { readonly logger: Logger; readonly now: () => Instant },
): Promise<PostgresTestDatabase> {
  const url = idle.pop() ?? (await createCopy(serverUrl));
  await execute(url, emptyAllTables);
  const database = await openPostgresDatabase({ url, poolSize: 5, logger, now });
  return {
    database,
    async close() {
      await database.close();
      idle.push(url);
    },
  };
}

async function createCopy(serverUrl: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await execute(serverUrl, `create database ${name} template ${template}`);
  return urlOf(serverUrl, name);
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = database;
  return url.href;
}

async function execute(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
