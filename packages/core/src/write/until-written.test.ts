import { describe, expect, it, vi } from 'vitest';
import { ManualSystem } from '@pixsim7/testkit/bench';
import { StaleRowError } from '../ports/index.ts';
import { untilWritten } from './until-written.ts';

const full = new Error('No space left on device');

function setUp() {
  const system = new ManualSystem();
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const stopping = new AbortController();
  const run = (write: () => Promise<string>) => untilWritten({ logger, system }, stopping.signal, write);
  return { system, logger, stopping, run };
}

/** Lets every promise that can go on do so. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('untilWritten', () => {
  it('tries again with a growing pause until it works, and leaves no timer', async () => {
    const { system, logger, run } = setUp();
    const write = vi.fn<() => Promise<string>>().mockResolvedValue('written');
    for (let failures = 0; failures < 7; failures += 1) {
      write.mockRejectedValueOnce(full);
    }
    const running = run(write);
    const pauses: number[] = [];
    for (let pause = 0; pause < 7; pause += 1) {
      await settle();
      const [fields] = logger.error.mock.calls.at(-1) as [{ retry_in_ms: number }];
      pauses.push(fields.retry_in_ms);
      system.advance(fields.retry_in_ms);
    }
    expect(await running).toBe('written');
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(system.intervals).toBe(0);
  });

  it('gives up at once when the process stops', async () => {
    const { system, stopping, run } = setUp();
    const running = run(() => Promise.reject(full));
    await settle();
    stopping.abort();
    await expect(running).rejects.toBe(full);
    expect(system.intervals).toBe(0);
  });

  it('does not repeat what another try cannot change', async () => {
    const { run } = setUp();
    const write = vi.fn(() => Promise.reject(new StaleRowError('changed')));
    await expect(run(write)).rejects.toBeInstanceOf(StaleRowError);
    expect(write).toHaveBeenCalledOnce();
  });
});
