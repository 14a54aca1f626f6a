import { describe, expect, it } from 'vitest';
import { readTriggers } from './triggers.ts';
import type { Outcome } from './triggers.ts';

describe('readTriggers', () => {
  it('finds nothing in an ordinary prompt', () => {
    expect(readTriggers('refuse to moderate, fail and delete')).toEqual({
      refuseWith: null,
      outcome: 'success',
      strangeStatus: null,
      renderSeconds: null,
      slowness: 1,
    });
  });

  it.each<[string, Outcome]>([
    ['[moderate]', 'moderated'],
    ['[fail]', 'failed'],
    ['[delete]', 'deleted'],
    ['[stuck]', 'stuck'],
  ])('%s', (word, outcome) => {
    expect(readTriggers(`a fox ${word} in snow`).outcome).toBe(outcome);
  });

  it('reads numbers', () => {
    expect(readTriggers('[refuse]').refuseWith).toBe(500063);
    expect(readTriggers('[code:500069]').refuseWith).toBe(500069);
    expect(readTriggers('[status:10]').strangeStatus).toBe(10);
    expect(readTriggers('[seconds:2.5]').renderSeconds).toBe(2.5);
    expect(readTriggers('[slow]').slowness).toBe(10);
  });
});
