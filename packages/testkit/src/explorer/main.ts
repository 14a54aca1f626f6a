import { parseArgs } from 'node:util';
import { readOptions } from '../command-line/read-options.ts';
import { wholeNumber } from '../command-line/whole-number.ts';
import { explore } from './explore.ts';
import type { Exploration } from './explore.ts';
import { depthOfEverything, fullDepth, smallWorlds } from './plans.ts';

const usage = `npm run explore [-- --depth <number>] [--runs <number>] [--world <part of its name>]

Walks every interleaving of small worlds: which process goes on, where one dies or stands still, which reply is lost,
which message comes twice. A state that was met before is not walked again. Prints how many states it saw.

  --depth   the deepest choice that is varied; left out, as deep as CI goes
  --runs    the greatest number of runs in each world; left out, no bound
`;

function describe(name: string, exploration: Exploration, seconds: number): string {
  const { states, runs, deepest, beyondDepth, complete } = exploration;
  const extent = !complete
    ? 'not complete'
    : beyondDepth === 0
      ? 'every interleaving'
      : 'every interleaving up to the depth';
  return `${name}: ${states} states in ${runs} runs, deepest choice ${deepest}, ${extent}, ${seconds.toFixed(1)} s`;
}

async function main(): Promise<number> {
  const options = readOptions(usage, () => {
    const { values } = parseArgs({
      options: {
        depth: { type: 'string' },
        runs: { type: 'string' },
        world: { type: 'string', default: '' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { depth, runs, world, help } = values;
    return {
      depth: depth === undefined ? undefined : wholeNumber('depth', depth),
      maxRuns: runs === undefined ? undefined : wholeNumber('runs', runs),
      world,
      help,
    };
  });
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const { depth, maxRuns, world } = options;
  let failures = 0;
  for (const plan of smallWorlds.filter(({ name }) => name.includes(world))) {
    const isLast = plan === smallWorlds.at(-1);
    const started = performance.now();
    const exploration = await explore(plan, {
      maxDepth: depth ?? (isLast ? depthOfEverything : fullDepth),
      ...(maxRuns === undefined ? {} : { maxRuns }),
    });
    const seconds = (performance.now() - started) / 1_000;
    process.stdout.write(`${describe(plan.name, exploration, seconds)}\n`);
    for (const { invariant, detail, path } of exploration.violations) {
      failures += 1;
      process.stdout.write(`  broken: ${invariant}: ${detail}\n  path: ${path.join(' ')}\n`);
    }
  }
  return failures === 0 ? 0 : 1;
}

process.exitCode = await main();
