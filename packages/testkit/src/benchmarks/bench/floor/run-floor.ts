import { Pool } from 'pg';
import { countsPerJob, readCounts } from '../database-counts.ts';
import type { DatabaseCountsPerJob } from '../database-counts.ts';
import type { BenchServers } from '../open-servers.ts';
import { readProcessors, usedMilliseconds } from '../processors.ts';
import { liveAlone, liveInBatches } from './live.ts';
import type { Live } from './live.ts';
import { accountsOfFloor, floorTables } from './lives.ts';

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
  {
    name: '(a) four transactions',
    atATime: 20,
    times: 1,
    live: (pool) => liveAlone(pool, false),
  },
  {
    name: '(b) the same, named statements',
    atATime: 20,
    times: 1,
    live: (pool) => liveAlone(pool, true),
  },
  { name: '(c) in batches, 20 at a time', atATime: 20, times: 2, live: liveInBatches },
  { name: '(c) in batches, 200 at a time', atATime: 200, times: 4, live: liveInBatches },
];

/** As many connections as a process of the server has. */
const connections = 10;
const warmUpShare = 0.25;

/** Runs every kind of floor for so many lives, in a database of its own. */
export async function runFloor(servers: BenchServers, lives: number): Promise<readonly FloorFigures[]> {
  const database = await servers.createDatabase('floor', null);
  const pool = new Pool({ connectionString: servers.postgres.url(database), max: connections });
  // The pool says that it has ended before its connections have; the database is dropped under the last of them.
  pool.on('error', () => undefined);
  try {
    await pool.query(floorTables);
    const figures: FloorFigures[] = [];
    let numbers = 0;
    for (const { name, atATime, times, live } of kinds) {
      const liveMany = async (count: number): Promise<void> => {
        const last = numbers + Math.ceil(count);
        const one = live(pool);
        const oneAfterTheOther = async (): Promise<void> => {
          while (numbers < last) {
            numbers += 1;
            await one({ id: `life-${numbers}`, account: numbers % accountsOfFloor });
          }
        };
        await Promise.all(Array.from({ length: atATime }, oneAfterTheOther));
      };
      const count = lives * times;
      await liveMany(count * warmUpShare);
      const countsBefore = await readCounts(servers.probe, database, servers.countsStatements);
      const before = readProcessors({ client: process.pid, postgres: servers.postgres.pid() });
      const started = performance.now();
      await liveMany(count);
      const seconds = (performance.now() - started) / 1_000;
      const used = usedMilliseconds(
        before,
        readProcessors({ client: process.pid, postgres: servers.postgres.pid() }),
      );
      const countsAfter = await readCounts(servers.probe, database, servers.countsStatements);
      figures.push({
        name,
        livesPerSecond: count / seconds,
        client: used.client / count,
        postgres: used.postgres / count,
        counts: countsPerJob(countsBefore, countsAfter, count),
      });
    }
    return figures;
  } finally {
    await pool.end();
    await servers.dropDatabase(database);
  }
}
