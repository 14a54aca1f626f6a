import { Client } from 'pg';
import type { QueryResultRow } from 'pg';

/** One statement on a connection of its own, past everything that is tested. */
export async function queryDirectly<Row extends QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(text, [...values]);
    return rows;
  } finally {
    await client.end();
  }
}

let created = 0;

/** A new empty database on a server. Returns its URL. */
export async function createEmptyDatabase(serverUrl: string): Promise<string> {
  created += 1;
  const name = `test_${created}`;
  await queryDirectly(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = name;
  return url.href;
}
