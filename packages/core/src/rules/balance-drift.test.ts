import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttemptCharge } from '../ports/index.ts';
import { balanceDrift } from './balance-drift.ts';

const minute = 60_000;
const earlier = { amount: 100, unit: 'credits', observedAt: 100 * minute };
const at = 200 * minute;
const reading = (amount: number) => ({ amount, unit: 'credits', observedAt: at });

const charge = (changes: Partial<AttemptCharge> = {}): AttemptCharge => ({
  held: 10,
  sentAt: 150 * minute,
  acceptedAt: 150 * minute + 1,
  ending: { kind: 'settle', amount: 10, at: 160 * minute },
  ...changes,
});
const settled = (amount: number | null, endedAt = 160 * minute): Pick<AttemptCharge, 'ending'> => ({
  ending: { kind: 'settle', amount, at: endedAt },
});
const released = (endedAt = 160 * minute): Pick<AttemptCharge, 'ending'> => ({
  ending: { kind: 'release', amount: 0, at: endedAt },
});
const before = { sentAt: 50 * minute, acceptedAt: 51 * minute };
const running = { ending: null };

describe('balanceDrift', () => {
  it.each<[string, 'submit' | 'completion', AttemptCharge[], [number, number | null][]]>([
    [
      'nothing happened',
      'submit',
      [],
      [
        [100, 0],
        [93, -7],
        [600, 500],
      ],
    ],
    [
      'a generation from begin to end',
      'submit',
      [charge()],
      [
        [90, 0],
        [100, 10],
        [80, -10],
      ],
    ],
    [
      'the figure of the provider, not the quote',
      'submit',
      [charge(settled(13))],
      [
        [87, 0],
        [90, 3],
      ],
    ],
    [
      'charged before, settled since',
      'submit',
      [charge(before)],
      [
        [100, 0],
        [90, -10],
      ],
    ],
    [
      'the same, of who charges at the end',
      'completion',
      [charge()],
      [
        [90, 0],
        [100, 10],
      ],
    ],
    [
      'done at an unknown time, charged then',
      'completion',
      [charge(before)],
      [
        [90, 0],
        [100, 0],
        [89, -1],
      ],
    ],
    [
      'given back since',
      'submit',
      [charge({ ...before, ...released() })],
      [
        [110, 0],
        [100, 0],
        [111, 1],
      ],
    ],
    [
      'taken and given back',
      'submit',
      [charge(released())],
      [
        [100, 0],
        [90, -10],
      ],
    ],
    [
      'never charged',
      'completion',
      [charge(released())],
      [
        [100, 0],
        [90, -10],
      ],
    ],
    ['refused at the door', 'submit', [charge({ acceptedAt: null, ...released() })], [[90, -10]]],
    [
      'running',
      'submit',
      [charge(running)],
      [
        [100, 0],
        [90, 0],
        [89, -1],
        [101, 1],
      ],
    ],
    [
      'running since before',
      'completion',
      [charge({ ...before, ...running })],
      [
        [90, 0],
        [89, -1],
      ],
    ],
    [
      'unanswered',
      'submit',
      [charge({ acceptedAt: null, ...running })],
      [
        [90, 0],
        [100, 0],
        [88, -2],
      ],
    ],
    ['sent long after', 'submit', [charge({ ...running, sentAt: at + 2 * minute })], [[90, -10]]],
    [
      'sent while the balance was read',
      'submit',
      [charge({ ...running, sentAt: at + 1 })],
      [
        [90, 0],
        [100, 0],
      ],
    ],
    [
      'charged, nobody knows how much',
      'submit',
      [charge(settled(null))],
      [
        [90, 0],
        [100, 0],
        [89, -1],
      ],
    ],
    ['of unknown price, running', 'submit', [charge({ held: null, ...running })], [[50, null]]],
    [
      'of unknown price, told in the end',
      'submit',
      [charge({ held: null, ...settled(7) })],
      [
        [93, 0],
        [92, -1],
      ],
    ],
    [
      'of unknown price, over long ago',
      'submit',
      [charge({ ...before, held: null, ...settled(null) })],
      [[100, 0]],
    ],
  ])('%s, charged at %s', (_, chargedAt, charges, cases) => {
    for (const [amount, drift] of cases) {
      expect([amount, balanceDrift(earlier, reading(amount), charges, chargedAt)]).toEqual([amount, drift]);
    }
  });

  it('is not known between readings of different units, or in the wrong order', () => {
    expect(balanceDrift({ ...earlier, unit: 'points' }, reading(100), [], 'submit')).toBeNull();
    expect(balanceDrift({ ...earlier, observedAt: at }, reading(100), [], 'submit')).toBeNull();
  });

  it('does not take the rounding of sums for drift', () => {
    const charges = [charge(settled(0.1)), charge(settled(0.2))];
    expect(balanceDrift(earlier, reading(99.7), charges, 'submit')).toBeCloseTo(0, 6);
  });

  it('is zero whatever happened, when the provider did what the ledger says', () => {
    const moment = fc.integer({ min: 0, max: 300 }).map((minutes) => minutes * minute);
    const attempt = fc.record({
      price: fc.integer({ min: 1, max: 50 }),
      sentAt: moment,
      takes: moment,
      lasts: moment,
      end: fc.constantFrom('settle', 'release', 'open'),
    });
    fc.assert(
      fc.property(fc.array(attempt), (attempts) => {
        let truth = earlier.amount;
        const charges: AttemptCharge[] = [];
        for (const { price, sentAt, takes, lasts, end } of attempts) {
          const acceptedAt = sentAt + takes;
          const endedAt = acceptedAt + lasts;
          // It is charged on acceptance, and given back at the end unless it is settled.
          const has = (time: number): number =>
            time >= acceptedAt && !(end === 'release' && time >= endedAt) ? price : 0;
          truth += has(earlier.observedAt) - has(at);
          if (sentAt > at) {
            continue;
          }
          const isAccepted = acceptedAt <= at;
          const isEnded = end !== 'open' && endedAt <= at;
          if (isEnded && endedAt < earlier.observedAt) {
            continue;
          }
          charges.push({
            held: price,
            sentAt,
            acceptedAt: isAccepted ? acceptedAt : null,
            ending: isEnded ? { kind: end, amount: end === 'settle' ? price : 0, at: endedAt } : null,
          });
        }
        expect(balanceDrift(earlier, reading(truth), charges, 'submit')).toBe(0);
      }),
    );
  });
});
