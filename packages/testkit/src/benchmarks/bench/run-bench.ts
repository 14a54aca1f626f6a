import { printLine } from '../measure/print.ts';
import { Opened } from '../measure/run-benchmark.ts';
import { openInstallation } from './cluster/installation.ts';
import { runBurst } from './cluster/run-burst.ts';
import type { BenchVideo } from './cluster/unique-video.ts';
import { runFloor } from './floor/run-floor.ts';
import type { FloorFigures } from './floor/run-floor.ts';
import { runInProcess } from './in-process/run-in-process.ts';
import { openServers } from './open-servers.ts';
import type { BenchServers } from './open-servers.ts';
import type { BenchOptions, BenchTier } from './options.ts';
import { printBurst, printFloor, printInProcess, printStatements } from './report.ts';
import type { BenchConditions } from './report.ts';

/** Warm means that statements have names, connections are open, and functions are compiled. */
const warmUpShare = 0.1;
const fewestWarmUpJobs = 50;
/** A measurement that is not over by then ends. */
const maxSeconds = 300;

/** Measures what the options ask for, each tier beside the floor of the same conditions. */
export async function runBench(options: BenchOptions, opened: Opened): Promise<void> {
  for (const sync of options.syncs) {
    const round = new Opened();
    opened.add(() => round.close());
    const servers = await openServers(sync, round);
    printLine(`\nPostgreSQL ${servers.postgres.version}, sync ${sync ? 'on' : 'off'}`);
    const floor = options.parts.includes('floor')
      ? await runFloor(servers, Math.max(1_000, options.jobs))
      : [];
    if (floor.length > 0) {
      printFloor(floor, { sync, history: 0 });
    }
    if (options.parts.includes('work')) {
      for (const history of options.histories) {
        for (const tier of options.tiers) {
          await runTier(tier, options, servers, floor, { sync, history });
        }
      }
    }
    await round.close();
  }
}

async function runTier(
  tier: BenchTier,
  { jobs, statements }: BenchOptions,
  servers: BenchServers,
  floor: readonly FloorFigures[],
  conditions: BenchConditions,
): Promise<void> {
  const warmUpJobs = Math.max(fewestWarmUpJobs, Math.round(jobs * warmUpShare));
  const plan = { warmUpJobs, jobs, maxSeconds };
  if (tier === 't0') {
    const figures = await runInProcess(servers, plan, null);
    printInProcess(figures, floor, conditions);
    printStatements(figures.counts, statements);
    return;
  }
  const installed = new Opened();
  try {
    const installation = await openInstallation(servers, videoOf[tier], null, installed);
    const figures = await runBurst(servers, installation, plan);
    printBurst(`${tier.toUpperCase()}, ${videoOf[tier]}`, figures, floor, conditions);
    printStatements(figures.work.counts, statements);
  } finally {
    await installed.close();
  }
}

const videoOf: Readonly<Record<'t1' | 't2', BenchVideo>> = {
  t1: '1 KB without poster',
  t2: '720p with poster',
};
