import { cpSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { UniqueViolationError } from '@pixsim7/core';
import type { Logger } from '@pixsim7/core';
import { buildJob } from '@pixsim7/testkit/builders';
import { bundleSource } from '../../system/bundle-source.ts';
import { isDatabaseAway } from '../postgres/postgres-trouble.ts';
import { connectPglite } from './connect-pglite.ts';
import type { PgliteConnection } from './connect-pglite.ts';
import { EmbeddedConnection } from './embedded-connection.ts';
import { EmbeddedDatabaseLostError } from './lost-error.ts';
import { startThread } from './start-thread.ts';
import { copyPristineFolder } from './testing/pristine-folder.ts';

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const unsteady = () => bundleSource(fileURLToPath(new URL('testing/unsteady-thread.ts', import.meta.url)));

let root: string;
let pristine: string;
let directory: string;
let folders = 0;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'pixsim7-thread-'));
  pristine = join(root, 'pristine');
  await copyPristineFolder(pristine);
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  folders += 1;
  directory = join(root, `folder-${folders}`);
  cpSync(pristine, directory, { recursive: true });
});

function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(directory) ? [path] : [];
    } catch {
      // Closed since the list was made.
      return [];
    }
  });
}

describe('the thread of the database', () => {
  it('lets everybody else work while a statement runs, and closes after what it was asked', async () => {
    const connection = await EmbeddedConnection.open(await startThread(directory));
    const ended: string[] = [];
    const long = connection
      .execute(sql`select count(*) from generate_series(1, 3000000)`)
      .then(() => ended.push('statement'));
    await nextTurn();
    await nextTurn();
    ended.push('others');
    await Promise.all([long, connection.close().then(() => ended.push('close'))]);
    expect(ended).toEqual(['others', 'statement', 'close']);
    expect(openFiles()).toEqual([]);
  }, 60_000);

  it('begins a transaction anew after one that failed at any of its statements', async () => {
    const connection = await EmbeddedConnection.open(await startThread(directory));
    await connection.execute(sql`create table rows (id int primary key)`);
    const insert = (...ids: number[]) =>
      connection.transaction(async (transaction) => {
        for (const id of ids) {
          await transaction.send({ text: 'insert into rows values ($1)', values: [String(id)] });
        }
      });
    // Often enough for the statement to get a name.
    for (const id of [1, 2, 3, 4]) {
      await insert(id);
    }
    await expect(insert(1)).rejects.toBeInstanceOf(UniqueViolationError);
    await expect(insert(5, 1)).rejects.toBeInstanceOf(UniqueViolationError);
    await insert(6);
    const { rows } = await connection.client.query('select id from rows order by id');
    expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 4, 6]);
    await connection.close();
  }, 60_000);

  it('says why it did not start', async () => {
    writeFileSync(join(directory, 'PG_VERSION'), 'seventeen\n');
    await expect(startThread(directory)).rejects.toBeInstanceOf(EmbeddedDatabaseLostError);
    expect(openFiles()).toEqual([]);
  }, 60_000);
});

describe('a thread that dies', () => {
  let connected: PgliteConnection;
  let timers: (() => void)[];

  beforeEach(async () => {
    timers = [];
    connected = await connectPglite({
      directory,
      logger: silent,
      now: Date.now,
      onClosed: () => undefined,
      program: unsteady,
      scheduler: {
        after: (_delayMs, call) => {
          timers.push(call);
          return () => undefined;
        },
      },
    });
  }, 60_000);
  afterEach(async () => {
    rmSync(`${directory}.disk-fails`, { force: true, recursive: true });
    await connected.database.close();
  });

  const add = async () => {
    const job = buildJob();
    await connected.database.transaction((transaction) => transaction.jobs.insert(job, []));
    return job;
  };

  it.each([
    ['of its disk', async () => mkdirSync(`${directory}.disk-fails`), 'could not fsync'],
    [
      'without a word',
      () => connected.client.query(`select 'end of the thread'`).catch(() => undefined),
      'its thread ended with 7',
    ],
  ])(
    '%s refuses at once what is asked, and the folder is opened again',
    async (_how, kill, reason) => {
      const kept = await add();
      await kill();
      const waiting = await Promise.allSettled([add(), add(), connected.database.ping()]);
      for (const { status, ...outcome } of waiting) {
        expect(status).toBe('rejected');
        const error = 'reason' in outcome ? (outcome.reason as unknown) : null;
        expect(isDatabaseAway(error)).toBe(true);
        expect(String(error)).toContain(reason);
      }

      rmSync(`${directory}.disk-fails`, { force: true, recursive: true });
      expect(timers).toHaveLength(1);
      timers.shift()?.();
      await expect
        .poll(() => connected.database.ping().then(() => 'open', String), { timeout: 50_000 })
        .toBe('open');
      expect(await connected.database.transaction((transaction) => transaction.jobs.get(kept.id))).toEqual(
        kept,
      );
      await add();
      // Those of the dead one are closed: no file is open twice.
      const open = openFiles();
      expect(open).toEqual([...new Set(open)]);
    },
    60_000,
  );
});
