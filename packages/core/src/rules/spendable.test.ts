import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildBalanceReading, buildId } from '@pixsim7/testkit/builders';
import type { CreditExposure } from '../ports/index.ts';
import { spendableBalance } from './spendable.ts';

const accountId = buildId('account');
const readAt = 10_000;
const reading = buildBalanceReading(accountId, { amount: 100, observedAt: readAt });
const exposure = (changes: Partial<CreditExposure> = {}): CreditExposure => ({
  accountId,
  amount: 30,
  settled: false,
  acceptedAt: null,
  at: readAt - 5_000,
  ...changes,
});

describe('spendableBalance', () => {
  it('does not know what nobody read, and never says zero for it', () => {
    expect(spendableBalance(null, [exposure()], 'submit')).toEqual({
      known: false,
      held: 30,
      spendable: null,
    });
  });

  it('is the reading when nothing is open', () => {
    expect(spendableBalance(reading, [], 'submit')).toEqual({ known: true, held: 0, spendable: 100 });
  });

  it('may fall below zero: the debt is shown, not hidden', () => {
    expect(spendableBalance(reading, [exposure({ amount: 130 })], 'submit').spendable).toBe(-30);
  });

  it('counts an unknown amount as nothing', () => {
    expect(spendableBalance(reading, [exposure({ amount: null })], 'submit')).toMatchObject({
      held: 0,
      spendable: 100,
    });
  });

  it.each<[string, Partial<CreditExposure>, number, number]>([
    // what happened, the exposure, spendable where submit is charged, spendable where completion is
    ['is not accepted yet', {}, 70, 70],
    ['was accepted before the reading', { acceptedAt: readAt - 1 }, 100, 70],
    ['was accepted in the moment of the reading', { acceptedAt: readAt }, 70, 70],
    ['was accepted after the reading', { acceptedAt: readAt + 1 }, 70, 70],
    ['was settled before it', { acceptedAt: readAt - 2, settled: true, at: readAt - 1 }, 100, 100],
    ['was settled in its moment', { acceptedAt: readAt - 2, settled: true, at: readAt }, 100, 70],
    ['was settled after it', { acceptedAt: readAt + 1, settled: true, at: readAt + 2 }, 70, 70],
  ])('knows whether the reading contains what %s', (_, changes, onSubmit, onCompletion) => {
    expect(spendableBalance(reading, [exposure(changes)], 'submit').spendable).toBe(onSubmit);
    expect(spendableBalance(reading, [exposure(changes)], 'completion').spendable).toBe(onCompletion);
  });

  it('adds up: held is every open amount, and nothing makes more spendable than was read', () => {
    const anyExposure = fc.record({
      accountId: fc.constant(accountId),
      amount: fc.option(fc.nat(50)),
      settled: fc.boolean(),
      acceptedAt: fc.option(fc.nat(2 * readAt)),
      at: fc.nat(2 * readAt),
    });
    fc.assert(
      fc.property(
        fc.array(anyExposure),
        fc.constantFrom('submit' as const, 'completion' as const),
        (all, chargedAt) => {
          const { held, spendable } = spendableBalance(reading, all, chargedAt);
          const open = all.filter(({ settled }) => !settled);
          expect(held).toBe(open.reduce((sum, { amount }) => sum + (amount ?? 0), 0));
          const most = chargedAt === 'completion' ? reading.amount - held : reading.amount;
          expect(spendable).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});
