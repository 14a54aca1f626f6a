import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTimeLimit } from './time-limit.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('startTimeLimit', () => {
  it('aborts after the time', () => {
    const { signal } = startTimeLimit(100);
    vi.advanceTimersByTime(99);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.reason).toMatchObject({ name: 'TimeoutError', message: 'no end after 100 ms' });
  });

  it('aborts with the outer signal and its reason', () => {
    const outer = new AbortController();
    const { signal } = startTimeLimit(100, outer.signal);
    outer.abort('stopping');
    expect([signal.aborted, signal.reason]).toEqual([true, 'stopping']);
  });

  it('is aborted from the start when the outer signal is', () => {
    expect(startTimeLimit(100, AbortSignal.abort('over')).signal.reason).toBe('over');
  });

  it('leaves no timer and no listener behind', () => {
    const outer = new AbortController();
    const limit = startTimeLimit(100, outer.signal);
    limit.end();
    expect(vi.getTimerCount()).toBe(0);
    outer.abort();
    expect(limit.signal.aborted).toBe(false);
  });
});
