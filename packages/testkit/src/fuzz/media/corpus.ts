import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Specimen {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The odd files that the media reader is tested with, seen from the sources and from the build alike. */
export const corpusFolder = fileURLToPath(
  new URL('../../../../infra/src/media/__fixtures__/', import.meta.url),
);

/** In the order of the names, so that a seed picks the same one on every machine. */
export async function loadCorpus(folder: string = corpusFolder): Promise<readonly Specimen[]> {
  const names = (await readdir(folder)).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}
