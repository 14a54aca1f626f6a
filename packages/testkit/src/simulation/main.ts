import { readSeeds } from '../command-line/read-seeds.ts';
import { simulate } from './simulate.ts';
import { Tally } from './tally.ts';

const usage = `npm run simulate [-- --runs <number>] [--seed <first seed>]

Lives through so many histories, one for each seed from the first on, and checks every invariant after each.
A broken invariant names its seed; live through it again with --runs 1 --seed <seed>.
`;

/** Often enough to see that it goes on, seldom enough to read. */
const reportEvery = 500;

async function main(): Promise<number> {
  const seeds = readSeeds(usage);
  if (seeds === null) {
    return 0;
  }
  const { runs, firstSeed } = seeds;
  const started = performance.now();
  const tally = new Tally();
  for (let run = 0; run < runs; run += 1) {
    const found = tally.violations.length;
    tally.add(await simulate(firstSeed + run));
    for (const violation of tally.violations.slice(found)) {
      process.stdout.write(`${violation}\n`);
    }
    if ((run + 1) % reportEvery === 0) {
      process.stdout.write(`${run + 1} of ${runs}\n`);
    }
  }
  const seconds = (performance.now() - started) / 1_000;
  process.stdout.write(`\n${tally.describe()}\nreal time            ${seconds.toFixed(0)} s\n`);
  return tally.violations.length === 0 ? 0 : 1;
}

process.exitCode = await main();
