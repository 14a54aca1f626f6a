import { join } from 'node:path';
import { BlobStoreError } from './blob-store-error.ts';

/**
 * The path of the bytes of a hash, `ab/cd/<hash>`. Two levels of 256 folders keep a folder of a million blobs at 16
 * files. Only 64 lower-case hexadecimal digits are accepted, so no path can be smuggled in as a hash.
 *
 * @throws BlobStoreError `invalid_hash`
 */
export function blobKey(hash: string): string {
  if (!/^[0-9a-f]{64}$/.test(hash)) {
    throw new BlobStoreError('invalid_hash', 'A blob is named by 64 lower-case hexadecimal digits.');
  }
  return `${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`;
}

/** The same place below a folder of the local disk. @throws BlobStoreError `invalid_hash` */
export function blobPath(root: string, hash: string): string {
  return join(root, blobKey(hash));
}
