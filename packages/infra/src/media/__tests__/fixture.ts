import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reading } from '../child/protocol.ts';
import { defaultDecodingBytes } from '../limits.ts';

/** Path of a file of the corpus. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../__fixtures__/${name}`, import.meta.url));
}

export async function fixtureBytes(name: string): Promise<Buffer> {
  return readFile(fixture(name));
}

/** A folder whose files have names that say nothing about their content, as in the blob store. */
export interface NamelessFolder {
  file(content: Uint8Array | string): Promise<string>;
  readonly path: string;
  remove(): Promise<void>;
}

export async function createNamelessFolder(): Promise<NamelessFolder> {
  const path = await mkdtemp(join(tmpdir(), 'media-'));
  let files = 0;
  return {
    path,
    async file(content) {
      files += 1;
      const file = join(path, `file-${files}`);
      await writeFile(file, content);
      return file;
    },
    remove: () => rm(path, { recursive: true }),
  };
}

/** Grants everything at once, for functions of the child that are called without a pool. */
export function freeReading(
  decodingBytes: number = defaultDecodingBytes,
): Reading & { readonly reserved: number[] } {
  const reserved: number[] = [];
  return { decodingBytes, reserved, reserve: async (bytes) => void reserved.push(bytes) };
}
