import { describe, expect, it } from 'vitest';
import { answeringFetch } from '../__tests__/answering-fetch.ts';
import type { Answer } from '../__tests__/answering-fetch.ts';
import { addressesOf } from './addresses.ts';
import { callFal } from './call.ts';
import { cancelRequest } from './cancel.ts';
import { handleOfRequest } from './handle.ts';
import { submitPath, submitRequest } from './submit.ts';
import { uploadFile } from './upload.ts';

const key = 'id:0123456789abcdef';
const addresses = addressesOf('http://fal.test');

function accessAnswering(...answers: Answer[]) {
  const { fetch, sent } = answeringFetch(...answers, () => {
    throw new Error('One call too many.');
  });
  return { access: { fetch, key }, sent };
}

const json =
  (body: unknown, status = 200) =>
  () =>
    new Response(JSON.stringify(body), { status });

describe('submitPath', () => {
  it('names the webhook in the query, escaped', () => {
    expect(submitPath('owner/app/model', null)).toBe('/owner/app/model');
    expect(submitPath('owner/app/model', 'https://me.test/hooks/x/y?a=1&b=2')).toBe(
      '/owner/app/model?fal_webhook=https%3A%2F%2Fme.test%2Fhooks%2Fx%2Fy%3Fa%3D1%26b%3D2',
    );
  });
});

describe('submitRequest', () => {
  it('sends the text as it stands, once, with the key and without following a redirect', async () => {
    const { access, sent } = accessAnswering(json({ request_id: 'abc' }));
    const path = '/owner/app/model?fal_webhook=x';
    const handle = await submitRequest(access, addresses, { path, body: '{"prompt":"rain"}' });
    expect(handle).toEqual(handleOfRequest(addresses, 'owner/app/model', 'abc'));
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      url: 'http://fal.test/owner/app/model?fal_webhook=x',
      method: 'POST',
      body: '{"prompt":"rain"}',
      redirect: 'error',
    });
    expect(sent[0]?.headers.get('authorization')).toBe(`Key ${key}`);
    expect(sent[0]?.headers.get('content-type')).toBe('application/json');
  });

  it.each([{}, { request_id: '' }, { request_id: 7 }, []])(
    'does not know what was created without an id: %j',
    async (answer) => {
      const { access } = accessAnswering(json(answer));
      await expect(submitRequest(access, addresses, { path: '/o/a', body: '{}' })).rejects.toMatchObject({
        name: 'FalUnreadableAnswerError',
        mayHaveTakenEffect: true,
      });
    },
  );
});

describe('callFal', () => {
  it('tells a signal of the caller from a missing answer in nothing but the cause', async () => {
    const fetch: typeof globalThis.fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
      });
    const stop = new AbortController();
    const call = callFal(
      { fetch, key },
      { method: 'GET', url: 'http://fal.test', timeoutMs: 60_000, signal: stop.signal },
    );
    stop.abort();
    await expect(call).rejects.toMatchObject({ name: 'FalConnectionError', mayHaveTakenEffect: true });
  });

  it('gives up by itself', async () => {
    const fetch: typeof globalThis.fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
      });
    await expect(
      callFal({ fetch, key }, { method: 'GET', url: 'http://fal.test', timeoutMs: 1 }),
    ).rejects.toThrow('fal did not answer within 1 ms');
  });
});

describe('cancelRequest', () => {
  const handle = handleOfRequest(addresses, 'owner/app/model', 'abc');

  it.each([
    [200, 'OK', 'cancelled'],
    [202, 'CANCELLATION_REQUESTED', 'requested'],
    [400, 'ALREADY_COMPLETED', 'too_late'],
  ])('%i %s is %s', async (status, word, outcome) => {
    const { access, sent } = accessAnswering(json({ status: word }, status));
    expect(await cancelRequest(access, handle)).toEqual({ outcome });
    expect(sent).toEqual([
      expect.objectContaining({ url: handle.cancelUrl, method: 'PUT', body: undefined }),
    ]);
  });

  it('throws for what fal does not know, and for what it cannot say', async () => {
    for (const status of [404, 500]) {
      const { access } = accessAnswering(json({ status: 'NOT_FOUND' }, status));
      await expect(cancelRequest(access, handle)).rejects.toMatchObject({ name: 'FalRefusalError' });
    }
  });
});

describe('uploadFile', () => {
  const bytes = new Blob(['png'], { type: 'image/png' });
  const places = { upload_url: 'https://cdn.test/put?sig=1', file_url: 'https://cdn.test/files/1.png' };

  it('asks for a place with the key, and fills it without', async () => {
    const { access, sent } = accessAnswering(json(places), () => new Response(null, { status: 200 }));
    expect(await uploadFile(access, addresses, { bytes, fileName: 'boat.png' })).toBe(places.file_url);
    expect(sent[0]).toMatchObject({
      url: 'http://fal.test/storage/upload/initiate?storage_type=fal-cdn-v3',
      body: '{"content_type":"image/png","file_name":"boat.png"}',
    });
    expect(sent[0]?.headers.get('authorization')).toBe(`Key ${key}`);
    expect(sent[1]).toMatchObject({ url: places.upload_url, method: 'PUT', body: bytes });
    expect(sent[1]?.headers.get('content-type')).toBe('image/png');
    expect(sent[1]?.headers.has('authorization')).toBe(false);
  });

  it('does not name a file that was not stored', async () => {
    const { access } = accessAnswering(json(places), () => new Response('expired', { status: 403 }));
    await expect(uploadFile(access, addresses, { bytes, fileName: 'x' })).rejects.toMatchObject({
      failure: { httpStatus: 403, text: 'expired' },
    });
  });

  it('cannot use an answer that names no place', async () => {
    const { access, sent } = accessAnswering(json({ file_url: places.file_url }));
    await expect(uploadFile(access, addresses, { bytes, fileName: 'x' })).rejects.toMatchObject({
      name: 'FalUnreadableAnswerError',
    });
    expect(sent).toHaveLength(1);
  });
});
