import { parseArgs } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readOptions } from './read-options.ts';
import { wholeNumber } from './whole-number.ts';

const usage = 'npm run something [-- --runs <number>]\n';

function readRuns(args: string[]): number {
  return readOptions(usage, () => {
    const { values } = parseArgs({ args, options: { runs: { type: 'string', default: '5' } } });
    return wholeNumber('runs', values.runs);
  });
}

describe('the options of a program', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('are read', () => {
    expect(readRuns(['--runs', '7'])).toBe(7);
    expect(readRuns([])).toBe(5);
  });

  it.each([
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['--runs', 'many'], '--runs must be a whole number from 1.'],
    [['--runs', '-5'], "Option '--runs' argument is ambiguous."],
    [['--runs'], "Option '--runs <value>' argument missing"],
  ])('that are wrong are explained: %j', (args, reason) => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${String(code)}`);
    });
    expect(() => readRuns(args)).toThrow('exit 2');
    expect(written.mock.calls.flat()).toEqual([`${reason}\n\n${usage}`]);
  });
});
