import { S3ServiceError } from 's3mini';
import { StoreUnwritableError } from '@pixsim7/core';
import { reasonOf } from '../../trouble/causes.ts';
import { connectionTrouble } from '../../trouble/connection-trouble.ts';
import { BlobStoreError } from '../blob-store-error.ts';
import type { BlobStoreErrorCode } from '../blob-store-error.ts';
import { objectStore } from '../storage-trouble.ts';

/**
 * The failure of a call to the object store, in the terms of the blob store. An error without an answer of the
 * store in its chain is a lost or timed-out connection.
 *
 * @param action completes "failed to", for example `store an object`
 */
export function toBlobStoreError(error: unknown, action: string): BlobStoreError | StoreUnwritableError {
  if (error instanceof BlobStoreError || error instanceof StoreUnwritableError) {
    return error;
  }
  const answer = answerIn(error);
  if (answer === null) {
    const reason = connectionTrouble(error, objectStore)?.summary ?? 'No answer from the object store.';
    return new BlobStoreError(
      'storage_unavailable',
      `${reason} It was asked to ${action} (${reasonOf(error)}).`,
      { cause: error },
    );
  }
  // The text of a refused signature repeats the access key and what was signed; it does not belong in a log.
  answer.body = undefined;
  const code = codeOf(answer);
  const known = new BlobStoreError(
    code,
    `${sentences[code]} (failed to ${action}: ${answer.status} ${answer.serviceCode ?? ''}).`,
    { cause: error },
  );
  return code === 'storage_full' ? new StoreUnwritableError(known.message, { cause: known }) : known;
}

/** Whether the store answered that there is no such object; a missing bucket is another matter. */
export function isMissingObject(error: unknown): boolean {
  const answer = answerIn(error);
  return answer?.status === 404 && answer.serviceCode !== 'NoSuchBucket';
}

/** Whether the store answered that the object has no such bytes. */
export function isMissingRange(error: unknown): boolean {
  return answerIn(error)?.status === 416;
}

type AnswerCode = Extract<
  BlobStoreErrorCode,
  'access_denied' | 'bucket_not_found' | 'storage_unavailable' | 'storage_full' | 'storage_refused'
>;

const sentences: Record<AnswerCode, string> = {
  access_denied: 'The object store refuses the credentials, or does not allow them to do this',
  bucket_not_found: 'The object store has no such bucket',
  storage_unavailable: 'The object store cannot answer at the moment',
  storage_full: 'The object store is full',
  storage_refused: 'The object store refused a request',
};

const transientStatuses: readonly number[] = [408, 429, 500, 502, 503, 504];

/** MinIO, Ceph and Wasabi each have a word of their own; S3 itself never fills up. */
const fullCodes: readonly (string | undefined)[] = [
  'XMinioStorageFull',
  'XMinioAdminBucketQuotaExceeded',
  'QuotaExceeded',
  'InsufficientCapacity',
];

function codeOf({ status, serviceCode }: S3ServiceError): AnswerCode {
  // Before the statuses: Ceph answers 403 for a quota.
  if (status === 507 || fullCodes.includes(serviceCode)) {
    return 'storage_full';
  }
  if (status === 401 || status === 403) {
    return 'access_denied';
  }
  if (serviceCode === 'NoSuchBucket') {
    return 'bucket_not_found';
  }
  // S3 gives a body that came too slowly, and one that a bad line changed, the status of a bad request.
  const isTransient =
    transientStatuses.includes(status) || serviceCode === 'RequestTimeout' || serviceCode === 'BadDigest';
  return isTransient ? 'storage_unavailable' : 'storage_refused';
}

function answerIn(error: unknown): S3ServiceError | null {
  if (error instanceof S3ServiceError) {
    return error;
  }
  return error instanceof Error && error.cause !== undefined ? answerIn(error.cause) : null;
}
