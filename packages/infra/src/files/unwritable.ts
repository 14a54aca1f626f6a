import { StoreUnwritableError } from '@pixsim7/core';

const sentences: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full',
  EDQUOT: 'The disk quota of this user is used up',
  EROFS: 'The file system is read-only',
  EIO: 'The disk failed',
};

/** A sentence about a system error that says that a disk cannot be written; null for every other error. */
export function whyUnwritable(error: unknown): string | null {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? (sentences[code] ?? null) : null;
}

/** The error that the port names, for a disk that cannot be written; any other error as it is. */
export function asUnwritable(error: unknown): unknown {
  const reason = whyUnwritable(error);
  return reason === null ? error : new StoreUnwritableError(`${reason}.`, { cause: error });
}
