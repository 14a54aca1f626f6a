import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

/**
 * The recursive part `owners (owner_id)` of a statement: who has pending jobs, and NULL at the end. It goes from one owner to
 * the next in the index: as many steps as there are owners, however long the line is.
 */
export const waitingOwners: SQL = sql`owners (owner_id) as (
    (select owner_id from jobs where status = 'pending' order by owner_id limit 1)
    union all
    select (
      select jobs.owner_id from jobs
      where jobs.status = 'pending' and jobs.owner_id > owners.owner_id
      order by jobs.owner_id limit 1
    )
    from owners where owners.owner_id is not null
  )`;
