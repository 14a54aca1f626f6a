import { expect, it, vi } from 'vitest';
import type { DiskSpace } from '@pixsim7/core';
import { ManualSystem } from '@pixsim7/testkit/bench';
import { watchDisk } from './watch-disk.ts';

it('says each change once, and nothing after its end', async () => {
  const system = new ManualSystem();
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  let answer: () => Promise<DiskSpace> = async () => space(4_000);
  const stop = watchDisk({ reserveBytes: 1_000, read: () => answer() }, { system, logger });
  const look = async (next: () => Promise<DiskSpace>): Promise<number[]> => {
    answer = next;
    system.advance(10_000);
    await new Promise((resolve) => setImmediate(resolve));
    return [logger.info, logger.warn, logger.error].map((level) => level.mock.calls.length);
  };
  expect(await look(async () => space(4_000))).toEqual([0, 0, 0]);
  expect(await look(async () => space(1_500))).toEqual([0, 1, 0]);
  expect(await look(async () => space(900))).toEqual([0, 1, 1]);
  expect(await look(async () => space(900))).toEqual([0, 1, 1]);
  expect(await look(async () => space(10))).toEqual([0, 1, 2]);
  expect(await look(() => Promise.reject(new Error('EIO')))).toEqual([0, 1, 3]);
  expect(await look(async () => space(4_000))).toEqual([0, 2, 3]);
  stop();
  expect(await look(async () => space(10))).toEqual([0, 2, 3]);
});

function space(freeBytes: number): DiskSpace {
  return { freeBytes, totalBytes: 10_000, freeFiles: null };
}
