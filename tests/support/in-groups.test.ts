import { describe, expect, it } from 'vitest';
import { inGroups } from './in-groups.ts';

describe('inGroups', () => {
  it('does every item once, a few at a time, and keeps their order', async () => {
    let running = 0;
    let most = 0;
    const results = await inGroups(['a', 'b', 'c', 'd', 'e'], 2, async (item, index) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return `${index}${item}`;
    });
    expect(results).toEqual(['0a', '1b', '2c', '3d', '4e']);
    expect(most).toBe(2);
  });

  it('rejects with what went wrong', async () => {
    await expect(inGroups([1], 3, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
