import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The bytes are not those of the name. */
export class DamagedBlobError extends Error {
  override readonly name = 'DamagedBlobError';
  readonly code = 'damaged_blob';

  constructor(hash: string) {
    super(`The bytes of the file ${hash} are damaged.`);
  }
}

/** The path of the bytes of a hash below a folder of blobs, as in a data folder. */
export function blobFile(blobs: string, hash: string): string {
  return join(blobs, hash.slice(0, 2), hash.slice(2, 4), hash);
}

/**
 * Writes bytes to their place below a folder of blobs and checks on the way that they are the ones of the hash.
 *
 * @returns how many there are
 * @throws DamagedBlobError; what the source throws
 */
export async function copyBlob(
  source: AsyncIterable<Uint8Array>,
  blobs: string,
  hash: string,
): Promise<number> {
  const path = blobFile(blobs, hash);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const digest = createHash('sha256');
  let bytes = 0;
  async function* measured(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      digest.update(chunk);
      bytes += chunk.byteLength;
      yield chunk;
    }
  }
  await pipeline(measured(), createWriteStream(path, { mode: 0o600 }));
  if (digest.digest('hex') !== hash) {
    throw new DamagedBlobError(hash);
  }
  return bytes;
}
