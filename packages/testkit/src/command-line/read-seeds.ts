import { parseArgs } from 'node:util';
import { readOptions } from './read-options.ts';
import { wholeNumber } from './whole-number.ts';

/** One run for each seed from the first on. */
export interface Seeds {
  readonly runs: number;
  readonly firstSeed: number;
}

/** Reads `--runs` and `--seed`; null when the usage is asked for, which is printed then. */
export function readSeeds(usage: string): Seeds | null {
  return readOptions(usage, () => {
    const { values } = parseArgs({
      options: {
        runs: { type: 'string', default: '1000' },
        seed: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(usage);
      return null;
    }
    return { runs: wholeNumber('runs', values.runs), firstSeed: wholeNumber('seed', values.seed) };
  });
}
