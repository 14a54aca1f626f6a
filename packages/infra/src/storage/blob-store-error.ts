export type BlobStoreErrorCode = 'blob_not_found' | 'invalid_hash' | 'invalid_range' | 'damaged_file';

/** A blob store cannot do what was asked. */
export class BlobStoreError extends Error {
  override readonly name = 'BlobStoreError';
  readonly code: BlobStoreErrorCode;

  constructor(code: BlobStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
