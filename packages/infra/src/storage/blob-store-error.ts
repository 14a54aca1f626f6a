export type BlobStoreErrorCode =
  | 'blob_not_found'
  | 'invalid_hash'
  | 'invalid_range'
  | 'damaged_file'
  /** The settings of the store cannot be understood. */
  | 'invalid_storage_url'
  /** The object store does not accept the credentials, or they do not allow the call. */
  | 'access_denied'
  | 'bucket_not_found'
  /** Unreachable, overloaded or interrupted; the same call may succeed later. */
  | 'storage_unavailable'
  /** The object store is full for this bucket; the same call may succeed later. */
  | 'storage_full'
  /** Any other refusal; the same call would be refused again. */
  | 'storage_refused';

/** A blob store cannot do what was asked. */
export class BlobStoreError extends Error {
  override readonly name = 'BlobStoreError';
  readonly code: BlobStoreErrorCode;

  constructor(code: BlobStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Thrown by both stores for a hash that they do not hold. */
export function blobNotFound(hash: string): BlobStoreError {
  return new BlobStoreError('blob_not_found', `There is no blob ${hash}.`);
}

/** The received bytes are no longer those that were hashed. */
export function damagedFile(hash: string, options?: ErrorOptions): BlobStoreError {
  return new BlobStoreError('damaged_file', `The received file of blob ${hash} is gone or changed.`, options);
}
