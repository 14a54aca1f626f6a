import { describe, expect, it, vi } from 'vitest';
import type { Logger } from '@pixsim7/core';
import { Cleanup } from './cleanup.ts';

function silentLogger() {
  return { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() } satisfies Logger;
}

describe('Cleanup', () => {
  it('closes in the opposite order and passes the grace on', async () => {
    const closed: string[] = [];
    const cleanup = new Cleanup(silentLogger());
    cleanup.add('first', async (graceMs) => void closed.push(`first ${graceMs}`));
    cleanup.add('second', async (graceMs) => void closed.push(`second ${graceMs}`));
    await cleanup.run(7);
    expect(closed).toEqual(['second 7', 'first 7']);
  });

  it('closes the rest when one fails, and says which', async () => {
    const logger = silentLogger();
    const cleanup = new Cleanup(logger);
    const rest = vi.fn(async () => undefined);
    cleanup.add('rest', rest);
    cleanup.add('broken', () => Promise.reject(new Error('no')));
    await cleanup.run();
    expect(rest).toHaveBeenCalledOnce();
    expect(logger.error).toHaveBeenCalledWith(
      expect.objectContaining({ part: 'broken' }),
      expect.any(String),
    );
  });

  it('closes once, however often it is asked', async () => {
    const close = vi.fn(async () => undefined);
    const cleanup = new Cleanup(silentLogger());
    cleanup.add('part', close);
    await Promise.all([cleanup.run(), cleanup.run()]);
    expect(close).toHaveBeenCalledOnce();
  });
});
