import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes a file under a name of its own, and gives the name. It is written before anything refers to it: a file that nobody
 * refers to is litter, a reference without a file a lie.
 *
 * @param extension without a dot
 */
export async function writeUpload(directory: string, bytes: Uint8Array, extension: string): Promise<string> {
  const file = `${randomUUID()}.${extension}`;
  await writeFile(join(directory, file), bytes);
  return file;
}
