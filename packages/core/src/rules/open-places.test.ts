import { describe, expect, it } from 'vitest';
import type { WorkspaceId } from '@pixsim7/contracts';
import { buildAccount, buildId } from '@pixsim7/testkit/builders';
import type { AccountRow } from '../model/index.ts';
import type { AccountCandidate } from './choose-account.ts';
import { nextReturn, roomOf } from './open-places.ts';

const now = 1_000_000;
const candidate = (
  account: Partial<AccountRow> = {},
  facts: Partial<Omit<AccountCandidate, 'account'>> = {},
): AccountCandidate => ({
  account: buildAccount({ maxConcurrent: 3, ...account }),
  usedSlots: 0,
  spendable: 100,
  ...facts,
});

describe('the room of accounts', () => {
  const mine = buildId('workspace');
  const other = buildId('workspace');

  it('names for each workspace the accounts that can take a job, and the highest price', () => {
    const open = [
      candidate({}, { usedSlots: 1 }),
      candidate({}, { spendable: 7 }),
      candidate({
        crowding: { limit: 2, refusals: 1, since: now },
        cooldownUntil: now + 1,
        status: 'cooldown',
      }),
    ];
    const closed = [
      candidate({}, { usedSlots: 3 }),
      candidate({ enabled: false }),
      candidate({ status: 'disabled' }),
      candidate({ status: 'exhausted' }),
      candidate({ status: 'cooldown', cooldownUntil: now + 1 }),
    ];
    const pools = new Map<WorkspaceId, AccountCandidate[]>([
      [mine, [...closed, ...open]],
      [other, closed],
    ]);
    expect(roomOf(pools, now)).toEqual({
      places: [{ workspaceId: mine, accountIds: open.map(({ account }) => account.id), maxCredits: 100 }],
      slots: 2 + 3 + 2,
    });
  });

  it('takes a balance that is not known for one that suffices', () => {
    const pools = new Map([[mine, [candidate(), candidate({}, { spendable: null })]]]);
    expect(roomOf(pools, now).places).toMatchObject([{ maxCredits: null }]);
  });
});

describe('the next return', () => {
  const rests = (until: number, changes: Partial<AccountRow> = {}): AccountCandidate =>
    candidate({ status: 'cooldown', cooldownUntil: until, ...changes });

  it.each<[string, AccountCandidate[], number | null]>([
    ['is that of the first that rests', [rests(now + 9), rests(now + 5), candidate()], now + 5],
    ['is none when nobody rests', [candidate(), rests(now)], null],
    ['is none for one that is switched off', [rests(now + 5, { enabled: false })], null],
  ])('%s', (_, candidates, at) => {
    expect(nextReturn(candidates, now)).toBe(at);
  });
});
