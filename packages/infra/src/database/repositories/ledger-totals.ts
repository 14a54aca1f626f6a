import { sql } from 'drizzle-orm';
import type { CreditRepository, Instant } from '@pixsim7/core';
import type { Connection } from '../connection.ts';
import { rowsOf } from '../rows-of.ts';
import { creditEntries } from '../schema/index.ts';
import { openHolds } from './open-holds.ts';

type Totals = Awaited<ReturnType<CreditRepository['totals']>>[number];

/** Names the advisory lock of the one who folds; any number that nothing else here uses. */
const foldLock = 7_004;

/**
 * The position up to which every settlement is in a sum. Asked by itself: of a value that PostgreSQL does not know yet it expects
 * a third of the ledger behind it, and reads all of it.
 */
async function foldedPosition(connection: Connection): Promise<string> {
  const [row] = await rowsOf<{ position: string }>(
    connection,
    sql`select coalesce(max(position), 0)::text as position from settled_totals`,
  );
  return row?.position ?? '0';
}

/**
 * Of each account its open holds, and what is folded of its settlements with the rest, which is short.
 *
 * Nobody folds meanwhile: between the two statements, a settlement would move into the sum and be counted twice.
 */
export async function ledgerTotals(connection: Connection): Promise<Totals[]> {
  await connection.execute(sql`select pg_advisory_xact_lock_shared(${foldLock})`);
  const folded = await foldedPosition(connection);
  return rowsOf<Totals & Record<string, unknown>>(
    connection,
    sql`select account_id as "accountId", sum(held)::float8 as held, sum(settled)::float8 as settled
        from (
          ${openHolds(sql`hold.account_id, coalesce(hold.amount, 0) as held, 0 as settled`, sql`true`)}
          union all
          select account_id, 0, settled from settled_totals
          union all
          select account_id, 0, coalesce(amount, 0) from credit_entries
          where kind = 'settle' and position > ${folded}::bigint
        ) as part group by account_id order by account_id`,
  );
}

/** The lock has a statement of its own, so that the next ones see what the one who had the lock before wrote. */
export async function foldSettlements(
  connection: Connection,
  before: Instant,
  limit: number,
): Promise<number> {
  await connection.execute(sql`select pg_advisory_xact_lock(${foldLock})`);
  const folded = await foldedPosition(connection);
  const moment = sql.param(before, creditEntries.at);
  const [row] = await rowsOf<{ count: number }>(
    connection,
    sql`with rest as (
          select account_id, amount, at, position from credit_entries
          where kind = 'settle' and position > ${folded}::bigint order by position limit ${limit}
        ), old as (
          select account_id, amount, position from rest
          where position < coalesce((select min(position) from rest where at >= ${moment}), ${Number.MAX_SAFE_INTEGER}::bigint)
        ), written as (
          insert into settled_totals as total (account_id, settled, position)
          select account_id, coalesce(sum(amount), 0), max(position) from old group by account_id
          on conflict (account_id) do update
          set settled = total.settled + excluded.settled, position = excluded.position
        )
        select count(*)::int as count from old`,
  );
  return row?.count ?? 0;
}
