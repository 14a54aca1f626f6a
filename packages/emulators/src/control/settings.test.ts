import { describe, expect, it } from 'vitest';
import { onOrOff, orNull, readSettings, secondsRange, wholeNumber } from './settings.ts';
import type { SettingFields } from './settings.ts';

interface Settings {
  range: readonly [number, number];
  count: number;
  enabled: boolean;
  expiry: number | null;
}

const fields: SettingFields<Settings> = {
  range: secondsRange,
  count: wholeNumber(1, 10),
  enabled: onOrOff,
  expiry: orNull(wholeNumber(0, 5)),
};

describe('readSettings', () => {
  it('reads only what is there', () => {
    expect(readSettings(fields, { count: 3 })).toEqual({ count: 3 });
    expect(readSettings(fields, {})).toEqual({});
    expect(readSettings(fields, { range: [0, 1.5], enabled: false, expiry: null })).toEqual({
      range: [0, 1.5],
      enabled: false,
      expiry: null,
    });
  });

  it.each<[unknown, string, string]>([
    [{ range: [2, 1] }, 'range', 'two numbers of seconds'],
    [{ range: [1] }, 'range', 'two numbers of seconds'],
    [{ range: ['1', 2] }, 'range', 'two numbers of seconds'],
    [{ range: [-1, 2] }, 'range', 'two numbers of seconds'],
    [{ count: 0 }, 'count', 'a whole number from 1 to 10'],
    [{ count: 1.5 }, 'count', 'a whole number from 1 to 10'],
    [{ enabled: 'yes' }, 'enabled', 'true or false'],
    [{ expiry: 6 }, 'expiry', 'or null'],
    [{ cuont: 1 }, 'cuont', 'known fields are: range, count, enabled, expiry'],
    ['text', 'body', 'an object'],
  ])('refuses %j', (body, field, allowed) => {
    expect(() => readSettings(fields, body)).toThrow(
      expect.objectContaining({ field, allowed: expect.stringContaining(allowed) }),
    );
  });
});
