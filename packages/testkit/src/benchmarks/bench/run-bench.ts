import { printLine } from '../measure/print.ts';
import { Opened } from '../measure/run-benchmark.ts';
import { openInstallation } from './cluster/installation.ts';
import { runBurst } from './cluster/run-burst.ts';
import type { BurstFigures } from './cluster/run-burst.ts';
import type { BenchVideo } from './cluster/unique-video.ts';
import { runEmbedded } from './embedded/run-embedded.ts';
import { runFloor, runFloorOverHttp } from './floor/run-floor.ts';
import type { FloorFigures } from './floor/run-floor.ts';
import { runInProcess } from './in-process/run-in-process.ts';
import { loadShare, runOpenLoop } from './load/open-loop.ts';
import { openServers } from './open-servers.ts';
import type { BenchServers } from './open-servers.ts';
import type { BenchOptions } from './options.ts';
import {
  printBurst,
  printEmbedded,
  printFloor,
  printInProcess,
  printRequests,
  printStatements,
} from './report.ts';
import type { BenchConditions } from './report.ts';
import { runRequests } from './requests/run-requests.ts';

/** Warm means that statements have names, connections are open, and functions are compiled. */
const warmUpShare = 0.1;
const fewestWarmUpJobs = 50;
/** The longest part of a measurement; it ends then with what was done. */
const maxSeconds = 180;
/** The embedded database does a few a second. */
const mostEmbeddedJobs = 300;
const mostRequests = 500;

/** Measures what the options ask for, each tier beside the floor of the same conditions. */
export async function runBench(options: BenchOptions, opened: Opened): Promise<void> {
  const has = (part: BenchOptions['parts'][number]): boolean => options.parts.includes(part);
  if (options.tiers.includes('embedded') && (has('work') || has('load'))) {
    printEmbedded(await runEmbedded(planOf(Math.min(options.jobs, mostEmbeddedJobs))));
  }
  if (options.tiers.every((tier) => tier === 'embedded')) {
    return;
  }
  for (const [place, sync] of options.syncs.entries()) {
    const round = new Opened();
    opened.add(() => round.close());
    const servers = await openServers(sync, round);
    printLine(`\nPostgreSQL ${servers.postgres.version}, sync ${sync ? 'on' : 'off'}`);
    const floor = has('floor') ? await runFloor(servers, livesOf(options)) : [];
    if (has('floor')) {
      printFloor(floor, { sync, history: 0 });
    }
    for (const tier of ['t0', 't1', 't2'] as const) {
      if (options.tiers.includes(tier)) {
        await runTier(tier, options, servers, floor, sync);
      }
    }
    if (place === 0 && has('requests') && options.tiers.includes('t1')) {
      printRequests(await runRequests(servers, Math.min(options.jobs, mostRequests)));
    }
    await round.close();
  }
}

async function runTier(
  tier: 't0' | 't1' | 't2',
  options: BenchOptions,
  servers: BenchServers,
  floorOfAll: readonly FloorFigures[],
  sync: boolean,
): Promise<void> {
  const floor = [...floorOfAll];
  if (tier !== 't0' && options.parts.includes('floor')) {
    const overHttp = await runFloorOverHttp(servers, videoOf[tier], livesOf(options));
    printFloor([overHttp], { sync, history: 0 });
    floor.push(overHttp);
  }
  if (!options.parts.includes('work') && !options.parts.includes('load')) {
    return;
  }
  // A history changes what the database does; T2 is there for what comes on top of T1.
  const histories = tier === 't2' ? options.histories.slice(0, 1) : options.histories;
  for (const history of histories) {
    if (tier === 't0') {
      const withLoad = options.parts.includes('load');
      const figures = await runInProcess(servers, { ...planOf(options.jobs), history, withLoad });
      printInProcess(figures, floor, { sync, history });
      printStatements(figures.counts, options.statements);
    } else {
      await runClusterTier(tier, options, servers, floor, { sync, history });
    }
  }
}

async function runClusterTier(
  tier: 't1' | 't2',
  { jobs, parts, statements }: BenchOptions,
  servers: BenchServers,
  floor: readonly FloorFigures[],
  conditions: BenchConditions,
): Promise<void> {
  const video = videoOf[tier];
  const opened = new Opened();
  try {
    const installation = await openInstallation(servers, video, conditions.history, opened);
    const figures = await runBurst(servers, installation, planOf(jobs));
    const { client, probe } = installation;
    // Jobs that are left would be in the way of those that come.
    const isIdle = figures.work.jobs === figures.creation.jobs;
    const load =
      parts.includes('load') && isIdle
        ? await runOpenLoop(() => client.createJob(), probe, capacityOf(figures) * loadShare, jobs)
        : null;
    printBurst(`${tier.toUpperCase()}, ${video}`, figures, load, floor, conditions);
    printStatements(figures.work.counts, statements);
  } finally {
    await opened.close();
  }
}

/** Jobs a second from creation to end: both phases used the processors up, one after the other. */
function capacityOf({ creation, work }: BurstFigures): number {
  return 1 / (creation.seconds / creation.jobs + work.seconds / work.jobs);
}

function planOf(jobs: number): { warmUpJobs: number; jobs: number; maxSeconds: number } {
  return { warmUpJobs: Math.max(fewestWarmUpJobs, Math.round(jobs * warmUpShare)), jobs, maxSeconds };
}

function livesOf({ jobs }: BenchOptions): number {
  return Math.max(1_000, jobs);
}

const videoOf: Readonly<Record<'t1' | 't2', BenchVideo>> = {
  t1: '1 KB without poster',
  t2: '720p with poster',
};
