import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasErrorCode, syncDirectory } from '../files/durable-files.ts';

/** A file that holds a secret cannot be used. The message never contains the secret. */
export class SecretFileError extends Error {
  override readonly name = 'SecretFileError';
  readonly code = 'secret_file';
}

/**
 * The secret in a file, made once when the file is missing. Written to a temporary file and linked into place: a link
 * fails when the name is taken, so of two processes that start together one makes it and both read the same, and a
 * crash never leaves half a secret.
 *
 * @param pattern what a usable secret looks like
 * @throws SecretFileError when the file holds something else
 */
export async function loadOrCreateSecretFile(
  path: string,
  create: () => string,
  pattern: RegExp,
): Promise<string> {
  const secret = (await readIfPresent(path)) ?? (await makeOnce(path, create()));
  if (!pattern.test(secret)) {
    throw new SecretFileError(
      `${path} does not hold a secret of the expected form. Restore it from a backup.`,
    );
  }
  return secret;
}

/**
 * Puts another secret in the place of the one in a file. A reader sees the old one or the new one, and so does the next
 * start after a crash.
 *
 * @throws SecretFileError when it cannot be written
 */
export async function replaceSecretFile(path: string, content: string): Promise<void> {
  const temporary = await writeTemporary(path, content);
  try {
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw new SecretFileError(`${path} cannot be replaced.`, { cause: error });
  }
}

/** A file next to the other one with all its content on the disk. */
async function writeTemporary(path: string, content: string): Promise<string> {
  const temporary = `${path}.${randomUUID()}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${content}\n`);
    await file.sync();
    return temporary;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function makeOnce(path: string, secret: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = await writeTemporary(path, secret);
  try {
    await link(temporary, path);
    await syncDirectory(dirname(path));
    return secret;
  } catch (error) {
    const winner = hasErrorCode(error, 'EEXIST') ? await readIfPresent(path) : null;
    if (winner === null) {
      throw new SecretFileError(`${path} cannot be made.`, { cause: error });
    }
    return winner;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** null when there is no such file. @throws SecretFileError when it cannot be read */
export async function readIfPresent(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) {
      return null;
    }
    throw new SecretFileError(`${path} cannot be read.`, { cause: error });
  }
}
