import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '@pixsim7/core';
import { buildJob } from '@pixsim7/testkit/builders';
import { findOpenEntries } from '../../files/private-tree.ts';
import { EmbeddedDatabaseCreationError } from './data-folder.ts';
import { EmbeddedDatabaseLockedError } from './lock.ts';
import { openEmbeddedDatabase } from './open-embedded-database.ts';

const logger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

let root: string;
let directory: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pixsim7-embedded-'));
  directory = join(root, 'data', 'database');
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const open = () => openEmbeddedDatabase({ directory, logger, now: Date.now });

describe('openEmbeddedDatabase', () => {
  it('makes the folder over a creation that was killed, keeps the data, and has one user at a time', async () => {
    const remains = `${directory}.unfinished-1`;
    mkdirSync(remains, { recursive: true });
    writeFileSync(join(remains, 'PG_VERSION'), '18');
    const job = buildJob();

    const first = await open();
    await first.transaction((transaction) => transaction.jobs.insert(job, []));
    await expect(open()).rejects.toBeInstanceOf(EmbeddedDatabaseLockedError);
    expect(existsSync(remains)).toBe(false);
    // Of this process only, whatever PGlite asks for: what creation made, and what PostgreSQL has added since.
    expect(await findOpenEntries(directory, 10_000)).toMatchObject({ count: 0, first: [], complete: true });
    await first.close();
    expect(readdirSync(`${directory}.lock`)).toEqual([]);

    const second = await open();
    expect(await second.transaction((transaction) => transaction.jobs.get(job.id))).toEqual(job);
    await second.close();
  });

  it('does not touch a folder with other files, and does not keep its lock', async () => {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'thesis.txt'), 'mine');
    await expect(open()).rejects.toBeInstanceOf(EmbeddedDatabaseCreationError);
    expect(readdirSync(directory)).toEqual(['thesis.txt']);
    expect(readdirSync(`${directory}.lock`)).toEqual([]);
  });

  it('keeps everything in memory without a folder', async () => {
    const database = await openEmbeddedDatabase({ directory: null, logger, now: Date.now });
    await database.ping();
    expect(await database.transaction((transaction) => transaction.jobs.countByStatus(5))).toEqual(new Map());
    await database.close();
  });
});
