import { describe, expect, it } from 'vitest';
import { buildAccount } from '@pixsim7/testkit/builders';
import type { AccountRow } from '../model/index.ts';
import { nextReadingAt } from './balance-schedule.ts';

const minute = 60_000;
const now = 1_000 * minute;

describe('nextReadingAt', () => {
  it.each<[string, Partial<AccountRow>, boolean, number]>([
    ['an account that was never used', {}, true, 60],
    ['one that was used lately', { lastUsedAt: now - 59 * minute }, true, 10],
    ['one that was used long ago', { lastUsedAt: now - 60 * minute }, true, 60],
    ['one that waits for credits', { status: 'exhausted' }, true, 10],
    ['one whose credentials are refused', { status: 'disabled', lastUsedAt: now }, false, 60],
    ['a reading that failed', { lastUsedAt: now }, false, 5],
  ])('%s', (_, changes, succeeded, minutes) => {
    expect(nextReadingAt(buildAccount(changes), succeeded, now)).toBe(now + minutes * minute);
  });
});
