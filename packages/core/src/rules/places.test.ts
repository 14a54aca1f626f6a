import { describe, expect, it } from 'vitest';
import { fullShare } from './places.ts';
import type { Destination, Use } from './places.ts';

const shares = { account: 2, host: 8, provider: 8, total: 16 };
const destination: Destination = { account: 'a', provider: 'p', hosts: ['h'] };
const nothing: Use = { account: 0, hosts: [0], provider: 0, total: 0 };

describe('fullShare', () => {
  it.each<[string, Partial<Use>, ReturnType<typeof fullShare>]>([
    ['nothing is in use', {}, null],
    ['the account has one place', { account: 1 }, null],
    ['the account has all of its places', { account: 2 }, 'account'],
    ['three quarters of the host are taken and the account has a place', { account: 1, hosts: [6] }, 'host'],
    ['three quarters of the host are taken and the account has none', { hosts: [6] }, null],
    ['the host is full', { hosts: [8] }, 'host'],
    ['one of two hosts is full', { hosts: [0, 8] }, 'host'],
    ['three quarters of the provider are taken', { account: 1, provider: 6 }, 'provider'],
    ['one place of the provider is left for a newcomer', { provider: 7 }, null],
    ['the provider is full', { provider: 8 }, 'provider'],
    ['three quarters of everything are taken', { account: 1, total: 12 }, 'total'],
    ['everything is taken', { total: 16 }, 'total'],
  ])('when %s', (_when, use, full) => {
    expect(fullShare(destination, { ...nothing, ...use }, shares)).toBe(full);
  });

  it('asks no provider where there is none', () => {
    expect(fullShare({ ...destination, provider: null }, { ...nothing, provider: 8 }, shares)).toBeNull();
  });

  it.each([
    [1, 1, 'account'],
    [5, 1, null],
    [0, 0, null],
  ])('an account with %i slots and %i places in use: %s', (slots, account, full) => {
    expect(fullShare({ ...destination, slots }, { ...nothing, account }, shares)).toBe(full);
  });
});
