import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore, Logger } from '@pixsim7/core';
import { openEmbeddedDatabase } from '@pixsim7/infra';
import type { EmbeddedDatabase } from '@pixsim7/infra';
import { buildAsset, buildBlob, buildEvent, buildJob } from '@pixsim7/testkit/builders';
import { isArchive, pack, unpack } from './archive.ts';
import { blobFile, DamagedBlobError } from './copy-blob.ts';
import { createBackup } from './create-backup.ts';
import type { BackupSource } from './create-backup.ts';
import { BackupError, manifestName, readManifest, tableFile } from './manifest.ts';
import { restoreBackup } from './restore-backup.ts';

const logger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const now = (): number => Date.UTC(2026, 0, 2);
const files = ['first file', 'second file', 'third file'].map((text) => Buffer.from(text));
const hashes = files.map((bytes) => createHash('sha256').update(bytes).digest('hex')).sort();
const prompt = 'a separator \u2028 that is no end of a line';

let database: EmbeddedDatabase;
let stored: Map<string, Buffer>;
let root: string;
let holds: number;

beforeAll(async () => {
  database = await openEmbeddedDatabase({ directory: null, logger, now });
  await database.transaction(async (transaction) => {
    for (const hash of hashes) {
      await transaction.assets.insert(buildAsset({ blobHash: hash }), [buildBlob({ hash })]);
    }
    const gone = buildAsset();
    await transaction.assets.insert(gone, [buildBlob({ hash: gone.blobHash })]);
    await transaction.assets.markDeleted(gone.id, now());
    await transaction.jobs.insert(buildJob({ params: { prompt } }), []);
    for (let event = 0; event < 700; event += 1) {
      await transaction.events.append(buildEvent());
    }
  });
});
afterAll(() => database.close());
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pixsim7-backup-'));
  stored = new Map(files.map((bytes) => [createHash('sha256').update(bytes).digest('hex'), bytes]));
  holds = 0;
  await writeFile(join(root, 'secret-key'), 'a secret\n', { mode: 0o644 });
});
afterEach(() => rm(root, { recursive: true, force: true }));

function source(read: BlobStore['read'] = readStored): BackupSource {
  return {
    database,
    blobs: { read },
    holdRemovals: async () => {
      holds += 1;
      return () => void (holds -= 1);
    },
    dataDirectory: root,
    version: '1.2.3',
    now,
  };
}

async function readStored(hash: string): Promise<ReadableStream<Uint8Array>> {
  const bytes = stored.get(hash);
  if (bytes === undefined) {
    throw new Error(`There is no ${hash}.`);
  }
  expect(holds).toBe(1);
  return new Blob([Uint8Array.from(bytes)]).stream();
}

const directory = (): string => join(root, 'backup');
const make = (withKeys = true, blobs?: BlobStore['read'], signal = new AbortController().signal) =>
  createBackup(source(blobs), { directory: directory(), withKeys }, signal);

describe('a backup', () => {
  it('holds the rows, the files in use and the keys, and says so', async () => {
    const manifest = await make();
    expect(await readManifest(directory())).toEqual(manifest);
    expect(manifest).toMatchObject({
      server_version: '1.2.3',
      created_at: '2026-01-02T00:00:00.000Z',
      database: { unfinished_jobs: 1 },
      blobs: { count: 3, unreadable: [] },
      keys: ['secret-key'],
    });
    expect(manifest.database.tables.find(({ name }) => name === 'events')?.rows).toBe(700);
    for (const hash of hashes) {
      expect(await readFile(blobFile(join(directory(), 'blobs'), hash))).toEqual(stored.get(hash));
    }
    expect((await stat(join(directory(), 'keys', 'secret-key'))).mode & 0o777).toBe(0o600);
    expect((await stat(directory())).mode & 0o777).toBe(0o700);
    expect(holds).toBe(0);
  });

  it('leaves the keys out when it is asked to', async () => {
    expect((await make(false)).keys).toEqual([]);
    expect(existsSync(join(directory(), 'keys'))).toBe(false);
  });

  it('is not written over something', async () => {
    await make();
    await expect(make()).rejects.toBeInstanceOf(BackupError);
  });

  it('names the files that are missing or damaged, and has the others', async () => {
    const [damaged = '', missing = ''] = hashes;
    stored.set(damaged, Buffer.from('rotten'));
    stored.delete(missing);
    const { blobs } = await make();
    expect(blobs).toMatchObject({ count: 1, unreadable: [damaged, missing] });
    expect(existsSync(blobFile(join(directory(), 'blobs'), damaged))).toBe(false);
  });

  it('that is called off leaves nothing behind', async () => {
    const off = new AbortController();
    const read: BlobStore['read'] = (hash) => {
      off.abort(new Error('called off'));
      return readStored(hash);
    };
    await expect(make(true, read, off.signal)).rejects.toThrow('called off');
    expect(await readdir(root)).toEqual(['secret-key']);
    expect(holds).toBe(0);
  });

  it('that was killed is not taken for one', async () => {
    await make();
    await rm(join(directory(), manifestName));
    await expect(restoreBackup(directory(), join(root, 'data'))).rejects.toThrow('not a complete backup');
  });
});

describe('a restore', () => {
  const data = (): string => join(root, 'data');

  it('gives back rows, files and keys, also through an archive', { timeout: 60_000 }, async () => {
    await make();
    const archive = `${directory()}.tar`;
    expect([isArchive(archive), isArchive(directory())]).toEqual([true, false]);
    await pack(directory(), archive, null);
    expect((await stat(archive)).mode & 0o777).toBe(0o600);
    const unpacked = await mkdtemp(join(root, 'unpacked-'));
    await unpack(archive, unpacked, null);
    await restoreBackup(unpacked, data());

    expect((await readdir(data())).sort()).toEqual(['blobs', 'database', 'database.lock', 'secret-key']);
    expect((await stat(join(data(), 'secret-key'))).mode & 0o777).toBe(0o600);
    for (const hash of hashes) {
      expect(await readFile(blobFile(join(data(), 'blobs'), hash))).toEqual(stored.get(hash));
    }
    const restored = await openEmbeddedDatabase({ directory: join(data(), 'database'), logger, now });
    const fingerprints = (which: EmbeddedDatabase) =>
      which.snapshot(async (snapshot) => {
        const digests: unknown[] = [snapshot.sequences];
        for (const table of snapshot.tables) {
          digests.push([table, await snapshot.fingerprint(table)]);
        }
        return digests;
      });
    try {
      expect(await fingerprints(restored)).toEqual(await fingerprints(database));
    } finally {
      await restored.close();
    }
    await expect(restoreBackup(unpacked, data())).rejects.toThrow('not empty');
  });

  it('refuses a file with other bytes, and does not look like an installation', async () => {
    await make();
    const [hash = ''] = hashes;
    const path = blobFile(join(directory(), 'blobs'), hash);
    await chmod(path, 0o600);
    await writeFile(path, 'changed!');
    await expect(restoreBackup(directory(), data())).rejects.toBeInstanceOf(DamagedBlobError);
    expect(existsSync(join(data(), 'database'))).toBe(false);
    expect(await readdir(data())).toContain('restore.unfinished');
  });

  it('refuses a backup that misses a file', async () => {
    await make();
    await rm(blobFile(join(directory(), 'blobs'), hashes[0] ?? ''));
    await expect(restoreBackup(directory(), data())).rejects.toThrow('manifest says 3');
  });

  it('refuses rows that were changed', async () => {
    await make();
    await writeFile(tableFile(directory(), 'jobs'), '');
    await expect(restoreBackup(directory(), data())).rejects.toThrow('rows of jobs are damaged');
  });
});
