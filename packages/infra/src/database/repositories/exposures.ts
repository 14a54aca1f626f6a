import { sql } from 'drizzle-orm';
import type { AccountId } from '@pixsim7/contracts';
import type { CreditExposure, Instant } from '@pixsim7/core';
import type { Connection } from '../connection.ts';
import { rowsOf } from '../rows-of.ts';
import { instantOf } from '../schema/columns.ts';
import { creditEntries } from '../schema/index.ts';
import { openHolds } from './open-holds.ts';

interface Row extends Record<string, unknown> {
  readonly accountId: AccountId;
  readonly amount: string | null;
  readonly settled: boolean;
  readonly acceptedAt: string | null;
  readonly at: string;
}

/**
 * Open holds, and settlements since a moment, of each of these accounts, in the order of the ledger.
 *
 * An account and its moment are values of their own and no rows of a joined list: PostgreSQL then knows from its statistics how
 * few settlements are that young. Of a list it expects a third of the ledger, and reads all of it.
 */
export async function exposuresOf(
  connection: Connection,
  settledSince: readonly (readonly [AccountId, Instant])[],
): Promise<CreditExposure[]> {
  if (settledSince.length === 0) {
    return [];
  }
  const parts = settledSince.flatMap(([accountId, since]) => [
    openHolds(
      sql`hold.position, hold.account_id, hold.amount, false as settled, attempt.accepted_at, hold.at`,
      sql`attempt.account_id = ${accountId}`,
    ),
    sql`
    select settlement.position, settlement.account_id, settlement.amount, true, attempt.accepted_at, settlement.at
    from credit_entries settlement
    join submissions attempt on attempt.id = settlement.submission_id
    where settlement.account_id = ${accountId} and settlement.kind <> 'hold' and settlement.kind = 'settle'
      and settlement.at >= ${sql.param(since, creditEntries.at)}`,
  ]);
  const rows = await rowsOf<Row>(
    connection,
    sql`select account_id as "accountId", amount, settled, accepted_at as "acceptedAt", at
        from (${sql.join(parts, sql` union all `)}) as exposure order by position`,
  );
  return rows.map(({ accountId, amount, settled, acceptedAt, at }) => ({
    accountId,
    amount: amount === null ? null : Number(amount),
    settled,
    acceptedAt: acceptedAt === null ? null : instantOf(acceptedAt),
    at: instantOf(at),
  }));
}
