import { describe, expect, it } from 'vitest';
import { createMemoryBudget } from './memory-budget.ts';

/** Lets everything go on that can. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('a memory budget', () => {
  it('serves in the order of asking, and nobody overtakes who asks for less', async () => {
    const budget = createMemoryBudget(10);
    const served: string[] = [];
    const take = (name: string, bytes: number) =>
      budget.take(bytes).then((giveBack) => (served.push(name), giveBack));
    const first = await take('first', 6);
    const large = take('large', 8);
    const small = take('small', 2);
    await settle();
    expect(served).toEqual(['first']);
    first();
    (await large)();
    await small;
    expect(served).toEqual(['first', 'large', 'small']);
  });

  it('is not larger for memory that is given back twice', async () => {
    const budget = createMemoryBudget(10);
    const giveBack = await budget.take(10);
    giveBack();
    giveBack();
    await budget.take(10);
    let isServed = false;
    void budget.take(1).then(() => (isServed = true));
    await settle();
    expect(isServed).toBe(false);
  });

  it('gives everything to a request for more than there is', async () => {
    const budget = createMemoryBudget(10);
    const giveBack = await budget.take(50);
    let isServed = false;
    const next = budget.take(1).then(() => (isServed = true));
    await settle();
    expect(isServed).toBe(false);
    giveBack();
    await next;
    expect(isServed).toBe(true);
  });
});
