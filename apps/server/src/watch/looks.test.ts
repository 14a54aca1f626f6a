import { describe, expect, it } from 'vitest';
import type { TroubleCode } from '@pixsim7/contracts';
import { TroubleError } from '@pixsim7/infra';
import type { Trouble } from '@pixsim7/infra';
import { lookAtDatabase } from './look-at-database.ts';
import { lookAtRedis } from './look-at-redis.ts';
import { lookAtStorage, lookSeldom } from './look-at-storage.ts';
import { stoppedBy, works } from './part-state.ts';
import type { PartState } from './part-state.ts';
import type { Bound } from './time-bound.ts';

const bound: Bound = (work) => work;
const trouble = (code: TroubleCode): Trouble => ({ code, summary: `${code}.`, reason: '', advice: '' });
const fails = (code: TroubleCode) => () => Promise.reject(new TroubleError(trouble(code)));
const answers = () => Promise.resolve();
const finds = (code: TroubleCode | null) => async () => ({ trouble: code === null ? null : trouble(code) });
const short = (state: PartState): unknown[] =>
  state.status === 'works'
    ? ['works']
    : [state.status, state.trouble.code, ...(state.status === 'impaired' ? [state.impairment] : [])];

describe('a look at the database', () => {
  it.each([
    ['nothing is wrong', answers, finds(null), ['works']],
    ['it is embedded', answers, null, ['works']],
    ['it is embedded and fails', fails('disk_full'), null, ['refused', 'disk_full']],
    ['it is away', fails('no_answer'), fails('connection_refused'), ['absent', 'connection_refused']],
    ['only the open connections hang', fails('no_answer'), finds(null), ['absent', 'no_answer']],
    ['the role lost a right', answers, finds('rights_missing'), ['refused', 'rights_missing']],
    ['the role lost every right', fails('unknown'), finds('rights_missing'), ['refused', 'rights_missing']],
    [
      'the password was changed under open connections',
      answers,
      fails('login_refused'),
      ['impaired', 'login_refused', 'no_new_connections'],
    ],
    ['somebody holds a lock', answers, finds('locked'), ['impaired', 'locked', 'some_requests']],
    [
      'a newer version was here',
      answers,
      finds('newer_tables'),
      ['impaired', 'newer_tables', 'some_requests'],
    ],
  ] as const)('%s', async (_, ping, inspect, expected) => {
    expect(short(await lookAtDatabase({ ping }, inspect, bound))).toEqual(expected);
  });
});

describe('a look at Redis', () => {
  const found =
    (steps: TroubleCode | null, events: TroubleCode | null = null) =>
    async () => ({
      trouble: steps === null ? null : trouble(steps),
      eventsTrouble: events === null ? null : trouble(events),
    });
  it.each([
    ['nothing is wrong', answers, 'connected', found(null), ['works']],
    [
      'the connection for events is away',
      answers,
      'disconnected',
      found(null),
      ['impaired', 'connection_lost', 'late_events'],
    ],
    [
      'it is away',
      fails('no_answer'),
      'disconnected',
      fails('connection_refused'),
      ['absent', 'connection_refused'],
    ],
    ['it loads its data', answers, 'connected', found('starting'), ['absent', 'starting']],
    ['its memory is full', answers, 'connected', found('memory_full'), ['refused', 'memory_full']],
    [
      'only the channel is refused',
      answers,
      'disconnected',
      found(null, 'channel_rights_missing'),
      ['impaired', 'channel_rights_missing', 'late_events'],
    ],
    [
      'the password was changed under open connections',
      answers,
      'connected',
      fails('login_refused'),
      ['impaired', 'login_refused', 'no_new_connections'],
    ],
  ] as const)('%s', async (_, ping, status, inspect, expected) => {
    expect(short(await lookAtRedis({ ping, status: () => status }, inspect, bound))).toEqual(expected);
  });
});

describe('a look at the storage', () => {
  it('says what a failed write means', async () => {
    expect(await lookAtStorage({ ping: answers }, bound)).toEqual(works);
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const state = await lookAtStorage({ ping: () => Promise.reject(full) }, bound);
    expect(short(state)).toEqual(['refused', 'disk_full']);
  });

  it('is seldom made while it works, and at once again when it does not', async () => {
    let now = 0;
    let looks = 0;
    let state = works;
    const look = lookSeldom(
      async () => {
        looks += 1;
        return state;
      },
      () => now,
    );
    for (; now < 20_000; now += 1_000) {
      await look(bound);
    }
    expect(looks).toBe(5);
    state = stoppedBy(trouble('rights_missing'));
    for (; now < 25_000; now += 1_000) {
      expect((await look(bound)).status).toBe('refused');
    }
    expect(looks).toBe(10);
  });
});
