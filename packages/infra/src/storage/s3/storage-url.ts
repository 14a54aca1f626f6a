import { BlobStoreError } from '../blob-store-error.ts';

/** The place of the blobs and the keys to write them. */
export interface S3Settings {
  /** Scheme, host and port, such as `https://s3.eu-central-1.amazonaws.com`. */
  readonly origin: string;
  readonly bucket: string;
  /** Put before every key: empty, or ends in a slash. */
  readonly prefix: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const parameters: readonly string[] = ['region', 'tls'];

// The region that MinIO, Garage and R2 take when none was configured, and AWS's own default.
const defaultRegion = 'us-east-1';

/**
 * Reads the one setting of an S3 store:
 *
 *     s3://ACCESS_KEY:SECRET@host[:port]/bucket[/prefix][?region=eu-central-1][&tls=off]
 *
 * Access key and secret are percent-encoded, as in every URL: `/` is `%2F`, `%` is `%25`, `+` may stay. The bucket is
 * addressed by path (`https://host/bucket/key`), which AWS and all compatible servers answer. `region` is `us-east-1`
 * and `tls` is `on` when left out. No error repeats any part of the text, because all of it may be a misplaced secret.
 *
 * @throws BlobStoreError `invalid_storage_url`
 * @example
 * parseStorageUrl('s3://minio:s%2Fcret@127.0.0.1:9000/videos/studio?tls=off')
 * // { origin: 'http://127.0.0.1:9000', bucket: 'videos', prefix: 'studio/', region: 'us-east-1', ... }
 */
export function parseStorageUrl(text: string): S3Settings {
  // The error of `new URL` carries the text it was given.
  if (!URL.canParse(text)) {
    throw invalid(
      'is not a URL. Its form is s3://ACCESS_KEY:SECRET@host/bucket, and a / within the secret is percent-encoded as %2F',
    );
  }
  const url = new URL(text);
  if (url.protocol !== 's3:') {
    throw invalid('must begin with s3://');
  }
  if (url.hostname === '') {
    throw invalid('names no host');
  }
  if (url.hash !== '') {
    throw invalid('has a fragment; a # within the secret is written %23');
  }
  const [bucket = '', ...folders] = url.pathname.split('/').slice(1);
  return {
    origin: `${isTlsOn(url) ? 'https' : 'http'}://${url.host}`,
    bucket: checkBucket(bucket),
    prefix: checkPrefix(folders),
    region: parameter(url, 'region') ?? defaultRegion,
    accessKeyId: decoded(url.username, 'access key'),
    secretAccessKey: decoded(url.password, 'secret'),
  };
}

function isTlsOn(url: URL): boolean {
  const tls = parameter(url, 'tls') ?? 'on';
  if (tls !== 'on' && tls !== 'off') {
    throw invalid('has a value other than on or off for tls');
  }
  return tls === 'on';
}

function parameter(url: URL, name: string): string | undefined {
  for (const key of url.searchParams.keys()) {
    if (!parameters.includes(key)) {
      throw invalid(`has a parameter other than ${parameters.join(' and ')}`);
    }
  }
  const [value, ...more] = url.searchParams.getAll(name);
  if (value === '' || more.length > 0) {
    throw invalid(`has an empty or repeated ${name}`);
  }
  return value;
}

/** S3's naming rules: 3 to 63 lower-case letters, digits, dots and hyphens. */
function checkBucket(bucket: string): string {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw invalid('names no bucket, or one that breaks the naming rules of S3');
  }
  return bucket;
}

function checkPrefix(folders: readonly string[]): string {
  // One slash at the end is the same prefix.
  const names = folders.at(-1) === '' ? folders.slice(0, -1) : folders;
  if (!names.every((name) => /^[A-Za-z0-9._-]+$/.test(name))) {
    throw invalid('has a prefix with characters other than letters, digits, dots, hyphens and underscores');
  }
  return names.map((name) => `${name}/`).join('');
}

function decoded(part: string, what: string): string {
  if (part === '') {
    throw invalid(`has no ${what}`);
  }
  try {
    return decodeURIComponent(part);
  } catch (error) {
    throw invalid(`has ${what === 'secret' ? 'a' : 'an'} ${what} with a stray %; it is written %25`, error);
  }
}

function invalid(what: string, cause?: unknown): BlobStoreError {
  return new BlobStoreError('invalid_storage_url', `The storage URL ${what}.`, { cause });
}
