import { describe, expect, it } from 'vitest';
import type { Logger } from '@pixsim7/core';
import { createCallSequence } from './call-sequence.ts';
import { slowFirstQueryMilliseconds, slowQueryMilliseconds, watchRepository } from './watch-repository.ts';

function setUp(durationMs: number, called = ['things.find']) {
  const warnings: { fields: Record<string, unknown>; message: string }[] = [];
  const failures: unknown[] = [];
  let time = 1000;
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (fields, message) => warnings.push({ fields, message }),
    error: () => undefined,
  };
  const repository = {
    async find(value: string): Promise<string> {
      time += durationMs;
      if (value === 'bad') {
        throw new Error('refused');
      }
      return `found ${value}`;
    },
  };
  const watched = watchRepository('things', repository, {
    logger,
    now: () => time,
    calls: createCallSequence(),
    called: new Set(called),
    onFailure: (error) => failures.push(error),
  });
  return { watched, warnings, failures };
}

describe('watchRepository', () => {
  it('passes values and results through and is silent about a quick call', async () => {
    const { watched, warnings, failures } = setUp(slowQueryMilliseconds);
    expect(await watched.find('x')).toBe('found x');
    expect(warnings).toEqual([]);
    expect(failures).toEqual([]);
  });

  it('logs a slow call by its name, without its values', async () => {
    const { watched, warnings } = setUp(slowQueryMilliseconds + 1);
    await watched.find('a secret prompt');
    expect(warnings).toEqual([
      { fields: { query: 'things.find', duration_ms: 51 }, message: 'slow database query' },
    ]);
  });

  it('allows more time for the first call of a query, and for no other', async () => {
    const first = setUp(slowFirstQueryMilliseconds, []);
    await first.watched.find('x');
    expect(first.warnings).toEqual([]);
    await first.watched.find('x');
    expect(first.warnings).toHaveLength(1);
    const slow = setUp(slowFirstQueryMilliseconds + 1, []);
    await slow.watched.find('x');
    expect(slow.warnings).toHaveLength(1);
  });

  it('logs a slow call that fails, and tells of the failure', async () => {
    const { watched, warnings, failures } = setUp(200);
    await expect(watched.find('bad')).rejects.toThrow('refused');
    expect(warnings).toHaveLength(1);
    expect(failures).toEqual([expect.objectContaining({ message: 'refused' })]);
  });
});
