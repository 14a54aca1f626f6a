import { S3NetworkError, S3ServiceError } from 's3mini';
import { describe, expect, it } from 'vitest';
import { BlobStoreError } from '../blob-store-error.ts';
import { isMissingObject, isMissingRange, toBlobStoreError } from './s3-error.ts';

describe('toBlobStoreError', () => {
  it.each([
    [401, 'Unknown', 'access_denied'],
    [403, 'SignatureDoesNotMatch', 'access_denied'],
    [404, 'NoSuchBucket', 'bucket_not_found'],
    [404, 'NoSuchUpload', 'storage_refused'],
    [400, 'RequestTimeout', 'storage_unavailable'],
    [400, 'BadDigest', 'storage_unavailable'],
    [400, 'InvalidArgument', 'storage_refused'],
    [307, 'TemporaryRedirect', 'storage_refused'],
    [408, 'Unknown', 'storage_unavailable'],
    [429, 'Unknown', 'storage_unavailable'],
    [500, 'InternalError', 'storage_unavailable'],
    [501, 'NotImplemented', 'storage_refused'],
    [503, 'SlowDown', 'storage_unavailable'],
  ])('takes the answer %i %s for %s', (status, serviceCode, code) => {
    const answer = new S3ServiceError('S3 returned', status, serviceCode, 'text');
    const error = toBlobStoreError(answer, 'store an object');
    expect(error).toMatchObject({ code, cause: answer });
    expect(error.message).toContain(`failed to store an object: ${status} ${serviceCode}`);
  });

  it('finds the answer below an error of the client', () => {
    const wrapped = new Error('look', { cause: new S3ServiceError('S3 returned', 403, 'AccessDenied') });
    expect(toBlobStoreError(wrapped, 'look').code).toBe('access_denied');
  });

  it.each<[Error, string]>([
    [
      new TypeError('fetch failed', { cause: new Error('other side closed') }),
      'The object store cannot be reached: the connection was closed.',
    ],
    [
      new S3NetworkError('S3 network error', 'ECONNREFUSED', new Error('refused')),
      'The object store cannot be reached: nothing accepts connections at its address.',
    ],
    [new Error('of an unknown kind'), 'No answer from the object store.'],
  ])('takes an error without an answer for a lost connection, and says why: %s', (cause, sentence) => {
    const error = toBlobStoreError(cause, 'read an object');
    expect(error).toMatchObject({ code: 'storage_unavailable', cause });
    expect(error.message).toContain(sentence);
    expect(error.message).toContain('It was asked to read an object');
  });

  it('drops the text of the answer, which repeats the access key', () => {
    const answer = new S3ServiceError('S3 returned 403', 403, 'X', '<AWSAccessKeyId>AKIA</AWSAccessKeyId>');
    expect(JSON.stringify(toBlobStoreError(answer, 'look').cause)).not.toContain('AKIA');
  });

  it('leaves an error of the store as it is', () => {
    const error = new BlobStoreError('invalid_range', 'no');
    expect(toBlobStoreError(error, 'read')).toBe(error);
  });
});

describe('what an answer means', () => {
  it('tells a missing object from a missing bucket', () => {
    expect(isMissingObject(new S3ServiceError('', 404, 'NoSuchKey'))).toBe(true);
    // The answer to HEAD has no body that could say more.
    expect(isMissingObject(new Error('', { cause: new S3ServiceError('', 404, 'Unknown') }))).toBe(true);
    expect(isMissingObject(new S3ServiceError('', 404, 'NoSuchBucket'))).toBe(false);
    expect(isMissingObject(new S3ServiceError('', 403, 'AccessDenied'))).toBe(false);
    expect(isMissingObject(new Error('fetch failed'))).toBe(false);
  });

  it('knows a missing range', () => {
    expect(isMissingRange(new S3ServiceError('', 416, 'InvalidRange'))).toBe(true);
    expect(isMissingRange(new S3ServiceError('', 404, 'NoSuchKey'))).toBe(false);
  });
});
