import { expect, it } from 'vitest';
import { percentile } from './percentile.ts';

it.each([
  [[3, 1, 2], 0.5, 2],
  [[3, 1, 2], 0.99, 3],
  [[5], 0, 5],
  [Array.from({ length: 100 }, (_, place) => 100 - place), 0.99, 99],
])('of %j at %d is %d', (values, share, expected) => {
  expect(percentile(values, share)).toBe(expected);
});

it('is no number when there is no value', () => {
  expect(percentile([], 0.5)).toBeNaN();
});
