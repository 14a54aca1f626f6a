import { codeOf, reasonOf, errorsIn } from '../trouble/causes.ts';
import { connectionTrouble } from '../trouble/connection-trouble.ts';
import type { NamedServer } from '../trouble/connection-trouble.ts';
import { unknownTrouble } from '../trouble/trouble.ts';
import type { Trouble, TroubleMeaning } from '../trouble/trouble.ts';
import { BlobStoreError } from './blob-store-error.ts';
import type { BlobStoreErrorCode } from './blob-store-error.ts';

export const objectStore: NamedServer = {
  name: 'The object store',
  setting: 'STORAGE_URL',
  ownCa: 'in NODE_EXTRA_CA_CERTS',
};

/** Codes that are about a file, or about the settings at the start, are no trouble with the store. */
const meanings: Readonly<Partial<Record<BlobStoreErrorCode, TroubleMeaning>>> = {
  access_denied: {
    code: 'rights_missing',
    summary: 'The object store refuses the keys, or does not allow them to do this.',
    advice: 'Check the keys in STORAGE_URL, and give them the rights that docs/guides/production.md lists.',
  },
  bucket_not_found: {
    code: 'not_found',
    summary: 'The bucket does not exist.',
    advice: 'Create it, or correct its name in STORAGE_URL.',
  },
  storage_unavailable: {
    code: 'overloaded',
    summary: 'The object store cannot answer at the moment.',
    advice: 'PixSim7 tries again by itself. Check your object store.',
  },
  storage_refused: {
    code: 'refused',
    summary: 'The object store refuses.',
    advice: 'Check host, bucket and region in STORAGE_URL.',
  },
};

const room: TroubleMeaning = {
  code: 'disk_full',
  summary: 'The disk is full.',
  advice: 'Free some space on it.',
};
const folder: TroubleMeaning = {
  code: 'rights_missing',
  summary: 'This user is not allowed to write to the data folder.',
  advice: 'Give it to the user that runs the server.',
};

/** By the codes of the system, for files on the disk. */
const meaningsOfDisk: Readonly<Record<string, TroubleMeaning>> = {
  ENOSPC: room,
  EDQUOT: room,
  EACCES: folder,
  EPERM: folder,
  EROFS: { ...folder, code: 'read_only', summary: 'The file system is read-only.' },
};

/** Explains an error of the blob store, on disk or in an object store, to an operator. */
export function troubleOfStorage(error: unknown): Trouble {
  const reason = reasonOf(error);
  for (const cause of errorsIn(error)) {
    const onDisk = meaningsOfDisk[codeOf(cause) ?? ''];
    if (onDisk !== undefined) {
      return { ...onDisk, reason };
    }
  }
  const onTheWay = connectionTrouble(error, objectStore);
  if (onTheWay !== null) {
    return onTheWay;
  }
  const meaning = error instanceof BlobStoreError ? meanings[error.code] : undefined;
  // The message of a refusal says which call it was; its cause repeats what was signed.
  return meaning === undefined
    ? unknownTrouble('The storage', reason)
    : { ...meaning, reason: error instanceof Error ? error.message : reason };
}
