import { findPostgresInstallations } from '../../servers/postgres-installations.ts';
import { startPostgresServer } from '../../servers/postgres-server.ts';
import type { PostgresServer } from '../../servers/postgres-server.ts';
import { startRedisServer } from '../../servers/redis-server.ts';
import type { RedisServer } from '../../servers/redis-server.ts';
import { openPostgresProbe } from '../measure/postgres-probe.ts';
import type { PostgresProbe } from '../measure/postgres-probe.ts';
import { roomyPostgres } from '../measure/postgres-settings.ts';
import type { Opened } from '../measure/run-benchmark.ts';
import { countingSettings, openCounts } from './database-counts.ts';

/** One PostgreSQL and one Redis, which the tiers and their floors use one after the other. */
export interface BenchServers {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  /** In a database that nothing else uses. */
  readonly probe: PostgresProbe;
  readonly countsStatements: boolean;
  /** Makes an empty database and returns its name. */
  createDatabase(purpose: string): Promise<string>;
  dropDatabase(name: string): Promise<void>;
}

/** @param sync whether a commit waits until it is on the disk */
export async function openServers(sync: boolean, opened: Opened): Promise<BenchServers> {
  const installation = findPostgresInstallations().at(-1);
  const postgres =
    installation === undefined
      ? null
      : await startPostgresServer(installation, {
          ...roomyPostgres,
          ...countingSettings(installation),
          fsync: sync ? 'on' : 'off',
          max_wal_size: '4GB',
        });
  if (postgres === null) {
    throw new Error('This benchmark needs PostgreSQL.');
  }
  opened.add(() => postgres.close());
  const redis = await startRedisServer();
  if (redis === null) {
    throw new Error('This benchmark needs redis-server.');
  }
  opened.add(() => redis.close());
  const probe = await openPostgresProbe(postgres.url());
  opened.add(() => probe.close());
  let databases = 0;
  return {
    postgres,
    redis,
    probe,
    countsStatements: await openCounts(probe),
    async createDatabase(purpose) {
      databases += 1;
      const name = `${purpose}_${databases}`;
      await probe.rows(`create database ${name}`);
      return name;
    },
    async dropDatabase(name) {
      await probe.rows(`drop database ${name} with (force)`);
    },
  };
}
