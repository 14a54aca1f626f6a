import { describe, expect, it } from 'vitest';
import { BlobStoreError } from '../blob-store-error.ts';
import { parseStorageUrl } from './storage-url.ts';

describe('parseStorageUrl', () => {
  it('reads every part', () => {
    expect(
      parseStorageUrl('s3://AKIA123:a%2Fb%2B%40c@s3.eu-central-1.amazonaws.com/videos?region=eu-central-1'),
    ).toEqual({
      origin: 'https://s3.eu-central-1.amazonaws.com',
      bucket: 'videos',
      prefix: '',
      region: 'eu-central-1',
      accessKeyId: 'AKIA123',
      secretAccessKey: 'a/b+@c',
    });
  });

  it('reads a server of one’s own, without TLS and below a prefix', () => {
    expect(parseStorageUrl('s3://minio:secret@127.0.0.1:9000/videos/studio/one?tls=off')).toEqual({
      origin: 'http://127.0.0.1:9000',
      bucket: 'videos',
      prefix: 'studio/one/',
      region: 'us-east-1',
      accessKeyId: 'minio',
      secretAccessKey: 'secret',
    });
  });

  it.each([
    ['a slash at the end of the bucket', 's3://a:b@host/videos/', ''],
    ['a slash at the end of the prefix', 's3://a:b@host/videos/studio/', 'studio/'],
  ])('takes %s for the same place', (_what, url, prefix) => {
    expect(parseStorageUrl(url)).toMatchObject({ bucket: 'videos', prefix });
  });

  it.each([
    ['tls=on', 'https://host'],
    ['tls=off', 'http://host'],
  ])('takes %s', (query, origin) => {
    expect(parseStorageUrl(`s3://a:b@host/videos?${query}`).origin).toBe(origin);
  });

  it('takes a numeric IPv6 host, and a plus, colon or at sign in the secret as it is', () => {
    expect(parseStorageUrl('s3://a:b+c:d@e@[::1]:9000/videos')).toMatchObject({
      origin: 'https://[::1]:9000',
      secretAccessKey: 'b+c:d@e',
    });
  });

  it.each([
    ['', 'is not a URL'],
    ['KEYKEY:SECRETSECRET@host/bucket', 'must begin with s3://'],
    ['https://KEYKEY:SECRETSECRET@host/bucket', 'must begin with s3://'],
    ['s3://KEYKEY:SECRET/SECRET@host/bucket', 'percent-encoded'],
    ['s3:///bucket', 'names no host'],
    ['s3://host/bucket', 'has no access key'],
    ['s3://KEYKEY@host/bucket', 'has no secret'],
    ['s3://:SECRETSECRET@host/bucket', 'has no access key'],
    ['s3://KEYKEY:SECRET%SECRET@host/bucket', 'a secret with a stray %'],
    ['s3://KEY%KEY:SECRETSECRET@host/bucket', 'an access key with a stray %'],
    ['s3://KEYKEY:SECRETSECRET@host', 'names no bucket'],
    ['s3://KEYKEY:SECRETSECRET@host/', 'names no bucket'],
    ['s3://KEYKEY:SECRETSECRET@host/Bucket', 'naming rules'],
    ['s3://KEYKEY:SECRETSECRET@host/b', 'naming rules'],
    ['s3://KEYKEY:SECRETSECRET@host/bucket//studio', 'has a prefix'],
    ['s3://KEYKEY:SECRETSECRET@host/bucket/a%2Fb', 'has a prefix'],
    ['s3://KEYKEY:SECRETSECRET@host/bucket?tls=no', 'on or off'],
    ['s3://KEYKEY:SECRETSECRET@host/bucket?tls=off&tls=on', 'repeated tls'],
    ['s3://KEYKEY:SECRETSECRET@host/bucket?region=', 'empty or repeated region'],
    ['s3://KEYKEY:SECRETSECRET@host/bucket?zone=a', 'a parameter other than region and tls'],
    ['s3://KEYKEY:SECRETSECRET@host/bucket#SECRET', 'fragment'],
  ])('refuses %j and tells none of it', (url, reason) => {
    const error = errorOf(() => parseStorageUrl(url));
    expect(error).toBeInstanceOf(BlobStoreError);
    expect(error).toMatchObject({ code: 'invalid_storage_url', message: expect.stringMatching(reason) });
    expect(JSON.stringify([error.message, error.stack, error.cause ?? null])).not.toMatch(
      /SECRET(?!@host)|KEYKEY/,
    );
  });
});

function errorOf(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was refused.');
}
