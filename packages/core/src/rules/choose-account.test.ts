import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountId } from '@pixsim7/contracts';
import { buildAccount, buildId } from '@pixsim7/testkit/builders';
import type { AccountRow } from '../model/index.ts';
import { chooseAccount } from './choose-account.ts';
import type { AccountCandidate, AccountDemand } from './choose-account.ts';

const now = 1_000_000;
const demand = (changes: Partial<AccountDemand> = {}): AccountDemand => ({
  pinnedAccountId: null,
  credits: 10,
  refusedBy: new Set(),
  ...changes,
});
const candidate = (
  account: Partial<AccountRow> = {},
  facts: Partial<Omit<AccountCandidate, 'account'>> = {},
): AccountCandidate => ({ account: buildAccount(account), usedSlots: 0, spendable: 100, ...facts });

function rankOf(candidates: readonly AccountCandidate[], changes: Partial<AccountDemand> = {}): string[] {
  const decision = chooseAccount(demand(changes), candidates, now);
  return decision.kind === 'ranked' ? decision.ranked.map(({ account }) => account.label) : [];
}

function waitOf(candidates: readonly AccountCandidate[], changes: Partial<AccountDemand> = {}) {
  const decision = chooseAccount(demand(changes), candidates, now);
  return decision.kind === 'wait' ? decision.wait : null;
}

describe('the ranking', () => {
  it.each<[string, AccountCandidate, AccountCandidate]>([
    [
      'priority before free slots',
      candidate({ label: 'first', priority: 1 }, { usedSlots: 1 }),
      candidate({ label: 'second', priority: 0 }),
    ],
    [
      'free slots before a small balance',
      candidate({ label: 'first', maxConcurrent: 3 }),
      candidate({ label: 'second', maxConcurrent: 2 }, { spendable: 10 }),
    ],
    [
      'the smallest balance that suffices',
      candidate({ label: 'first', lastUsedAt: 5 }, { spendable: 10 }),
      candidate({ label: 'second' }, { spendable: 11 }),
    ],
    [
      'a known balance before an unknown one',
      candidate({ label: 'first', lastUsedAt: 5 }, { spendable: 1_000 }),
      candidate({ label: 'second' }, { spendable: null }),
    ],
    [
      'the least recently used',
      candidate({ label: 'first', lastUsedAt: 4 }),
      candidate({ label: 'second', lastUsedAt: 5 }),
    ],
    [
      'one that was never used',
      candidate({ label: 'first', lastUsedAt: null }),
      candidate({ label: 'second', lastUsedAt: 1 }),
    ],
    ['the older id when all else is equal', candidate({ label: 'first' }), candidate({ label: 'second' })],
  ])('prefers %s', (_, better, worse) => {
    expect(rankOf([better, worse])).toEqual(['first', 'second']);
    expect(rankOf([worse, better])).toEqual(['first', 'second']);
  });

  it('marks exactly the best as chosen and keeps the reasons of all', () => {
    const [best, other] = [candidate({ priority: 1 }), candidate()];
    const refused = candidate({ enabled: false });
    const { choices } = chooseAccount(demand(), [refused, other, best], now);
    expect(choices.map(({ accountId, chosen }) => ({ accountId, chosen }))).toEqual([
      { accountId: best.account.id, chosen: true },
      { accountId: other.account.id, chosen: false },
      { accountId: refused.account.id, chosen: false },
    ]);
    expect(choices[2]?.reason).toBe('Switched off.');
    for (const { reason } of choices) {
      expect(reason).not.toBe('');
    }
  });

  it('does not let an unknown balance or an unknown price stop a job', () => {
    expect(rankOf([candidate({ label: 'a' }, { spendable: null })])).toEqual(['a']);
    expect(rankOf([candidate({ label: 'a' }, { spendable: 0 })], { credits: null })).toEqual(['a']);
    expect(rankOf([candidate({ label: 'a' }, { spendable: 10 })], { credits: 10 })).toEqual(['a']);
  });

  it('takes an account whose rest is over', () => {
    const rested = candidate({ label: 'a', status: 'cooldown', cooldownUntil: now, reason: 'Too many.' });
    expect(rankOf([rested])).toEqual(['a']);
  });
});

describe('why nobody can take it', () => {
  it.each<[string, AccountCandidate, string, string, number | null]>([
    ['switched off', candidate({ enabled: false }), 'account', 'Switched off.', null],
    ['disabled', candidate({ status: 'disabled', reason: 'Bad key.' }), 'account', 'Bad key.', null],
    ['exhausted', candidate({ status: 'exhausted', reason: 'Empty.' }), 'credits', 'Empty.', null],
    [
      'cooling down',
      candidate({ status: 'cooldown', cooldownUntil: now + 1, reason: 'Too many.' }),
      'cooldown',
      'Too many.',
      now + 1,
    ],
    ['poor', candidate({}, { spendable: 9 }), 'credits', 'Needs 10 credits, can spend 9.', null],
    ['full', candidate({ maxConcurrent: 2 }, { usedSlots: 2 }), 'slot', 'Waiting for a free slot.', null],
  ])('says of an account that is %s', (_, only, reason, detail, until) => {
    expect(waitOf([only])).toEqual({ reason, detail, until });
  });

  it('does not try again where it was refused', () => {
    const refusing = candidate();
    expect(waitOf([refusing], { refusedBy: new Set([refusing.account.id]) })).toEqual({
      reason: 'account',
      detail: 'Refused this job before.',
      until: null,
    });
  });

  it('says that there is no account', () => {
    expect(waitOf([])?.detail).toBe('This provider has no account yet.');
    expect(waitOf([candidate()], { pinnedAccountId: buildId('account') })?.detail).toBe(
      'The account that this job is pinned to was removed.',
    );
  });

  it('lets the reason that passes soonest speak for all', () => {
    const disabled = candidate({ status: 'disabled' });
    const poor = candidate({}, { spendable: 0 });
    const resting = candidate({ status: 'cooldown', cooldownUntil: now + 9 });
    const full = candidate({ maxConcurrent: 1 }, { usedSlots: 1 });
    expect(waitOf([disabled, poor, resting, full])?.reason).toBe('slot');
    expect(waitOf([disabled, poor, resting])?.reason).toBe('cooldown');
    expect(waitOf([disabled, poor])?.reason).toBe('credits');
    expect(waitOf([disabled])?.reason).toBe('account');
  });

  it('waits for the first of several rests to end', () => {
    const rests = [30, 10, 20].map((ms) => candidate({ status: 'cooldown', cooldownUntil: now + ms }));
    expect(waitOf(rests)).toEqual({
      reason: 'cooldown',
      detail: 'Every account is cooling down after a refusal by the provider.',
      until: now + 10,
    });
  });
});

describe('pinning and the sandbox', () => {
  it('takes only the pinned account, however good the others are', () => {
    const pinned = candidate({ label: 'pinned', priority: -100 });
    expect(rankOf([candidate({ priority: 100 }), pinned], { pinnedAccountId: pinned.account.id })).toEqual([
      'pinned',
    ]);
  });

  it('waits for a pinned account that is full', () => {
    const pinned = candidate({ maxConcurrent: 1 }, { usedSlots: 1 });
    expect(waitOf([candidate(), pinned], { pinnedAccountId: pinned.account.id })?.reason).toBe('slot');
  });

  it('makes no toy video beside a real account, unless it is asked for by name', () => {
    const toy = candidate({ label: 'toy', sandbox: true, priority: 100 });
    const real = candidate({ label: 'real' }, { usedSlots: 2 });
    expect(waitOf([toy, real])?.reason).toBe('slot');
    expect(rankOf([toy, real], { pinnedAccountId: toy.account.id })).toEqual(['toy']);
    expect(rankOf([toy])).toEqual(['toy']);
    expect(rankOf([toy, candidate({ enabled: false })])).toEqual(['toy']);
  });
});

describe('every decision', () => {
  const anyCandidate = fc
    .record({
      enabled: fc.boolean(),
      status: fc.constantFrom(
        'active' as const,
        'exhausted' as const,
        'cooldown' as const,
        'disabled' as const,
      ),
      priority: fc.integer({ min: -2, max: 2 }),
      maxConcurrent: fc.integer({ min: 1, max: 3 }),
      cooldownUntil: fc.option(fc.integer({ min: now - 5, max: now + 5 })),
      usedSlots: fc.nat(3),
      spendable: fc.option(fc.nat(20)),
    })
    .map(({ usedSlots, spendable, ...account }) => candidate(account, { usedSlots, spendable }));
  const anyCase = fc.array(anyCandidate, { maxLength: 6 }).chain((candidates) =>
    fc.record({
      candidates: fc.constant(candidates),
      shuffled: fc.shuffledSubarray(candidates, { minLength: candidates.length }),
      refusedBy: fc
        .subarray(candidates.map(({ account }): AccountId => account.id))
        .map((ids): ReadonlySet<AccountId> => new Set(ids)),
    }),
  );

  it('never breaks a limit, always has a reason, and does not depend on the order of the accounts', () => {
    fc.assert(
      fc.property(anyCase, ({ candidates, shuffled, refusedBy }) => {
        const decision = chooseAccount(demand({ refusedBy }), candidates, now);
        const ranked = decision.kind === 'ranked' ? decision.ranked : [];
        expect(decision.choices).toHaveLength(candidates.length);
        expect(decision.choices.filter(({ chosen }) => chosen)).toHaveLength(Math.min(1, ranked.length));
        expect(decision.kind === 'wait' ? decision.wait.detail : 'ranked').not.toBe('');
        for (const { account, usedSlots, spendable } of ranked) {
          expect(usedSlots).toBeLessThan(account.maxConcurrent);
          expect(spendable ?? 10).toBeGreaterThanOrEqual(10);
          expect(account.enabled && !refusedBy.has(account.id)).toBe(true);
          expect(['active', 'cooldown']).toContain(account.status);
          expect(account.cooldownUntil ?? 0).toBeLessThanOrEqual(now);
        }
        const reordered = chooseAccount(demand({ refusedBy }), shuffled, now);
        expect(reordered.kind === 'ranked' ? reordered.ranked : []).toEqual(ranked);
      }),
    );
  });
});
