import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { unsettledSubmissionStates } from '@pixsim7/core';
import { literals } from '../schema/columns.ts';

/**
 * Holds that were neither settled nor released, with their attempts. By the attempts that can have one, of which an account
 * has as many as it runs: a million holds that ended are never looked at. The states are literals, because PostgreSQL takes a
 * partial index only for a condition that it can see.
 *
 * @param columns of `hold` and `attempt`
 * @param where a condition on `attempt`
 */
export function openHolds(columns: SQL, where: SQL): SQL {
  return sql`
    select ${columns}
    from submissions attempt
    join credit_entries hold on hold.submission_id = attempt.id and hold.kind = 'hold'
    where attempt.state in (${literals(unsettledSubmissionStates)})
      and not exists (
        select from credit_entries ending where ending.submission_id = attempt.id and ending.kind <> 'hold')
      and ${where}`;
}
