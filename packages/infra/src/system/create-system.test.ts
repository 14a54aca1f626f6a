import { afterEach, describe, expect, it, vi } from 'vitest';
import { isIdentifier } from '@pixsim7/contracts';
import { createSystem } from './create-system.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('createSystem', () => {
  it('tells the time in milliseconds', () => {
    vi.useFakeTimers({ now: 1_790_000_000_123 });
    expect(createSystem().now()).toBe(1_790_000_000_123);
  });

  it('makes ids that sort by time and do not repeat', () => {
    vi.useFakeTimers({ now: 1_000 });
    const system = createSystem();
    const first = system.createId('job');
    vi.advanceTimersByTime(1_000);
    const second = system.createId('job');
    expect([isIdentifier('job', first), isIdentifier('job', second)]).toEqual([true, true]);
    expect(first < second).toBe(true);
    expect(new Set(Array.from({ length: 1000 }, () => system.createId('asset'))).size).toBe(1000);
  });

  it('makes random UUIDs', () => {
    const system = createSystem();
    expect(system.createUuid()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(system.createUuid()).not.toBe(system.createUuid());
  });

  it('calls at an interval until it is told to end', () => {
    vi.useFakeTimers();
    const call = vi.fn();
    const end = createSystem().every(500, call);
    vi.advanceTimersByTime(1_600);
    expect(call).toHaveBeenCalledTimes(3);
    end();
    vi.advanceTimersByTime(5_000);
    expect(call).toHaveBeenCalledTimes(3);
  });

  it('does not hold the process with its intervals', () => {
    const setInterval = vi.spyOn(globalThis, 'setInterval');
    const end = createSystem().every(60_000, () => undefined);
    const timer = setInterval.mock.results[0]?.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(false);
    end();
    setInterval.mockRestore();
  });
});
