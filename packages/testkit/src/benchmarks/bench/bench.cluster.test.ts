import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireServers } from '../../servers/child-server.ts';
import { findPostgresInstallations } from '../../servers/postgres-installations.ts';
import { hasRedisServer } from '../../servers/redis-server.ts';
import { Opened } from '../measure/run-benchmark.ts';
import { runFloor } from './floor/run-floor.ts';
import { runInProcess } from './in-process/run-in-process.ts';
import { openServers } from './open-servers.ts';
import type { BenchServers } from './open-servers.ts';

const hasServers = findPostgresInstallations().length > 0 && hasRedisServer();
if (!hasServers) {
  requireServers('postgres or redis-server');
}

describe.skipIf(!hasServers)('the benchmark of jobs', () => {
  const opened = new Opened();
  let servers: BenchServers;

  beforeAll(async () => {
    servers = await openServers(false, opened);
  });
  afterAll(() => opened.close());

  it('takes lives of the floor through four transactions each', async () => {
    const [alone, , batched] = await runFloor(servers, 400);
    expect(alone?.counts.writingTransactions).toBeCloseTo(4, 1);
    expect(batched?.counts.writingTransactions).toBeLessThan(4);
    expect(alone?.livesPerSecond).toBeGreaterThan(0);
    expect(alone?.postgres).toBeGreaterThan(0);
  });

  it('takes jobs in one process to their end, and counts what each asks of the database', async () => {
    const figures = await runInProcess(servers, {
      warmUpJobs: 10,
      jobs: 30,
      maxSeconds: 30,
      history: 200,
      withLoad: true,
    });
    expect(figures.jobs).toBeGreaterThanOrEqual(1);
    expect(figures.process).toBeGreaterThan(0);
    expect(figures.postgres).toBeGreaterThan(0);
    expect(figures.load?.p50).toBeGreaterThan(0);
    // A job that was created, accepted and stored wrote at least as often as its life has steps.
    expect(figures.counts.writingTransactions).toBeGreaterThan(1);
  });

  it('leaves no database behind', async () => {
    const left = await servers.probe.rows(
      `select 1 from pg_database where datname similar to '(floor|in_process)%'`,
    );
    expect(left).toEqual([]);
  });
});
