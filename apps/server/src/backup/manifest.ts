import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A backup cannot be made, or cannot be used; the message says why and what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code = 'backup';
}

/** Files of a data folder that hold secrets. */
export const keyFiles = ['secret-key', 'api-key'] as const;
export type KeyFile = (typeof keyFiles)[number];

const name = z.string().regex(/^[a-z][a-z0-9_]*$/u);
const count = z.int().nonnegative();

/**
 * The contents of a backup. Beside it lie `database/<table>.ndjson.gz`, `blobs/ab/cd/<sha256>` and `keys/`. It is written last,
 * so a folder without it is no backup.
 */
export const manifestSchema = z.strictObject({
  format: z.literal('pixsim7-backup'),
  format_version: z.literal(1),
  server_version: z.string(),
  created_at: z.iso.datetime(),
  database: z.strictObject({
    /** The migration that made the tables, by its moment in the journal. */
    last_migration: z.int(),
    tables: z.array(z.strictObject({ name, rows: count, sha256: z.string() })),
    sequences: z.array(
      z.strictObject({ table: name, column: name, last_value: z.string(), is_called: z.boolean() }),
    ),
    unfinished_jobs: count,
  }),
  blobs: z.strictObject({
    count,
    bytes: count,
    /** Files that an asset uses and that could not be read when the backup was made. */
    unreadable: z.array(z.string()),
  }),
  keys: z.array(z.enum(keyFiles)),
});

export type Manifest = z.output<typeof manifestSchema>;

export const manifestName = 'manifest.json';

/** The file with the rows of a table in a backup. */
export function tableFile(directory: string, table: string): string {
  return join(directory, 'database', `${table}.ndjson.gz`);
}

/** @throws BackupError when the folder is no backup, or one of a later format */
export async function readManifest(directory: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(join(directory, manifestName), 'utf8');
  } catch (error) {
    throw new BackupError(`${directory} is not a complete backup: it has no ${manifestName}.`, {
      cause: error,
    });
  }
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new BackupError(
      `${manifestName} cannot be read: it is damaged, or was written by a newer version of PixSim7.`,
      { cause: parsed.error },
    );
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** SHA-256 of a file, hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Uint8Array);
  }
  return hash.digest('hex');
}
