import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withDeadline } from './deadline.ts';

const never = (): Promise<never> => new Promise(() => undefined);

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('withDeadline', () => {
  it('gives the value of work that finishes', async () => {
    const outcome = await withDeadline(async () => 'done', { timeoutMs: 1_000, signal: undefined });
    expect(outcome).toEqual({ ended: 'completed', value: 'done' });
  });

  it('gives the error of work that fails, also when it throws at once', async () => {
    const error = new Error('broken');
    const options = { timeoutMs: 1_000, signal: undefined };
    await expect(withDeadline(() => Promise.reject(error), options)).resolves.toEqual({
      ended: 'failed',
      error,
    });
    const throws = (): Promise<never> => {
      throw error;
    };
    await expect(withDeadline(throws, options)).resolves.toEqual({ ended: 'failed', error });
  });

  it('ends work that ignores its signal when the time is up, and not before', async () => {
    const settled = vi.fn<(outcome: unknown) => void>();
    const pending = withDeadline(never, { timeoutMs: 1_000, signal: undefined }).then(settled);
    await vi.advanceTimersByTimeAsync(999);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await pending;
    expect(settled).toHaveBeenCalledWith({ ended: 'timeout' });
  });

  it('ends when the caller aborts, and aborts the work', async () => {
    const caller = new AbortController();
    let seen: AbortSignal | undefined;
    const pending = withDeadline(
      (signal) => {
        seen = signal;
        return never();
      },
      { timeoutMs: 1_000, signal: caller.signal },
    );
    caller.abort();
    await expect(pending).resolves.toEqual({ ended: 'aborted' });
    expect(seen?.aborted).toBe(true);
  });

  it('aborts the work when the time is up', async () => {
    let seen: AbortSignal | undefined;
    const pending = withDeadline(
      (signal) => {
        seen = signal;
        return never();
      },
      { timeoutMs: 5, signal: new AbortController().signal },
    );
    await vi.advanceTimersByTimeAsync(5);
    await pending;
    expect(seen?.aborted).toBe(true);
  });

  it('does not start work for a signal that is aborted already', async () => {
    const work = vi.fn(never);
    const outcome = await withDeadline(work, { timeoutMs: 1_000, signal: AbortSignal.abort() });
    expect(outcome).toEqual({ ended: 'aborted' });
    expect(work).not.toHaveBeenCalled();
  });

  it('leaves no timer behind', async () => {
    await withDeadline(async () => 1, { timeoutMs: 60_000, signal: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no listener behind', async () => {
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    const add = vi.spyOn(signal, 'addEventListener');
    await withDeadline(async () => 1, { timeoutMs: 60_000, signal });
    expect(remove.mock.calls.map(([type, listener]) => [type, listener])).toEqual(
      add.mock.calls.map(([type, listener]) => [type, listener]),
    );
  });
});
