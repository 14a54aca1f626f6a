import { describe, expect, it, vi } from 'vitest';
import { StaleRowError } from '../ports/index.ts';
import { retryStale } from './retry-stale.ts';

describe('retryStale', () => {
  it('does again what lost a race, and gives the result of the try that won', async () => {
    const work = vi
      .fn<() => Promise<string>>()
      .mockRejectedValueOnce(new StaleRowError('late'))
      .mockResolvedValue('won');
    expect(await retryStale(work)).toBe('won');
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('gives up a row that changes at every look', async () => {
    const work = vi.fn<() => Promise<never>>().mockRejectedValue(new StaleRowError('late'));
    await expect(retryStale(work)).rejects.toBeInstanceOf(StaleRowError);
    expect(work).toHaveBeenCalledTimes(8);
  });

  it('does nothing again after any other error', async () => {
    const work = vi.fn<() => Promise<never>>().mockRejectedValue(new Error('a bug'));
    await expect(retryStale(work)).rejects.toThrow('a bug');
    expect(work).toHaveBeenCalledTimes(1);
  });
});
