import type { PGlite } from '@electric-sql/pglite';
import { getTableName, is, sql } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/pglite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  buildAccount,
  buildApiKey,
  buildAsset,
  buildBalanceReading,
  buildBlob,
  buildCreditEntry,
  buildEvent,
  buildId,
  buildJob,
  buildJobInput,
  buildLineageEdge,
  buildObservation,
  buildProviderUpload,
  buildSubmission,
  builtAt,
  builtOwner,
  builtWorkspace,
} from '@pixsim7/testkit/builders';
import type { Connection } from '../connection.ts';
import { startPglite } from '../embedded/start-pglite.ts';
import { applyMigrations, UnknownMigrationError } from '../migrations.ts';
import * as schema from '../schema/index.ts';
import { truncateEverything } from '../testing/truncate-everything.ts';
import { listTables } from './catalog.ts';
import { loadContent, UnfitTargetError } from './load-content.ts';
import { takeSnapshot } from './snapshot.ts';
import type { DatabaseContent, DatabaseSnapshot } from './snapshot.ts';

let clients: PGlite[];
let source: Connection;
let target: Connection;

beforeAll(async () => {
  clients = (await Promise.all([startPglite(null), startPglite(null)])).map(({ client }) => client);
  const [first, second] = clients.map((client) => drizzle(client));
  if (first === undefined || second === undefined) {
    throw new Error('Two databases are needed.');
  }
  [source, target] = [first, second];
  for (const connection of [first, second]) {
    await connection.transaction((transaction) => applyMigrations(transaction));
  }
  await fill(source);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
});
beforeEach(async () => {
  await target.execute(truncateEverything());
});

/** Rows with what is hard to copy: a job before the one that it retries, exact numbers, odd characters, gaps. */
async function fill(connection: Connection): Promise<void> {
  const account = buildAccount({ label: `d'œuvre "\\" 🎬 \n` });
  // Smaller than that of the job that it retries.
  const retryId = buildId('job');
  const original = buildJob({
    status: 'failed',
    params: { prompt: 'line\nbreak \u2028 "quotes" \\ 🎬', seed: 2 ** 53 - 1 },
    maxCredits: 0.1 + 0.2,
  });
  const retry = buildJob({ id: retryId, retryOf: original.id });
  const submission = buildSubmission({ jobId: original.id, accountId: account.id });
  const source = buildAsset({ durationS: 1 / 3, fps: 29.97 });
  const made = buildAsset({ jobId: original.id, outputIndex: 0 });
  await connection.insert(schema.workspaces).values({ id: builtWorkspace, name: 'Ours', createdAt: builtAt });
  await connection.insert(schema.users).values({ id: builtOwner, isOwner: true, createdAt: builtAt });
  await connection.insert(schema.apiKeys).values(buildApiKey(builtOwner));
  await connection.insert(schema.accounts).values(account);
  await connection.insert(schema.balanceReadings).values(buildBalanceReading(account.id));
  await connection.insert(schema.jobs).values([original, retry]);
  await connection.insert(schema.submissions).values(submission);
  await connection.insert(schema.observations).values(buildObservation(submission.id));
  await connection.insert(schema.creditEntries).values(buildCreditEntry(submission));
  await connection.insert(schema.assets).values([source, made]);
  await connection.insert(schema.blobs).values(buildBlob());
  await connection.insert(schema.jobInputs).values(buildJobInput({ jobId: retry.id, assetId: source.id }));
  await connection
    .insert(schema.lineageEdges)
    .values(buildLineageEdge({ childId: made.id, parentId: source.id }));
  await connection
    .insert(schema.providerUploads)
    .values(buildProviderUpload({ accountId: account.id, assetId: source.id }));
  const events = Array.from({ length: 1_203 }, () => buildEvent());
  await connection.insert(schema.events).values(events);
  await connection.execute(sql`delete from events where position > 1200`);
}

const tableNames = Object.values(schema)
  .filter((table) => is(table, PgTable))
  .map((table) => getTableName(table))
  .sort();

const inSnapshot = <Result>(connection: Connection, work: (snapshot: DatabaseSnapshot) => Promise<Result>) =>
  connection.transaction(async (transaction) => work(await takeSnapshot(transaction)));

const copy = (change: (content: DatabaseContent) => DatabaseContent = (content) => content) =>
  inSnapshot(source, (snapshot) =>
    target.transaction((transaction) => loadContent(transaction, change(snapshot))),
  );

async function fingerprints(connection: Connection): Promise<unknown> {
  return inSnapshot(connection, async (snapshot) => ({
    sequences: snapshot.sequences,
    tables: await Promise.all(
      snapshot.tables.map(async (table) => [table, await snapshot.fingerprint(table)] as const),
    ),
  }));
}

describe('a copy of all tables', () => {
  it('forgets no table of the schema', async () => {
    expect(await listTables(source)).toEqual(tableNames);
    const counts = await copy();
    expect([...counts.keys()]).toEqual(tableNames);
    expect(counts.get('events')).toBe(1_200);
    expect(counts.get('jobs')).toBe(2);
  });

  it('has the same rows and numberings', async () => {
    await copy();
    expect(await fingerprints(target)).toEqual(await fingerprints(source));
  });

  it('goes on numbering where the original stood, also when its last rows were removed', async () => {
    await copy();
    const next = sql`select nextval(pg_get_serial_sequence('events', 'position'))::int as next`;
    const [there, here] = [await target.execute(next), await source.execute(next)];
    expect(there).toEqual(here);
  });

  it('checks the foreign keys at its end', async () => {
    const withoutJobs = (content: DatabaseContent): DatabaseContent => ({
      ...content,
      async *rows(table) {
        if (table !== 'jobs') {
          yield* content.rows(table);
        }
      },
    });
    await expect(copy(withoutJobs)).rejects.toThrow('Failed query');
    expect((await inSnapshot(target, (snapshot) => snapshot.fingerprint('accounts'))).rows).toBe(0);
    await copy();
    await expect(target.execute(sql`delete from jobs`)).rejects.toThrow('Failed query');
  });

  it('is not written over other rows, nor into other tables', async () => {
    await copy();
    await expect(copy()).rejects.toBeInstanceOf(UnfitTargetError);
    const fewer = (content: DatabaseContent): DatabaseContent => ({
      ...content,
      tables: content.tables.slice(1),
    });
    await target.execute(truncateEverything());
    await expect(copy(fewer)).rejects.toBeInstanceOf(UnfitTargetError);
  });

  it('names the migration that made the tables, and knows when it is not one of ours', async () => {
    const last = await inSnapshot(source, async (snapshot) => snapshot.lastMigration);
    await expect(applyMigrations(source, last)).resolves.toBeUndefined();
    await expect(applyMigrations(source, last + 1)).rejects.toBeInstanceOf(UnknownMigrationError);
  });
});
