import { describe, expect, it } from 'vitest';
import { buildId } from '@pixsim7/testkit/builders';
import { LastLooks } from './last-looks.ts';

describe('the last looks of a process', () => {
  it('say when each attempt was looked at last, once', () => {
    const looks = new LastLooks();
    const [first, second] = [buildId('submission'), buildId('submission')];
    looks.note(first, 1);
    looks.note(second, 2);
    looks.note(first, 3);
    expect([looks.take(first), looks.take(first), looks.take(second)]).toEqual([3, null, 2]);
  });

  it('forget the attempt that was looked at longest ago when there are too many', () => {
    const looks = new LastLooks();
    const ids = Array.from({ length: 20_001 }, () => buildId('submission'));
    const [first, second] = ids;
    if (first === undefined || second === undefined) {
      throw new Error('There are no ids.');
    }
    ids.slice(0, -1).forEach((id, at) => looks.note(id, at));
    looks.note(first, 20_000);
    ids.slice(-1).forEach((id) => looks.note(id, 20_001));
    expect([looks.take(first), looks.take(second)]).toEqual([20_000, null]);
  });
});
