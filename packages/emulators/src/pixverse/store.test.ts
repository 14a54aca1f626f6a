import { describe, expect, it } from 'vitest';
import { balanceAt, chargedAt, creditsLeft } from './balance.ts';
import { defaultPixverseSettings } from './settings.ts';
import { openStore, replyHours } from './store.ts';
import type { Account, Entry, Generation, Store } from './store.ts';
import { replyToStore, storedReplyFor, tracedCallOf } from './trace-replay.ts';

const account: Account = { apiKey: 'sk-me', accountId: 1, creditMonthly: 30, creditPackage: 20 };

function accepted(id: string, change: Partial<Generation> = {}, running = 1): Entry {
  const generation: Generation = {
    id,
    apiKey: 'sk-me',
    traceId: id,
    operation: 'text_to_video',
    prompt: 'a fox',
    negativePrompt: '',
    seed: 1,
    style: '',
    resolution: 360,
    credits: 25,
    recipe: { width: 640, height: 360, label: '', segments: [] },
    createdAt: 0,
    endsAt: 10,
    outcome: 'success',
    strangeStatus: null,
    webhookId: null,
    ...change,
  };
  return { kind: 'generation_accepted', generation, running };
}

function storeWith(...entries: Entry[]): Store {
  const store = openStore(null, 0);
  store.commit([{ kind: 'account_opened', account }, ...entries]);
  return store;
}

describe('openStore', () => {
  it('keeps generations by account, in their order', () => {
    const store = storeWith(accepted('1'), accepted('2', { apiKey: 'sk-other' }), accepted('3'));
    expect(store.generationsOf('sk-me').map(({ id }) => id)).toEqual(['1', '3']);
    expect(store.generationsOf('sk-nobody')).toEqual([]);
  });

  it('remembers the most that ran at a time, for each account', () => {
    const store = storeWith(accepted('1', {}, 2), accepted('2', {}, 3), accepted('3', {}, 1));
    expect(store.maxRunningOf('sk-me')).toBe(3);
    expect(store.maxRunningOf('sk-other')).toBe(0);
  });

  it('makes a generation that could not be rendered a failed one, wherever it is looked at', () => {
    const store = storeWith(accepted('1'), { kind: 'render_failed', id: '1' });
    expect(store.generations.get('1')?.outcome).toBe('failed');
    expect(store.generationsOf('sk-me')[0]?.outcome).toBe('failed');
  });

  it('ignores facts about what it does not know', () => {
    const store = storeWith(
      { kind: 'render_failed', id: '9' },
      { kind: 'credits_set', apiKey: 'sk-nobody', creditMonthly: 1, creditPackage: 1 },
    );
    expect([store.generations.size, store.accounts.size]).toEqual([0, 1]);
  });

  it('forgets replies after their time, so that polls do not fill the memory', () => {
    const store = storeWith();
    const reply = { status: 200, body: '' };
    const lifetime = replyHours * 60 * 60 * 1000;
    const store1 = (key: string, at: number): void =>
      store.commit([{ kind: 'reply_stored', stored: { key, bodyHash: '', reply, at } }]);
    store1('a', 0);
    store1('b', 10);
    store1('c', lifetime + 5);
    expect([...store.replies.keys()]).toEqual(['b', 'c']);
  });
});

describe('balanceAt', () => {
  it('spends the monthly credits first', () => {
    expect(balanceAt(storeWith(accepted('1')), account, 0)).toEqual({ creditMonthly: 5, creditPackage: 20 });
    const balance = balanceAt(storeWith(accepted('1'), accepted('2')), account, 0);
    expect(balance).toEqual({ creditMonthly: 0, creditPackage: 0 });
    expect(creditsLeft(balance)).toBe(0);
  });

  it('gives back what failed, at the moment it failed', () => {
    const store = storeWith(accepted('1', { outcome: 'moderated' }), accepted('2', { apiKey: 'sk-other' }));
    expect([chargedAt(store, 'sk-me', 9), chargedAt(store, 'sk-me', 10)]).toEqual([25, 0]);
  });
});

describe('trace replay', () => {
  const body = new TextEncoder().encode('body');
  const call = tracedCallOf('sk-me', 'POST', '/path', 'trace', body);
  const reply = { status: 200, body: '{}' };

  it('separates keys, methods, paths and trace ids, however they are cut', () => {
    const keys = [
      tracedCallOf('sk-a', 'POST', '/path', 't', body),
      tracedCallOf('sk-b', 'POST', '/path', 't', body),
      tracedCallOf('sk-a', 'GET', '/path', 't', body),
      tracedCallOf('sk-a', 'POST', '/other', 't', body),
      tracedCallOf('sk-a', 'POST', '/pat', 'ht', body),
    ].map(({ key }) => key);
    expect(new Set(keys).size).toBe(5);
  });

  it.each<[boolean, Partial<typeof defaultPixverseSettings>, boolean]>([
    [true, {}, true],
    [false, {}, false],
    [false, { replay_errors: true }, true],
    [true, { replay_posts: false }, false],
    [true, { replay_gets: false }, true],
  ])('of a success %s with %j is stored: %s', (succeeded, change, isStored) => {
    const settings = { ...defaultPixverseSettings, ...change };
    expect(replyToStore(call, reply, succeeded, settings, 0) !== null).toBe(isStored);
  });

  it('ends after the hours that are set', () => {
    const store = storeWith({ kind: 'reply_stored', stored: { ...call, reply, at: 0 } });
    const settings = { ...defaultPixverseSettings, replay_hours: 1 };
    expect(storedReplyFor(call, store, settings, 3_599_999)).toBe(reply);
    expect(storedReplyFor(call, store, settings, 3_600_000)).toBeNull();
  });
});
