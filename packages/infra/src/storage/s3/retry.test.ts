import { describe, expect, it } from 'vitest';
import { BlobStoreError } from '../blob-store-error.ts';
import { createRetry } from './retry.ts';

const unavailable = new BlobStoreError('storage_unavailable', 'down');

function setUp(outcomes: (Error | string)[]) {
  const waits: number[] = [];
  const warnings: unknown[] = [];
  let calls = 0;
  const ignore = (): void => undefined;
  const retry = createRetry({
    waitsMs: [10, 20],
    random: () => 1,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
    },
    logger: {
      debug: ignore,
      info: ignore,
      error: ignore,
      warn: (fields, message) => warnings.push([fields, message]),
    },
  });
  const result = retry('do it', async () => {
    const outcome = outcomes[calls];
    calls += 1;
    if (outcome instanceof Error) {
      throw outcome;
    }
    return outcome;
  });
  return { result, waits, warnings, calls: () => calls };
}

describe('createRetry', () => {
  it('makes a call that succeeds once', async () => {
    const { result, calls, waits } = setUp(['done']);
    expect(await result).toBe('done');
    expect(calls()).toBe(1);
    expect(waits).toEqual([]);
  });

  it('waits longer each time and tells of it', async () => {
    const { result, waits, warnings } = setUp([unavailable, unavailable, 'done']);
    expect(await result).toBe('done');
    expect(waits).toEqual([10, 20]);
    expect(warnings).toEqual([
      [{ error: unavailable, waitMs: 10 }, 'The object store failed to do it; trying again'],
      [{ error: unavailable, waitMs: 20 }, 'The object store failed to do it; trying again'],
    ]);
  });

  it('gives up after the last wait with the last error', async () => {
    const last = new BlobStoreError('storage_unavailable', 'still down');
    const { result, calls } = setUp([unavailable, unavailable, last]);
    await expect(result).rejects.toBe(last);
    expect(calls()).toBe(3);
  });

  it.each([
    new BlobStoreError('access_denied', 'no'),
    new BlobStoreError('storage_refused', 'no'),
    new Error('a mistake in the program'),
  ])('does not repeat what would fail again: %s', async (error) => {
    const { result, calls } = setUp([error, 'done']);
    await expect(result).rejects.toBe(error);
    expect(calls()).toBe(1);
  });
});
