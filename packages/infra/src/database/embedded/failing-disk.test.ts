import { cpSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JobId } from '@pixsim7/contracts';
import type { Logger } from '@pixsim7/core';
import { buildJob } from '@pixsim7/testkit/builders';
import { resourceTroubleOf } from '../../system/resource-trouble.ts';
import { isDatabaseAway } from '../postgres/postgres-trouble.ts';
import { connectPglite } from './connect-pglite.ts';
import type { EmbeddedDatabase } from './connect-pglite.ts';
import { FailingFs } from './testing/failing-fs.ts';
import type { DiskFault } from './testing/failing-fs.ts';
import { copyPristineFolder } from './testing/pristine-folder.ts';

let root: string;
let pristine: string;
let folders = 0;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'pixsim7-failing-disk-'));
  pristine = join(root, 'pristine');
  await copyPristineFolder(pristine);
  const { database } = await connectPglite({
    directory: pristine,
    logger: silent(),
    now: Date.now,
    onClosed: () => undefined,
  });
  await database.close();
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

function silent(errors: string[] = []): Logger {
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (_fields, message) => void errors.push(message),
  };
}

function openFilesBelow(directory: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(directory);
    } catch {
      // Closed since the list was made.
      return false;
    }
  }).length;
}

let disk: { fault: DiskFault | null };
let database: EmbeddedDatabase;
/** Timers that the test fires. */
let timers: { readonly delayMs: number; readonly call: () => void }[];
let errors: string[];

beforeEach(async () => {
  folders += 1;
  const directory = join(root, `folder-${folders}`);
  cpSync(pristine, directory, { recursive: true });
  disk = { fault: null };
  timers = [];
  errors = [];
  ({ database } = await connectPglite({
    directory,
    logger: silent(errors),
    now: Date.now,
    onClosed: () => undefined,
    createFs: (path) => new FailingFs(path, disk),
    scheduler: {
      after: (delayMs, call) => {
        timers.push({ delayMs, call });
        return () => undefined;
      },
    },
  }));
}, 60_000);
afterEach(async () => {
  disk.fault = null;
  await database.close();
});

/** Adds jobs until one is refused. @returns those that were acknowledged, and the refusal */
async function addUntilRefused(most = 50): Promise<{ kept: JobId[]; error: unknown }> {
  const kept: JobId[] = [];
  for (let count = 0; count < most; count += 1) {
    const job = buildJob({ params: { prompt: 'x'.repeat(2_000) } });
    try {
      await database.transaction((transaction) => transaction.jobs.insert(job, []));
      kept.push(job.id);
    } catch (error) {
      return { kept, error };
    }
  }
  return { kept, error: null };
}

async function stored(ids: readonly JobId[]): Promise<JobId[]> {
  const rows = await database.transaction((transaction) => transaction.jobs.getMany(ids));
  return rows.map(({ id }) => id).sort();
}

/** Lets the try to open the folder again begin, and waits until it has an end. */
async function openAgain(): Promise<void> {
  const timer = timers.shift();
  if (timer === undefined) {
    throw new Error('Nothing waits to open the folder again.');
  }
  timer.call();
  while (
    timers.length === 0 &&
    !(await database.ping().then(
      () => true,
      () => false,
    ))
  ) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the embedded database on a disk that fails', () => {
  it.each([
    { call: 'fsync', path: 'pg_wal', code: 'EIO' },
    { call: 'write', path: 'pg_wal', code: 'ENOSPC' },
  ] as const)(
    'comes back with every acknowledged commit after $code at a $call',
    async (fault) => {
      const before = (await addUntilRefused(5)).kept;
      disk.fault = fault;
      const { kept, error } = await addUntilRefused();
      expect(kept).toEqual([]);
      expect(isDatabaseAway(error)).toBe(true);
      // Refused at once and by an error, however often it is asked: the dead one would never answer.
      for (let count = 0; count < 3; count += 1) {
        const refused = await database.ping().catch((reason: unknown) => reason);
        expect(isDatabaseAway(refused)).toBe(true);
        expect(String(refused)).toContain('The embedded database stopped: could not');
      }

      disk.fault = null;
      expect(timers.map(({ delayMs }) => delayMs)).toEqual([1_000]);
      await openAgain();
      expect(await stored(before)).toEqual([...before].sort());
      const after = (await addUntilRefused(5)).kept;
      expect(await stored([...before, ...after])).toHaveLength(10);
    },
    60_000,
  );

  it('waits longer while the disk still fails at the start, and gives the files of the dead ones back', async () => {
    // Only files of this database: tests of other files share the process.
    const open = () => openFilesBelow(join(root, `folder-${folders}`));
    const before = open();
    disk.fault = { call: 'fsync', path: 'pg_wal', code: 'EIO' };
    await addUntilRefused();
    const delays = [timers[0]?.delayMs];
    await openAgain();
    delays.push(timers[0]?.delayMs);
    disk.fault = null;
    await openAgain();
    expect(delays).toEqual([1_000, 2_000]);
    expect(errors.filter((message) => message.includes('not opened again'))).toHaveLength(1);
    // One database has 50 to 70 files open; with those of the two dead ones it would be three times as many.
    expect(open()).toBeLessThan(2 * before);
  }, 60_000);

  it('refuses one transaction and goes on when only the tables cannot grow', async () => {
    disk.fault = { call: 'write', path: 'base/', code: 'ENOSPC' };
    const { kept, error } = await addUntilRefused(400);
    expect(resourceTroubleOf(error)).toBe('full');
    expect(timers).toEqual([]);
    expect(await stored(kept)).toEqual([...kept].sort());
    disk.fault = null;
    expect((await addUntilRefused(5)).error).toBeNull();
  }, 60_000);

  it('can be closed while it is away, and tries nothing afterwards', async () => {
    disk.fault = { call: 'fsync', path: 'pg_wal', code: 'EIO' };
    await addUntilRefused();
    await database.close();
    expect(timers).toHaveLength(1);
    timers[0]?.call();
    await expect(database.ping()).rejects.toThrow('closed');
  }, 60_000);
});

describe('the upkeep of the embedded database', () => {
  it('writes a long log out, and vacuums one table after the other', async () => {
    const { client, database: upkept } = await connectPglite({
      directory: null,
      logger: silent(),
      now: Date.now,
      onClosed: () => undefined,
    });
    const logBytes = async (): Promise<number> => {
      const { rows } = await client.query<{ bytes: number }>(
        'select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()',
      );
      return rows[0]?.bytes ?? 0;
    };
    await client.query(
      `select pg_logical_emit_message(false, 'test', repeat('x', 1000000)) from generate_series(1, 34)`,
    );
    expect(await logBytes()).toBeGreaterThan(32e6);
    const tables = await client.query<{ count: number }>(
      `select count(*)::int from information_schema.tables where table_schema = 'public'`,
    );
    for (let round = 0; round < (tables.rows[0]?.count ?? 0); round += 1) {
      await upkept.upkeep();
    }
    expect(await logBytes()).toBeLessThan(1e6);
    const { rows } = await client.query(
      `select relname from pg_stat_user_tables where schemaname = 'public' and last_vacuum is null`,
    );
    expect(rows).toEqual([]);
    await upkept.close();
  }, 60_000);
});
