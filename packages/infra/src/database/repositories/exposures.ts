import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { AccountId } from '@pixsim7/contracts';
import type { CreditExposure, Instant } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { instantOf, instantText } from '../schema/columns.ts';
import { textsByCount } from '../statements/texts-by-count.ts';
import { openHolds } from './open-holds.ts';

/**
 * Open holds, and settlements since a moment, of each of these accounts, in the order of the ledger.
 *
 * An account and its moment are values of their own and no rows of a joined list: PostgreSQL then knows from its statistics how
 * few settlements are that young. Of a list it expects a third of the ledger, and reads all of it.
 */
export async function exposuresOf(
  connection: RepositoryConnection,
  settledSince: readonly (readonly [AccountId, Instant])[],
): Promise<CreditExposure[]> {
  if (settledSince.length === 0) {
    return [];
  }
  const { rows } = await connection.send({
    text: textFor(settledSince.length),
    values: settledSince.flatMap(([accountId, since]) => [accountId, accountId, instantText(since)]),
  });
  return rows.map(([accountId, amount = null, settled, acceptedAt = null, at]) => ({
    accountId: accountId as AccountId,
    amount: amount === null ? null : Number(amount),
    settled: settled === 't',
    acceptedAt: acceptedAt === null ? null : instantOf(acceptedAt),
    at: instantOf(String(at)),
  }));
}

const textFor = textsByCount(exposureStatement);

function exposureStatement(accountCount: number): SQL {
  const parts = Array.from({ length: accountCount }, () => [
    openHolds(
      sql`hold.position, hold.account_id, hold.amount, false as settled, attempt.accepted_at, hold.at`,
      sql`attempt.account_id = ${sql.placeholder('accountId')}`,
    ),
    sql`
    select settlement.position, settlement.account_id, settlement.amount, true, attempt.accepted_at, settlement.at
    from credit_entries settlement
    join submissions attempt on attempt.id = settlement.submission_id
    where settlement.account_id = ${sql.placeholder('accountId')}
      and settlement.kind <> 'hold' and settlement.kind = 'settle'
      and settlement.at >= ${sql.placeholder('since')}`,
  ]).flat();
  return sql`select account_id, amount, settled, accepted_at, at
    from (${sql.join(parts, sql` union all `)}) as exposure order by position`;
}
