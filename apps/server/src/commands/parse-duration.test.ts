import { expect, it } from 'vitest';
import { parseDuration } from './parse-duration.ts';

it.each([
  ['0', 0],
  ['45s', 45],
  ['30m', 1_800],
  ['24h', 86_400],
  ['7d', 604_800],
  ['7', null],
  ['-1h', null],
  ['1.5h', null],
  ['', null],
  ['1w', null],
])('%j is %s seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});
