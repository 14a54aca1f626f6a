import type { PostgresProbe } from './postgres-probe.ts';

/**
 * Copies a row that the server wrote: as many inserts one after the other take longer than all that is measured.
 *
 * @param changes names and values, in SQL, of what differs in the copy with the number `n`
 */
export async function copyRow(
  probe: PostgresProbe,
  table: string,
  id: string,
  copies: number,
  changes: string,
): Promise<void> {
  await probe.rows(
    `insert into ${table}
     select (jsonb_populate_record(original, jsonb_build_object(${changes}))).*
     from ${table} original, generate_series(1, $1) n where original.id = $2`,
    [copies, id],
  );
}
