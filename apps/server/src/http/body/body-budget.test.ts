import { describe, expect, it } from 'vitest';
import { BodyBudget } from './body-budget.ts';

const patient = new AbortController().signal;

/** The state of a wait at this moment. */
async function stateOf(taking: Promise<unknown>): Promise<string> {
  return Promise.race([
    taking.then((release) => (release === null ? 'given up' : 'admitted')),
    new Promise<string>((resolve) => setImmediate(() => resolve('waiting'))),
  ]);
}

describe('BodyBudget', () => {
  it('admits bodies in the order of arrival, as soon as there is room', async () => {
    const budget = new BodyBudget(100);
    const first = await budget.take(60, patient);
    const second = budget.take(50, patient);
    const third = budget.take(30, patient);
    // The third would fit, but if small bodies passed large ones, a large one could wait forever.
    expect([await stateOf(second), await stateOf(third)]).toEqual(['waiting', 'waiting']);
    first?.();
    expect([await stateOf(second), await stateOf(third)]).toEqual(['admitted', 'admitted']);
  });

  it('takes room back once, however often it is released', async () => {
    const budget = new BodyBudget(100);
    const release = await budget.take(100, patient);
    release?.();
    release?.();
    await budget.take(100, patient);
    expect(await stateOf(budget.take(1, patient))).toBe('waiting');
  });

  it('admits the next ones when a waiting body is given up', async () => {
    const budget = new BodyBudget(100);
    await budget.take(60, patient);
    const leaving = new AbortController();
    const large = budget.take(90, leaving.signal);
    const small = budget.take(40, patient);
    expect(await stateOf(small)).toBe('waiting');
    leaving.abort();
    expect([await stateOf(large), await stateOf(small)]).toEqual(['given up', 'admitted']);
  });

  it('does not wait for a client that is gone', async () => {
    const budget = new BodyBudget(1);
    await budget.take(1, patient);
    expect(await budget.take(1, AbortSignal.abort())).toBeNull();
  });
});
