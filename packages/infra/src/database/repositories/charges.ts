import { sql } from 'drizzle-orm';
import type { AccountId } from '@pixsim7/contracts';
import type { AttemptCharge, Instant } from '@pixsim7/core';
import type { Connection } from '../connection.ts';
import { rowsOf } from '../rows-of.ts';
import { instantOf } from '../schema/columns.ts';
import { creditEntries } from '../schema/index.ts';
import { openHolds } from './open-holds.ts';

interface Row extends Record<string, unknown> {
  readonly held: string | null;
  readonly sentAt: string;
  readonly acceptedAt: string | null;
  readonly kind: 'settle' | 'release' | null;
  readonly amount: string | null;
  readonly at: string | null;
}

/** Sent attempts of an account whose hold is open or ended since a moment, in the order of their holds. */
export async function chargesSince(
  connection: Connection,
  accountId: AccountId,
  since: Instant,
): Promise<AttemptCharge[]> {
  const open = openHolds(
    sql`hold.position, hold.amount as held, attempt.sent_at, attempt.accepted_at,
      null::text as kind, null::numeric as amount, null::timestamptz as at`,
    sql`attempt.account_id = ${accountId} and attempt.sent_at is not null`,
  );
  const rows = await rowsOf<Row>(
    connection,
    sql`select held, sent_at as "sentAt", accepted_at as "acceptedAt", kind, amount, at
        from (${open}
          union all
          select hold.position, hold.amount, attempt.sent_at, attempt.accepted_at, ending.kind, ending.amount, ending.at
          from credit_entries ending
          join submissions attempt on attempt.id = ending.submission_id
          join credit_entries hold on hold.submission_id = attempt.id and hold.kind = 'hold'
          where ending.account_id = ${accountId} and ending.kind <> 'hold'
            and ending.at >= ${sql.param(since, creditEntries.at)} and attempt.sent_at is not null
        ) as charge order by position`,
  );
  return rows.map(({ held, sentAt, acceptedAt, kind, amount, at }) => ({
    held: amountOf(held),
    sentAt: instantOf(sentAt),
    acceptedAt: acceptedAt === null ? null : instantOf(acceptedAt),
    ending: kind === null || at === null ? null : { kind, amount: amountOf(amount), at: instantOf(at) },
  }));
}

function amountOf(text: string | null): number | null {
  return text === null ? null : Number(text);
}
