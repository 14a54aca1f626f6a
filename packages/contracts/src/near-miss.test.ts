import { describe, expect, it } from 'vitest';
import { didYouMean, nearMiss } from './near-miss.ts';

describe('nearMiss', () => {
  it.each([
    ['Landscape', 'landscape'],
    ['landscap', 'landscape'],
    ['portrat', 'portrait'],
    ['540P', '540p'],
  ])('%s is near %s', (given, meant) => {
    expect(nearMiss(given, ['landscape', 'portrait', '540p', 'square'])).toBe(meant);
  });

  it('takes the nearest of several', () => {
    expect(nearMiss('durations', ['direction', 'duration'])).toBe('duration');
  });

  it.each([['wide'], [''], ['v'], ['x'.repeat(1_000_000)]])('says nothing about others', (given) => {
    expect(nearMiss(given, ['landscape', 'portrait', 'v5'])).toBe(given === 'v' ? 'v5' : undefined);
  });

  it('goes after a sentence', () => {
    expect(didYouMean('landscap', ['landscape'])).toBe(' Did you mean landscape?');
    expect(didYouMean('wide', ['landscape'])).toBe('');
  });
});
