import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { isMachineFault } from './machine-fault.ts';

function errorOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('isMachineFault', () => {
  it('knows a file that is gone and a decoder that is not installed', () => {
    const load = createRequire(import.meta.url);
    expect(isMachineFault(errorOf(() => readFileSync('/nowhere/at/all')))).toBe(true);
    expect(isMachineFault(errorOf(() => load.resolve('a-decoder-that-is-not-here')))).toBe(true);
  });

  it('leaves a complaint of a decoder to the file', () => {
    expect(isMachineFault(new Error('Input buffer has corrupt header'))).toBe(false);
    expect(isMachineFault(null)).toBe(false);
  });
});
