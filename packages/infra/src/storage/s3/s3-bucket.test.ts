import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRetry } from './retry.ts';
import { openS3Bucket } from './s3-bucket.ts';
import type { S3Bucket } from './s3-bucket.ts';

interface SentRequest {
  readonly method: string | undefined;
  readonly url: string;
  readonly headers: Headers;
  readonly redirect: string | undefined;
}

const secret = 'never-to-be-seen';

/** A bucket whose server gives these answers in turn. */
function bucketAnswering(...answers: (Response | Error)[]): { bucket: S3Bucket; requests: SentRequest[] } {
  const requests: SentRequest[] = [];
  const bucket = openS3Bucket({
    settings: {
      origin: 'http://store.test:9000',
      bucket: 'videos',
      prefix: 'studio/',
      region: 'eu-central-1',
      accessKeyId: 'AKIA',
      secretAccessKey: secret,
    },
    fetch: async (input, init) => {
      const answer = answers[requests.length];
      requests.push({
        method: init?.method,
        url: new Request(input).url,
        headers: new Headers(init?.headers),
        redirect: init?.redirect,
      });
      if (answer === undefined) {
        throw new Error('There is no answer left.');
      }
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
    retry: createRetry({ waitsMs: [1, 1], wait: async () => undefined, random: () => 1 }),
  });
  return { bucket, requests };
}

function refusal(status: number, code: string): Response {
  const body = `<?xml version="1.0"?>\n<Error><Code>${code}</Code><AWSAccessKeyId>AKIA</AWSAccessKeyId></Error>`;
  return new Response(body, { status, headers: { 'content-type': 'application/xml' } });
}

const done = (headers: Record<string, string> = {}): Response => new Response(null, { status: 200, headers });
const lostConnection = new TypeError('fetch failed', { cause: new Error('other side closed') });
const textOf = (stream: ReadableStream<Uint8Array> | undefined): Promise<string> =>
  new Response(stream ?? null).text();

describe('a request', () => {
  it('goes to the path of the bucket, below the prefix, signed and not to be redirected', async () => {
    const { bucket, requests } = bucketAnswering(done({ 'content-length': '12' }));
    expect(await bucket.size('blobs/a')).toBe(12);
    const [request] = requests;
    expect(request).toMatchObject({
      method: 'HEAD',
      url: 'http://store.test:9000/videos/studio/blobs/a',
      redirect: 'manual',
    });
    expect(request?.headers.get('accept-encoding')).toBe('identity');
    expect(request?.headers.get('authorization')).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIA\/\d{8}\/eu-central-1\/s3/,
    );
  });

  it('carries the digest of the bytes it stores, under its signature', async () => {
    const { bucket, requests } = bucketAnswering(done(), done({ etag: '"part"' }));
    const bytes = Buffer.from('hello');
    await bucket.put('a', bytes, 'video/mp4');
    await bucket.putPart('a', 'upload', 1, bytes);
    const digest = createHash('md5').update(bytes).digest('base64');
    expect(requests.map(({ headers }) => headers.get('content-md5'))).toEqual([digest, digest]);
    expect(requests[0]?.headers.get('authorization')).toContain('content-md5;');
    expect(requests[0]?.headers.get('content-type')).toBe('video/mp4');
  });

  it.each([
    ['a lost connection', lostConnection],
    ['an overloaded server', refusal(503, 'SlowDown')],
    ['bytes that were changed on the way', refusal(400, 'BadDigest')],
  ])('is sent again after %s', async (_what, failure) => {
    const { bucket, requests } = bucketAnswering(failure, done());
    await bucket.put('a', Buffer.from('x'), 'video/mp4');
    expect(requests).toHaveLength(2);
  });

  it('is given up after the last try', async () => {
    const { bucket, requests } = bucketAnswering(lostConnection, lostConnection, lostConnection, done());
    await expect(bucket.put('a', Buffer.from('x'), 'video/mp4')).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
    expect(requests).toHaveLength(3);
  });

  it('that starts an upload or asks for health is sent once', async () => {
    const starting = bucketAnswering(lostConnection, done());
    await expect(starting.bucket.startUpload('a', 'video/mp4')).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
    expect(starting.requests).toHaveLength(1);
    const asking = bucketAnswering(lostConnection, done());
    await expect(asking.bucket.ping()).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect(asking.requests).toHaveLength(1);
  });

  it('whose signature is wrong is not sent again, and its error tells no secret', async () => {
    const { bucket, requests } = bucketAnswering(refusal(403, 'SignatureDoesNotMatch'), done());
    const error: unknown = await bucket
      .put('a', Buffer.from('x'), 'video/mp4')
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: 'access_denied',
      message: expect.stringContaining('403 SignatureDoesNotMatch'),
    });
    expect(everythingIn(error)).not.toMatch(/never-to-be-seen|AKIA/);
    expect(requests).toHaveLength(1);
  });
});

describe('reading', () => {
  it('knows no object and no bucket apart', async () => {
    const { bucket } = bucketAnswering(
      refusal(404, 'NoSuchKey'),
      refusal(404, 'NoSuchBucket'),
      new Response(null, { status: 404 }),
    );
    expect(await bucket.read('a')).toBeNull();
    await expect(bucket.read('a')).rejects.toMatchObject({ code: 'bucket_not_found' });
    expect(await bucket.size('a')).toBeNull();
  });

  it('asks for a range and cuts what a server sends beyond it', async () => {
    const { bucket, requests } = bucketAnswering(
      new Response('hello', { status: 206, headers: { 'content-range': 'bytes 1-5/6' } }),
    );
    const stored = await bucket.read('a', { start: 1, end: 2 });
    expect(requests[0]?.headers.get('range')).toBe('bytes=1-2');
    expect(stored?.bytes).toBe(2);
    expect(await textOf(stored?.stream)).toBe('he');
  });

  it('takes a range that ends behind the object for the rest of it', async () => {
    const { bucket } = bucketAnswering(
      new Response('lo', { status: 206, headers: { 'content-range': 'bytes 3-4/5' } }),
    );
    const stored = await bucket.read('a', { start: 3, end: 99 });
    expect(stored?.bytes).toBe(2);
    expect(await textOf(stored?.stream)).toBe('lo');
  });

  it('refuses a range that does not exist', async () => {
    const { bucket } = bucketAnswering(refusal(416, 'InvalidRange'));
    await expect(bucket.read('a', { start: 9, end: 10 })).rejects.toMatchObject({
      code: 'invalid_range',
      message: 'Bytes 9 to 10 do not exist.',
    });
  });

  it.each([
    ['everything', new Response('hello', { status: 200, headers: { 'content-length': '5' } })],
    ['another place', new Response('hello', { status: 206, headers: { 'content-range': 'bytes 0-4/6' } })],
    ['no one knows what', new Response('hello', { status: 206 })],
  ])('does not take %s for the range it asked for', async (_what, answer) => {
    const { bucket } = bucketAnswering(answer);
    await expect(bucket.read('a', { start: 1, end: 2 })).rejects.toMatchObject({ code: 'storage_refused' });
  });

  it('does not take an answer without a length for a whole object', async () => {
    const { bucket } = bucketAnswering(new Response('hello', { status: 200 }));
    await expect(bucket.read('a')).rejects.toMatchObject({ code: 'storage_refused' });
  });
});

describe('removing', () => {
  it('does not mind when there is nothing', async () => {
    const { bucket, requests } = bucketAnswering(
      new Response(null, { status: 204 }),
      refusal(404, 'NoSuchKey'),
      refusal(403, 'AccessDenied'),
    );
    await bucket.remove('a');
    await bucket.remove('a');
    await expect(bucket.remove('a')).rejects.toMatchObject({ code: 'access_denied' });
    expect(requests[0]?.method).toBe('DELETE');
  });
});

/** The texts and fields of an error and of its causes. */
function everythingIn(error: unknown): string {
  return error instanceof Error
    ? `${error.message} ${error.stack} ${JSON.stringify(error)} ${everythingIn(error.cause)}`
    : JSON.stringify(error ?? null);
}
