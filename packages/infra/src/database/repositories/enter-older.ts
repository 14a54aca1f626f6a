import { desc, eq, lt, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { Connection } from '../connection.ts';
import { assets, foundByFills, jobs } from '../schema/index.ts';

type Subject = (typeof foundByFills.$inferSelect)['subject'];

/** Whether the tables that lists find rows by still lack some from before an update. */
export async function lacksOlder(connection: Connection, subject: Subject): Promise<boolean> {
  const rows = await connection
    .select({ subject: foundByFills.subject })
    .from(foundByFills)
    .where(eq(foundByFills.subject, subject));
  return rows.length > 0;
}

/** Does what triggers do for new rows, for jobs that were there before them; the newest come first. */
export function enterOlderJobs(connection: Connection, limit: number): Promise<number> {
  return enter(connection, 'jobs', limit, (batch) => [
    sql`insert into job_texts (job_id, workspace_id, created_at, text)
        select id, workspace_id, created_at, job_text(params, name) from jobs where ${batch} on conflict do nothing`,
    sql`insert into job_marks (workspace_id, mark, created_at, job_id)
        select workspace_id, metadata_mark(key, value), created_at, id from jobs, jsonb_each_text(metadata)
        where ${batch} on conflict do nothing`,
    sql`insert into job_marks (workspace_id, mark, created_at, job_id)
        select jobs.workspace_id, account_mark(submissions.account_id), jobs.created_at, jobs.id
        from jobs join submissions on submissions.job_id = jobs.id where ${batch} on conflict do nothing`,
  ]);
}

/** The same of assets. */
export function enterOlderAssets(connection: Connection, limit: number): Promise<number> {
  return enter(connection, 'assets', limit, (batch) => [
    sql`insert into asset_texts (asset_id, workspace_id, created_at, text)
        select assets.id, assets.workspace_id, assets.created_at, job_text(jobs.params, assets.name)
        from assets left join jobs on jobs.id = assets.job_id where ${batch} on conflict do nothing`,
  ]);
}

/** One batch at a time: who comes meanwhile waits, and goes on where the other one ended. */
async function enter(
  connection: Connection,
  subject: Subject,
  limit: number,
  statements: (batch: SQL) => readonly SQL[],
): Promise<number> {
  const table = subject === 'jobs' ? jobs : assets;
  const [left] = await connection
    .select()
    .from(foundByFills)
    .where(eq(foundByFills.subject, subject))
    .for('update');
  if (left === undefined) {
    return 0;
  }
  const batch = await connection
    .select({ id: table.id })
    .from(table)
    .where(left.missingBelow === null ? undefined : lt(table.id, sql`${left.missingBelow}`))
    .orderBy(desc(table.id))
    .limit(limit);
  const last = batch.at(-1);
  if (last !== undefined) {
    const ids = sql.join(
      batch.map(({ id }) => sql`${id}`),
      sql`, `,
    );
    for (const statement of statements(sql`${table.id} in (${ids})`)) {
      await connection.execute(statement);
    }
  }
  const its = eq(foundByFills.subject, subject);
  await (batch.length < limit || last === undefined
    ? connection.delete(foundByFills).where(its)
    : connection.update(foundByFills).set({ missingBelow: last.id }).where(its));
  return batch.length;
}
