import { describe, expect, it } from 'vitest';
import { PixverseRefusal } from './error-codes.ts';
import { parseFields } from './fields.ts';
import type { Fields } from './fields.ts';

function codeOf(read: () => unknown): number {
  try {
    read();
    return 0;
  } catch (error) {
    return error instanceof PixverseRefusal ? error.code : -1;
  }
}

describe('parseFields', () => {
  it.each(['', 'text', '{', '[]', '1', 'null'])('refuses %j', (text) => {
    expect(codeOf(() => parseFields(text))).toBe(400013);
  });

  const fields = parseFields(
    '{"text":"a","empty":"","number":5,"half":1.5,"big":305415137731978203,"zero":0,"on":true,"nothing":null,' +
      '"ids":[1,305415137731978203],"objects":[{"text":"b"}]}',
  );

  it('reads what is there', () => {
    expect(fields.text('text')).toBe('a');
    expect(fields.integer('number')).toBe(5);
    expect(fields.id('big')).toBe('305415137731978203');
    expect(fields.flag('on')).toBe(true);
    expect(fields.ids('ids')).toEqual(['1', '305415137731978203']);
    expect(fields.objects('objects')?.[0]?.text('text')).toBe('b');
    expect(fields.oneOf('text', ['a', 'b'])).toBe('a');
  });

  it('reads nothing where there is nothing', () => {
    expect(fields.text('absent')).toBeNull();
    expect(fields.text('empty')).toBeNull();
    expect(fields.integer('nothing')).toBeNull();
    expect(fields.id('zero')).toBeNull();
    expect(fields.flag('absent')).toBe(false);
    expect(fields.ids('absent')).toBeNull();
    expect(fields.objects('absent')).toBeNull();
    expect(fields.text('constructor')).toBeNull();
  });

  it.each<[string, number, (fields: Fields) => unknown]>([
    ['an absent text', 400011, (fields) => fields.requiredText('absent')],
    ['an empty text', 400011, (fields) => fields.requiredText('empty')],
    ['an absent integer', 400011, (fields) => fields.requiredInteger('absent')],
    ['the id 0', 400011, (fields) => fields.requiredId('zero')],
    ['an absent choice', 400011, (fields) => fields.requiredOneOf('absent', ['a'])],
    ['another choice', 400017, (fields) => fields.oneOf('text', ['b'])],
    ['a text for a number', 400013, (fields) => fields.integer('text')],
    ['a fraction', 400013, (fields) => fields.integer('half')],
    ['a huge integer', 400017, (fields) => fields.integer('big')],
    ['a number for a text', 400013, (fields) => fields.text('number')],
    ['a text for an id', 400013, (fields) => fields.id('text')],
    ['a number for a flag', 400013, (fields) => fields.flag('number')],
    ['a text for a list', 400013, (fields) => fields.ids('text')],
    ['numbers for objects', 400013, (fields) => fields.objects('ids')],
    ['objects for ids', 400013, (fields) => fields.ids('objects')],
  ])('%s is %i', (_, code, read) => {
    expect(codeOf(() => read(fields))).toBe(code);
  });
});
