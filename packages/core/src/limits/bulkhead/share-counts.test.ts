import { array, assert, boolean, constantFrom, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultShares } from '../../rules/places.ts';
import type { Destination, Shares } from '../../rules/places.ts';
import { ShareCounts } from './share-counts.ts';

/** Takes places for a destination until it gets no more. */
function fill(counts: ShareCounts, destination: Destination): number {
  let taken = 0;
  for (; counts.full(destination) === null; taken += 1) {
    counts.take(destination);
  }
  return taken;
}

function to(account: string, provider: string | null, host: string): Destination {
  return { account, provider, hosts: [host] };
}

/** Files that people name have no provider, and most installations one owner, so only hosts matter there. */
const forProviders = Object.entries<Shares>(defaultShares).filter(([work]) => work !== 'import');

describe('the places of each kind of work', () => {
  it.each(forProviders)(
    '%s: a healthy account gets in beside three of its provider that hang',
    (_, shares) => {
      const counts = new ShareCounts(shares);
      for (const account of ['a', 'b', 'c']) {
        fill(counts, to(account, 'p', 'h'));
      }
      expect(counts.full(to('healthy', 'p', 'h'))).toBeNull();
    },
  );

  it.each(forProviders)(
    '%s: a healthy provider has room beside two that hang with all accounts',
    (_, shares) => {
      const counts = new ShareCounts(shares);
      for (let account = 0; account < 100; account += 1) {
        fill(counts, to(`a${account}`, 'p', 'h'));
        fill(counts, to(`b${account}`, 'q', 'i'));
      }
      expect(fill(counts, to('healthy', 'r', 'j'))).toBeGreaterThanOrEqual(Math.min(4, shares.account));
    },
  );

  it('import: a healthy host has room beside two that hang, for one owner alone', () => {
    const counts = new ShareCounts(defaultShares.import);
    fill(counts, to('owner', null, 'h'));
    fill(counts, to('owner', null, 'i'));
    expect(fill(counts, to('owner', null, 'j'))).toBeGreaterThanOrEqual(4);
  });
});

describe('counting', () => {
  const shares = { account: 2, host: 4, provider: 4, total: 8 };
  const arrivals = array(
    record({
      account: constantFrom('a', 'b', 'c', 'd'),
      provider: constantFrom('p', 'q', null),
      hosts: constantFrom(['h'], ['i'], ['h', 'i']),
      leaves: boolean(),
    }),
    { maxLength: 60 },
  );

  it('never exceeds a share and forgets nothing, whatever comes and goes', () => {
    assert(
      property(arrivals, (list) => {
        const counts = new ShareCounts(shares);
        const inside: Destination[] = [];
        for (const { leaves, ...destination } of list) {
          const [first] = inside;
          if (leaves && first !== undefined) {
            counts.giveBack(first);
            inside.shift();
          } else if (counts.full(destination) === null) {
            counts.take(destination);
            inside.push(destination);
          }
          expect(counts.total).toBe(inside.length);
          expect(inside.length).toBeLessThanOrEqual(shares.total);
          for (const account of ['a', 'b', 'c', 'd']) {
            expect(inside.filter((one) => one.account === account).length).toBeLessThanOrEqual(
              shares.account,
            );
          }
          for (const host of ['h', 'i']) {
            expect(inside.filter(({ hosts }) => hosts.includes(host)).length).toBeLessThanOrEqual(
              shares.host,
            );
          }
        }
        for (const destination of inside) {
          counts.giveBack(destination);
        }
        expect(fill(counts, to('a', 'p', 'h'))).toBe(shares.account);
      }),
    );
  });

  it('notices what was given back since, of the share that was full', () => {
    const counts = new ShareCounts(shares);
    const one = to('a', 'p', 'h');
    counts.take(one);
    counts.take(one);
    const full = counts.full(one)?.key ?? '';
    const before = counts.stampOf(full);
    counts.markStuck(full);
    expect([full, counts.isStuck(full), counts.stampOf(full)]).toEqual(['account a', true, before]);
    counts.giveBack(one);
    expect(counts.isStuck(full)).toBe(false);
    expect(counts.stampOf(full)).not.toBe(before);
  });

  it('notices it of a share that was empty in between', () => {
    const counts = new ShareCounts(shares);
    const one = to('a', 'p', 'h');
    counts.take(one);
    const before = counts.stampOf('account a');
    counts.giveBack(one);
    counts.take(one);
    expect(counts.stampOf('account a')).not.toBe(before);
  });

  it('keeps nothing of a share that nobody uses, whoever asks for it', () => {
    const counts = new ShareCounts(shares);
    const one = to('a', 'p', 'h');
    counts.take(one);
    counts.giveBack(one);
    counts.markStuck('account a');
    expect([counts.stampOf('account a'), counts.isStuck('account a'), counts.size]).toEqual([0, false, 0]);
  });

  it('says which shares have room again', () => {
    const counts = new ShareCounts({ account: 2, host: 3, provider: 1, total: 8 });
    const one = to('a', 'p', 'h');
    // `take` counts and refuses nothing, so the provider has one place too many.
    counts.take(one);
    counts.take(one);
    expect(counts.giveBack(one)).toEqual(['account a', 'host h', 'total']);
  });

  it('names the fullest of several hosts', () => {
    const counts = new ShareCounts({ account: 9, host: 2, provider: 9, total: 9 });
    counts.take(to('a', 'p', 'h'));
    counts.take(to('a', 'p', 'i'));
    counts.take(to('b', 'p', 'i'));
    expect(counts.full({ account: 'c', provider: 'p', hosts: ['h', 'i'] })).toEqual({
      name: 'host',
      key: 'host i',
    });
  });

  it('refuses a place that was never taken', () => {
    expect(() => new ShareCounts(shares).giveBack(to('a', 'p', 'h'))).toThrow('never taken');
  });
});
