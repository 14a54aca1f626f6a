import { describe, expect, it } from 'vitest';
import { readBenchOptions } from './options.ts';

describe('readBenchOptions', () => {
  it('measures everything unless it is told what', () => {
    expect(readBenchOptions([])).toEqual({
      tiers: ['t0', 't1', 't2', 'embedded'],
      parts: ['floor', 'work', 'load', 'requests'],
      jobs: 2_000,
      histories: [0, 100_000],
      syncs: [false, true],
      statements: 0,
    });
  });

  it('takes a part', () => {
    const given = '--tier t1,t0 --only work --jobs 300 --history 0 --sync off --statements 20'.split(' ');
    expect(readBenchOptions(given)).toEqual({
      tiers: ['t0', 't1'],
      parts: ['work'],
      jobs: 300,
      histories: [0],
      syncs: [false],
      statements: 20,
    });
  });

  it.each([
    ['--tier t9'],
    ['--tier t1,t1,t3'],
    ['--only all'],
    ['--jobs 0'],
    ['--history few'],
    ['--sync maybe'],
  ])('refuses %s', (given) => {
    expect(() => readBenchOptions(given.split(' '))).toThrow(/^--/u);
  });

  it('tells when the usage is asked for', () => {
    expect(readBenchOptions(['--help', '--jobs', 'x'])).toBeNull();
  });
});
