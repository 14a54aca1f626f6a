import { parseArgs } from 'node:util';
import { wholeNumber } from '../../command-line/whole-number.ts';

export const benchTiers = ['t0', 't1', 't2', 'embedded'] as const;
export type BenchTier = (typeof benchTiers)[number];

export const benchParts = ['floor', 'work', 'load', 'requests'] as const;
export type BenchPart = (typeof benchParts)[number];

export interface BenchOptions {
  readonly tiers: readonly BenchTier[];
  readonly parts: readonly BenchPart[];
  readonly jobs: number;
  /** Jobs that were over before the first one of the benchmark. */
  readonly histories: readonly number[];
  /** Whether a commit of PostgreSQL waits for the disk. */
  readonly syncs: readonly boolean[];
  /** Statements of a job that are listed, most frequent first. */
  readonly statements: number;
}

export const benchUsage = `npm run bench [-- options]

Measures jobs in three tiers, each beside its floor: a naive program that keeps the same job with four transactions.

  t0        everything in one process: provider inside, files in memory, PostgreSQL
  t1        api, worker, PostgreSQL, Redis; the provider over HTTP, unique files of 1 KB, no posters
  t2        the same with 720p videos and posters; without a history only
  embedded  one server process without PostgreSQL and Redis; once

Parts of a tier:

  floor     lives per second and processor time of the naive program
  work      the same of jobs, with the statements and transactions that each takes
  load      how long a job takes when jobs come by chance, at 70 % of what "work" reached
  requests  creating and reading a job over HTTP with 1, 16 and 64 clients, beside a bare Node server; t1, once

  --tier t0,t1,t2,embedded          all when left out
  --only floor,work,load,requests   all when left out
  --jobs <number>        in each measurement (2,000)
  --history <numbers>    jobs that were over before (0,100000)
  --sync off,on          whether commits wait for the disk; both when left out
  --statements <number>  lists so many statements of a job, most frequent first

Needs PostgreSQL and Redis. Compare figures of one run with each other, not runs with each other.
`;

/** null: the usage is asked for. @throws Error that names the option */
export function readBenchOptions(given: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...given],
    options: {
      tier: { type: 'string', default: benchTiers.join() },
      only: { type: 'string', default: benchParts.join() },
      jobs: { type: 'string', default: '2000' },
      history: { type: 'string', default: '0,100000' },
      sync: { type: 'string', default: 'off,on' },
      statements: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return values.help
    ? null
    : {
        tiers: someOf('tier', benchTiers, values.tier),
        parts: someOf('only', benchParts, values.only),
        jobs: wholeNumber('jobs', values.jobs),
        histories: values.history.split(',').map((text) => (text === '0' ? 0 : wholeNumber('history', text))),
        syncs: someOf('sync', ['off', 'on'] as const, values.sync).map((word) => word === 'on'),
        statements: values.statements === undefined ? 0 : wholeNumber('statements', values.statements),
      };
}

function someOf<Word extends string>(name: string, known: readonly Word[], given: string): readonly Word[] {
  const words = given.split(',');
  const chosen = known.filter((word) => words.includes(word));
  if (chosen.length !== new Set(words).size) {
    throw new Error(`--${name} must be some of ${known.join(', ')}, separated by commas.`);
  }
  return chosen;
}
