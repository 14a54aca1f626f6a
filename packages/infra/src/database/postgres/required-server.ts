import { sql } from 'drizzle-orm';
import { TroubleError } from '../../trouble/trouble-error.ts';
import type { Trouble } from '../../trouble/trouble.ts';
import type { Connection } from '../connection.ts';
import { rowsOf } from '../rows-of.ts';

const oldestVersion = 150_000;

/** Facts of a PostgreSQL server, from itself. */
export interface ServerFacts extends Record<string, unknown> {
  /** E.g. 17.2. */
  readonly version: string;
  /** E.g. 170002. */
  readonly versionNumber: number;
  /** Of the database. */
  readonly encoding: string;
}

export async function readServerFacts(connection: Connection): Promise<ServerFacts> {
  const [facts] = await rowsOf<ServerFacts>(
    connection,
    sql`select split_part(current_setting('server_version'), ' ', 1) as version,
               current_setting('server_version_num')::int as "versionNumber",
               current_setting('server_encoding') as encoding`,
  );
  if (facts === undefined) {
    throw new Error('PostgreSQL says nothing about itself.');
  }
  return facts;
}

/** A problem that every request to the server would meet; null when there is none. */
export function unfitServer({ version, versionNumber, encoding }: ServerFacts): Trouble | null {
  if (versionNumber < oldestVersion) {
    return {
      code: 'version_too_old',
      summary: 'PostgreSQL is too old.',
      reason: `version ${version}`,
      advice: 'Upgrade it to 15 or newer.',
    };
  }
  if (encoding !== 'UTF8') {
    return {
      code: 'wrong_encoding',
      summary: 'The database is not encoded in UTF8.',
      reason: `its encoding is ${encoding}`,
      advice: "Create a new one with: create database pixsim7 encoding 'UTF8' template template0",
    };
  }
  return null;
}

/** @throws TroubleError */
export async function assertFitServer(connection: Connection): Promise<void> {
  const trouble = unfitServer(await readServerFacts(connection));
  if (trouble !== null) {
    throw new TroubleError(trouble);
  }
}
