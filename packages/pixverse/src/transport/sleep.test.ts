import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sleep } from './sleep.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('sleep', () => {
  it('ends after the delay, and not before', async () => {
    const woke = vi.fn<() => void>();
    const pending = sleep(100, undefined).then(woke);
    await vi.advanceTimersByTimeAsync(99);
    expect(woke).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await pending;
    expect(woke).toHaveBeenCalledOnce();
  });

  it('ends early on an abort and leaves no timer behind', async () => {
    const controller = new AbortController();
    const pending = sleep(60_000, controller.signal);
    controller.abort();
    await pending;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not start on a signal that is aborted already', async () => {
    await sleep(60_000, AbortSignal.abort());
    expect(vi.getTimerCount()).toBe(0);
  });
});
