import { rm } from 'node:fs/promises';
import { Pool } from 'pg';
import { createTestFolder } from '../../../servers/leftovers.ts';
import { Opened } from '../../measure/run-benchmark.ts';
import { startProvider } from '../cluster/installation.ts';
import type { BenchVideo } from '../cluster/unique-video.ts';
import { countsPerJob, readCounts } from '../database-counts.ts';
import type { DatabaseCountsPerJob } from '../database-counts.ts';
import type { BenchServers } from '../open-servers.ts';
import { readProcessors, usedMilliseconds } from '../processors.ts';
import { liveAlone, liveInBatches } from './live.ts';
import type { Live } from './live.ts';
import { accountsOfFloor, floorTables } from './lives.ts';
import { createFloorOutside } from './outside.ts';

export interface FloorFigures {
  readonly name: string;
  readonly livesPerSecond: number;
  /** Processor time of one life, in milliseconds. */
  readonly client: number;
  readonly postgres: number;
  readonly counts: DatabaseCountsPerJob;
}

interface FloorKind {
  readonly name: string;
  readonly atATime: number;
  /** Batches do more in the same time. */
  readonly times: number;
  readonly live: (pool: Pool) => Live;
}

const kinds: readonly FloorKind[] = [
  { name: '(a) four transactions', atATime: 20, times: 1, live: (pool) => liveAlone(pool, false) },
  { name: '(b) the same, named statements', atATime: 20, times: 1, live: (pool) => liveAlone(pool, true) },
  { name: '(c) in batches, 20 at a time', atATime: 20, times: 2, live: liveInBatches },
  { name: '(c) in batches, 200 at a time', atATime: 200, times: 4, live: liveInBatches },
];

/** As many connections as a process of the server has. */
const connections = 10;
const warmUpShare = 0.25;

/** Runs each kind of floor for so many lives, in a database of its own. */
export async function runFloor(servers: BenchServers, lives: number): Promise<readonly FloorFigures[]> {
  const figures: FloorFigures[] = [];
  for (const kind of kinds) {
    figures.push(await runKind(servers, kind, lives));
  }
  return figures;
}

/** Floor (b) with the requests to the provider and the file: what T1 and T2 cannot do without. */
export async function runFloorOverHttp(
  servers: BenchServers,
  video: BenchVideo,
  lives: number,
): Promise<FloorFigures> {
  const opened = new Opened();
  try {
    const provider = await startProvider(video, opened);
    const folder = await createTestFolder('floor');
    opened.add(() => rm(folder, { recursive: true, force: true }));
    const outside = createFloorOutside(provider.ready, folder);
    opened.add(async () => outside.close());
    const live = (pool: Pool): Live => liveAlone(pool, true, outside);
    return await runKind(
      servers,
      { name: '(d) as (b), with HTTP and files', atATime: 20, times: 1, live },
      lives,
    );
  } finally {
    await opened.close();
  }
}

async function runKind(
  servers: BenchServers,
  { name, atATime, times, live }: FloorKind,
  lives: number,
): Promise<FloorFigures> {
  const database = await servers.createDatabase('floor');
  const pool = new Pool({ connectionString: servers.postgres.url(database), max: connections });
  // The pool says that it has ended before its connections have; the database is dropped under the last of them.
  pool.on('error', () => undefined);
  const pids = { client: process.pid, postgres: servers.postgres.pid() };
  try {
    await pool.query(floorTables);
    const one = live(pool);
    let begun = 0;
    const liveMany = async (count: number): Promise<void> => {
      const last = begun + count;
      const oneAfterTheOther = async (): Promise<void> => {
        while (begun < last) {
          begun += 1;
          await one({ id: `life-${begun}`, account: begun % accountsOfFloor });
        }
      };
      await Promise.all(Array.from({ length: atATime }, oneAfterTheOther));
    };
    const count = lives * times;
    await liveMany(Math.ceil(count * warmUpShare));
    const countsBefore = await readCounts(servers.probe, database, servers.countsStatements);
    const before = readProcessors(pids);
    const started = performance.now();
    await liveMany(count);
    const seconds = (performance.now() - started) / 1_000;
    const used = usedMilliseconds(before, readProcessors(pids));
    const countsAfter = await readCounts(servers.probe, database, servers.countsStatements);
    const counts = countsPerJob(countsBefore, countsAfter, count);
    return {
      name,
      livesPerSecond: count / seconds,
      client: used.client / count,
      postgres: used.postgres / count,
      // Every transaction of the floor writes, and what writes is counted at once.
      counts: { ...counts, transactions: counts.writingTransactions },
    };
  } finally {
    await pool.end();
    await servers.dropDatabase(database);
  }
}
