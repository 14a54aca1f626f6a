import { bigint, boolean, integer, jsonb, numeric, pgTable, text } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { instant } from '../schema/columns.ts';
import { tableStatements, textArray, versionedStatements } from './table-statements.ts';

const birds = pgTable('birds', {
  position: bigint('position', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  id: text('id').notNull(),
  version: integer('version').notNull(),
  canFly: boolean('can_fly').notNull(),
  weight: numeric('weight', { mode: 'number' }),
  songs: text('songs').array().notNull(),
  traits: jsonb('traits').$type<unknown>(),
  hatchedAt: instant('hatched_at'),
});

const wren = {
  id: 'bird_1',
  version: 3,
  canFly: true,
  weight: 8.9,
  songs: ['a "trill"', 'NULL', ''],
  traits: 'a text that JSON knows: {"no": 1}',
  hatchedAt: Date.parse('2026-05-01T04:05:06.789Z'),
};

describe('The statements of a table', () => {
  it('write each value as text, and read the same values back', () => {
    const table = tableStatements(birds);
    const { text: statement, values } = table.insert(wren);

    expect(statement).toBe(
      'insert into "birds" ("id", "version", "can_fly", "weight", "songs", "traits", "hatched_at") values ($1, $2, $3, $4, $5, $6, $7)',
    );
    // PostgreSQL answers `true` with "t".
    expect(table.read(values.map((value) => (value === 'true' ? 't' : value)))).toEqual(wren);
    expect(table.read(values.map(() => null))).toMatchObject({ weight: null, traits: null, hatchedAt: null });
  });

  it('leave a value that is not given to the database', () => {
    const table = tableStatements(birds);

    expect(table.insert({ id: 'bird_2', weight: undefined, traits: null })).toEqual({
      text: 'insert into "birds" ("id", "traits") values ($1, $2)',
      values: ['bird_2', null],
    });
  });

  it('have one text for the same columns, in whatever order they are given', () => {
    const table = versionedStatements(birds);
    const first = table.mustUpdate(wren, { canFly: false, weight: 9 });
    const second = table.mustUpdate(wren, { weight: 10, canFly: true });

    expect(first.text).toBe(
      'with "changed" as (update "birds" set "can_fly" = $3, "weight" = $4, "version" = "version" + 1 where "id" = $1 and "version" = $2 returning 1) select 1 / count(*) from "changed"',
    );
    expect(second.text).toBe(first.text);
    expect(second.values).toEqual(['bird_1', '3', 'true', '10']);
  });

  it('name many ids in one value', () => {
    const table = versionedStatements(birds);

    expect(table.lockVersions(['bird_1', 'bird_2']).values).toEqual([textArray(['bird_1', 'bird_2'])]);
    expect(table.lockVersions([]).values).toEqual(['{}']);
  });
});
