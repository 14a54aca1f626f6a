import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { startPglite } from './embedded/start-pglite.ts';
import { migrationsFolder } from './migrations.ts';
import * as schema from './schema/index.ts';

type Snapshot = ReturnType<typeof generateDrizzleJson>;

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(migrationsFolder, path), 'utf8'));
}

function journal(): { idx: number; tag: string }[] {
  return (readJson('meta/_journal.json') as { entries: { idx: number; tag: string }[] }).entries;
}

/** The statements that `npm run db:generate` would write for these tables now. */
function missingStatements(tables: Record<string, unknown>): Promise<string[]> {
  const last = journal().at(-1)?.idx ?? 0;
  const snapshot = readJson(`meta/${String(last).padStart(4, '0')}_snapshot.json`) as Snapshot;
  return generateMigration(snapshot, generateDrizzleJson(tables, snapshot.id));
}

/** A database as it was before the migration that contains this text, and what brings it up to date. */
async function openBefore(mark: string): Promise<{ client: PGlite; migrate: () => Promise<void> }> {
  const texts = journal().map(({ tag }) => readFileSync(join(migrationsFolder, `${tag}.sql`), 'utf8'));
  const marked = texts.findIndex((text) => text.includes(mark));
  // A copy of an unused database: to create one takes ten times as much of a processor.
  const { client } = await startPglite(null);
  const run = async (some: readonly string[]): Promise<void> => {
    for (const text of some) {
      await client.exec(text);
    }
  };
  await run(texts.slice(0, marked));
  return { client, migrate: () => run(texts.slice(marked)) };
}

describe('migrations', () => {
  it('lead to the tables of the schema: if not, run `npm run db:generate`', async () => {
    expect(await missingStatements(schema)).toEqual([]);
  });

  it('are compared by something that notices a new table', async () => {
    const planted = pgTable('planted', { id: text('id').primaryKey() });
    expect((await missingStatements({ ...schema, planted })).join('\n')).toContain('CREATE TABLE "planted"');
  });

  it('all have their file', () => {
    for (const { tag } of journal()) {
      expect(readFileSync(join(migrationsFolder, `${tag}.sql`), 'utf8')).not.toBe('');
    }
  });

  it('put the jobs of an older installation into the lanes of their providers', async () => {
    const { client, migrate } = await openBefore('ADD COLUMN "lanes"');
    await client.exec(`
      insert into jobs (id, owner_id, operation_type, provider_id, model, params, metadata, status, stage, wait_reason,
        priority, credit_unit, warnings, duration_key, due_at, version, created_at)
      values ('job_1', 'usr_1', 'text_to_video', 'example', 'v1', '{}', '{}', 'pending', 'queued', 'slot',
        0, 'credits', '[]', 'v1', now(), 1, now())`);
    await migrate();
    const { rows } = await client.query('select lanes, route from jobs');
    await client.close();
    expect(rows).toEqual([{ lanes: ['example'], route: null }]);
  }, 60_000);

  it('keep what an older installation learned of durations', async () => {
    const { client, migrate } = await openBefore('ADD COLUMN "duration_key"');
    await client.exec(`
      insert into workspaces (id, name, created_at) values ('wsp_1', 'One', now());
      insert into accounts (id, workspace_id, provider_id, label, sealed_credentials, max_concurrent, priority, enabled,
        status, sandbox, version, created_at, updated_at)
      values ('acc_1', 'wsp_1', 'example', 'One', 'sealed', 1, 0, true, 'active', false, 1, now(), now());
      insert into jobs (id, workspace_id, owner_id, operation_type, provider_id, model, lanes, params, metadata, status,
        stage, priority, credit_unit, warnings, duration_key, version, created_at)
      select 'job_' || number, 'wsp_1', 'usr_1', 'text_to_video', 'example', 'v1', '{example}', '{}', '{}', 'processing',
        'generating', 0, 'credits', '[]', 'v1 ' || number % 2, 1, now()
      from generate_series(1, 200) as number;
      insert into submissions (id, job_id, number, account_id, provider_id, state, token, outputs, attempts, due_at,
        account_choice, version, created_at, accepted_at, finished_at)
      select 'sub_' || number, 'job_' || number, 1, 'acc_1', 'example',
        case when number <= 2 then 'accepted' when number <= 4 then 'failed' else 'stored' end, 'token', '[]', 0,
        case when number <= 2 then now() end, '[]', 1, now(), now(),
        case when number > 2 then now() + number * interval '1 s' end
      from generate_series(1, 200) as number`);
    await migrate();
    const { rows } = await client.query(`
      select state, duration_key as key, count(*)::int as attempts, min(substr(id, 5)::int) as first
      from submissions where duration_key is not null group by state, duration_key order by state, duration_key`);
    await client.close();
    // Those under way, and of each kind the 50 newest that brought a video.
    expect(rows).toEqual([
      { state: 'accepted', key: 'v1 0', attempts: 1, first: 2 },
      { state: 'accepted', key: 'v1 1', attempts: 1, first: 1 },
      { state: 'stored', key: 'v1 0', attempts: 50, first: 102 },
      { state: 'stored', key: 'v1 1', attempts: 50, first: 101 },
    ]);
  }, 60_000);

  it('find the bytes that nobody uses and the sum of what was settled in an older installation', async () => {
    const { client, migrate } = await openBefore('ADD COLUMN "maybe_unused"');
    await client.exec(`
      insert into accounts (id, workspace_id, provider_id, label, sealed_credentials, max_concurrent, priority, enabled,
        status, sandbox, version, created_at, updated_at)
      values ('acc_1', 'wsp_1', 'example', 'One', 'sealed', 1, 0, true, 'active', false, 1, now(), now());
      insert into jobs (id, workspace_id, owner_id, operation_type, provider_id, model, lanes, params, metadata, status,
        stage, priority, credit_unit, warnings, duration_key, version, created_at)
      select 'job_' || number, 'wsp_1', 'usr_1', 'text_to_video', 'example', 'v1', '{example}', '{}', '{}', 'processing',
        'generating', 0, 'credits', '[]', 'v1', 1, now() from generate_series(1, 3) as number;
      insert into submissions (id, job_id, number, account_id, provider_id, state, token, outputs, attempts,
        account_choice, version, created_at)
      select 'sub_' || number, 'job_' || number, 1, 'acc_1', 'example', 'stored', 'token', '[]', 0, '[]', 1, now()
      from generate_series(1, 3) as number;
      insert into credit_entries (account_id, submission_id, job_id, kind, amount, at)
      select 'acc_1', 'sub_' || number, 'job_' || number, kind, case when number < 3 then 10.1 end, now()
      from generate_series(1, 3) as number, unnest('{hold,settle}'::text[]) as kind;
      insert into blobs (hash, bytes, mime_type, created_at)
      select hash, 1, 'video/mp4', now() from unnest('{file,poster,deleted,orphan}'::text[]) as hash;
      insert into assets (id, workspace_id, owner_id, origin, media_type, state, blob_hash, poster_hash, bytes, mime_type,
        late_result, created_at, deleted_at)
      values ('ast_1', 'wsp_1', 'usr_1', 'uploaded', 'video', 'stored', 'file', 'poster', 1, 'video/mp4', false, now(), null),
        ('ast_2', 'wsp_1', 'usr_1', 'uploaded', 'video', 'deleted', 'deleted', 'poster', 1, 'video/mp4', false, now(), now())`);
    await migrate();
    const unused = await client.query('select hash from blobs where maybe_unused order by hash');
    const totals = await client.query(`
      select account_id, settled, position = (select max(position) from credit_entries where kind = 'settle') as whole
      from settled_totals`);
    await client.close();
    expect(unused.rows).toEqual([{ hash: 'deleted' }, { hash: 'orphan' }]);
    expect(totals.rows).toEqual([{ account_id: 'acc_1', settled: '20.2', whole: true }]);
  }, 60_000);

  it('make no poster due of an asset that was there before', async () => {
    const { client, migrate } = await openBefore('ADD COLUMN "poster_due_at"');
    await client.exec(`
      insert into assets (id, workspace_id, owner_id, origin, media_type, state, blob_hash, poster_hash, bytes, mime_type,
        late_result, created_at)
      values ('ast_1', 'wsp_1', 'usr_1', 'uploaded', 'video', 'stored', 'file', 'poster', 1, 'video/mp4', false, now()),
        ('ast_2', 'wsp_1', 'usr_1', 'uploaded', 'video', 'stored', 'file', null, 1, 'video/mp4', false, now())`);
    const before = await client.query<object>('select * from assets order by id');
    await migrate();
    const after = await client.query('select * from assets order by id');
    await client.close();
    const added = { poster_due_at: null, poster_looks: 0 };
    expect(after.rows).toEqual(before.rows.map((row) => ({ ...row, ...added })));
  }, 60_000);

  it('use nothing that PostgreSQL 15 does not know', () => {
    const text = journal()
      .map(({ tag }) => readFileSync(join(migrationsFolder, `${tag}.sql`), 'utf8'))
      .join('\n');
    expect(text).not.toMatch(/uuidv7|json_table|\bvirtual\b|without overlaps|not enforced/i);
  });
});
