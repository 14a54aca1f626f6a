import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
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
    const texts = journal().map(({ tag }) => readFileSync(join(migrationsFolder, `${tag}.sql`), 'utf8'));
    const lanes = texts.findIndex((text) => text.includes('ADD COLUMN "lanes"'));
    const client = await PGlite.create();
    for (const text of texts.slice(0, lanes)) {
      await client.exec(text);
    }
    await client.exec(`
      insert into jobs (id, owner_id, operation_type, provider_id, model, params, metadata, status, stage, wait_reason,
        priority, credit_unit, warnings, duration_key, due_at, version, created_at)
      values ('job_1', 'usr_1', 'text_to_video', 'example', 'v1', '{}', '{}', 'pending', 'queued', 'slot',
        0, 'credits', '[]', 'v1', now(), 1, now())`);
    for (const text of texts.slice(lanes)) {
      await client.exec(text);
    }
    const { rows } = await client.query('select lanes, route from jobs');
    await client.close();
    expect(rows).toEqual([{ lanes: ['example'], route: null }]);
  }, 60_000);

  it('use nothing that PostgreSQL 15 does not know', () => {
    const text = journal()
      .map(({ tag }) => readFileSync(join(migrationsFolder, `${tag}.sql`), 'utf8'))
      .join('\n');
    expect(text).not.toMatch(/uuidv7|json_table|\bvirtual\b|without overlaps|not enforced/i);
  });
});
