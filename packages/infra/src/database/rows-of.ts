import type { SQL } from 'drizzle-orm';
import type { Connection } from './connection.ts';

/** The rows of a raw statement. Both drivers return them in a field of this name; the port's type does not say so. */
export async function rowsOf<Row extends Record<string, unknown>>(
  connection: Connection,
  statement: SQL,
): Promise<Row[]> {
  const result = (await connection.execute(statement)) as { readonly rows: Row[] };
  return result.rows;
}
