import { sql } from 'drizzle-orm';
import type { Connection } from '../connection.ts';
import { rowsOf } from '../rows-of.ts';
import { listIdentityColumns } from './catalog.ts';
import type { IdentityColumn } from './catalog.ts';

/** Rows per statement: a batch of the widest rows (jobs, about 3 KB) stays near a megabyte. */
const batchSize = 500;

/** The last number of an identity column. */
export interface SequencePosition extends IdentityColumn {
  readonly lastValue: string;
  /** False when the next number is `lastValue` itself. */
  readonly isCalled: boolean;
}

/** The number of rows in a table, and a digest of them all that does not depend on their order. */
export interface TableFingerprint {
  readonly rows: number;
  readonly digest: string;
}

/**
 * The rows of a table, each as one line of JSON that PostgreSQL wrote: numbers of any size and times of any precision
 * pass through, because nothing here reads them. In batches of a cursor, so it needs an open transaction.
 */
export async function* readRows(connection: Connection, table: string): AsyncGenerator<readonly string[]> {
  const name = sql.identifier(table);
  await connection.execute(
    sql`declare transfer no scroll cursor for select row_to_json(source)::text as line from ${name} as source`,
  );
  for (;;) {
    const rows = await rowsOf<{ line: string }>(connection, sql.raw(`fetch ${batchSize} from transfer`));
    if (rows.length === 0) {
      break;
    }
    yield rows.map(({ line }) => line);
  }
  await connection.execute(sql`close transfer`);
}

/** Inserts lines of `readRows` with all their values, the generated numbers included. */
export async function writeRows(
  connection: Connection,
  table: string,
  lines: readonly string[],
): Promise<void> {
  if (lines.length === 0) {
    return;
  }
  const name = sql.identifier(table);
  await connection.execute(
    sql`insert into ${name} overriding system value
        select * from json_populate_recordset(null::${name}, ${`[${lines.join(',')}]`}::json)`,
  );
}

export async function readSequences(connection: Connection): Promise<SequencePosition[]> {
  const positions: SequencePosition[] = [];
  for (const column of await listIdentityColumns(connection)) {
    const name = await sequenceOf(connection, column);
    // The name comes from the catalog, quoted as it has to be.
    const [position] = await rowsOf<{ lastValue: string; isCalled: boolean }>(
      connection,
      sql.raw(`select last_value::text as "lastValue", is_called as "isCalled" from ${name}`),
    );
    if (position !== undefined) {
      positions.push({ ...column, ...position });
    }
  }
  return positions;
}

export async function writeSequence(
  connection: Connection,
  { table, column, lastValue, isCalled }: SequencePosition,
): Promise<void> {
  const name = await sequenceOf(connection, { table, column });
  await connection.execute(sql`select setval(${name}::regclass, ${lastValue}::bigint, ${isCalled}::boolean)`);
}

export async function fingerprintTable(connection: Connection, table: string): Promise<TableFingerprint> {
  const [row] = await rowsOf<{ rows: number; digest: string }>(
    connection,
    sql`select count(*)::int as rows, md5(coalesce(string_agg(line, '' order by line collate "C"), '')) as digest
        from (select md5(row_to_json(source)::text) as line from ${sql.identifier(table)} as source) as lines`,
  );
  if (row === undefined) {
    throw new Error(`Table ${table} was not counted.`);
  }
  return row;
}

async function sequenceOf(connection: Connection, { table, column }: IdentityColumn): Promise<string> {
  const [row] = await rowsOf<{ name: string | null }>(
    connection,
    sql`select pg_get_serial_sequence(${table}, ${column}) as name`,
  );
  if (row === undefined || row.name === null) {
    throw new Error(`${table}.${column} has no sequence.`);
  }
  return row.name;
}
