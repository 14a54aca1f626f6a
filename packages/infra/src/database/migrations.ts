import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Sources and build output are equally deep, so this holds for both. */
export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/** The tables were made by a version that this one does not know. */
export class UnknownMigrationError extends Error {
  override readonly name = 'UnknownMigrationError';
  readonly code = 'unknown_migration';

  constructor() {
    super(
      'The data was written by another, probably newer version of PixSim7. Use that version, or a newer one.',
    );
  }
}

interface Journal {
  readonly entries: readonly { readonly when: number }[];
}

/**
 * Hands over a folder with the migrations up to one of them, so that tables can be made as an older version had them.
 *
 * @param last the moment that the journal names for the last one
 * @throws UnknownMigrationError
 */
export async function withMigrationsUpTo(
  last: number,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const journal = JSON.parse(await readFile(join(migrationsFolder, 'meta/_journal.json'), 'utf8')) as Journal;
  const entries = journal.entries.filter(({ when }) => when <= last);
  if (entries.at(-1)?.when !== last) throw new UnknownMigrationError();
  const folder = await mkdtemp(join(tmpdir(), 'pixsim7-migrations-'));
  try {
    await cp(migrationsFolder, folder, { recursive: true });
    await writeFile(join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
