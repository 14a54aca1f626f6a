import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { answeringFetch, brokenConnection, imageFile } from '../__tests__/answering-fetch.ts';
import type { Answer } from '../__tests__/answering-fetch.ts';
import { firstSlotOf, mappedOf } from '../__tests__/mapping-results.ts';
import type { AccountAccess } from '../contract/adapter.ts';
import { createPikaAdapter } from './adapter.ts';
import { mapParameters } from './map-parameters.ts';

const key = '7c1e4f0a:0123456789abcdef0123456789abcdef';
const account: AccountAccess = {
  accountId: 'acc_1',
  credentials: { api_key: key },
  baseUrl: 'http://fal.test',
};

function adapterAnswering(...answers: Answer[]) {
  const { fetch, sent } = answeringFetch(...answers);
  const adapter = createPikaAdapter({
    fetch,
    createUuid: () => {
      throw new Error('fal knows no token that would have to be drawn.');
    },
  });
  return { adapter, sent };
}

const json =
  (body: unknown, status = 200) =>
  () =>
    new Response(JSON.stringify(body), { status });

function textRequest(adapter: ReturnType<typeof createPikaAdapter>, webhookUrl: string | null = null) {
  const mapped = mappedOf(mapParameters('text_to_video', { prompt: 'rain' }));
  return adapter.buildRequest(mapped, new Map(), { account, webhookUrl });
}

const handle = {
  request_id: 'abc',
  status_url: 'http://fal.test/fal-ai/pika/requests/abc/status',
  response_url: 'http://fal.test/fal-ai/pika/requests/abc',
  cancel_url: 'http://fal.test/fal-ai/pika/requests/abc/cancel',
};

describe('execute', () => {
  it('sends the stored body once, and keeps where to ask', async () => {
    const { adapter, sent } = adapterAnswering(json({ request_id: 'abc', status: 'IN_QUEUE' }));
    const request = textRequest(adapter, 'https://me.test/hook');
    expect(await adapter.execute('text_to_video', account, request, 'token-1')).toEqual({
      outcome: 'accepted',
      providerJobId: 'abc',
      handle,
      credits: null,
    });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      method: 'POST',
      url: 'http://fal.test/fal-ai/pika/v2.2/text-to-video?fal_webhook=https%3A%2F%2Fme.test%2Fhook',
      body: request.body,
    });
    expect(sent[0]?.headers.get('authorization')).toBe(`Key ${key}`);
    // Nothing at fal recognises it, so that it would only look like a promise.
    expect(inspect(sent[0], { depth: 10 })).not.toContain('token-1');
  });

  it('reports a refusal as a value and does not ask again', async () => {
    const { adapter, sent } = adapterAnswering(json({ detail: 'slow down' }, 429));
    expect(await adapter.execute('text_to_video', account, textRequest(adapter), 't')).toMatchObject({
      outcome: 'rejected',
      error: { class: 'RateLimitError', retry: 'later', charged: 'no', providerMessage: 'slow down' },
    });
    expect(sent).toHaveLength(1);
  });

  it.each<[string, () => Response]>([
    ['garbage', () => new Response('<html>', { status: 200 })],
    ['a success without an id', json({ status: 'IN_QUEUE' })],
    ['a bad gateway', () => new Response('', { status: 502 })],
    ['a server error', json({ error_type: 'internal_server_error' }, 500)],
    ['a broken connection', brokenConnection('ECONNRESET')],
  ])('does not know what came of %s, and does not ask again', async (_, answer) => {
    const { adapter, sent } = adapterAnswering(answer);
    const result = await adapter.execute('text_to_video', account, textRequest(adapter), 't');
    expect(result).toMatchObject({
      outcome: 'unknown',
      error: { code: 'outcome_unknown', charged: 'unknown' },
    });
    expect(result.outcome === 'unknown' && result.evidence).toBeTruthy();
    expect(sent).toHaveLength(1);
  });

  it('knows that nothing was created when nothing has left', async () => {
    const { adapter } = adapterAnswering(brokenConnection('ECONNREFUSED'));
    expect(await adapter.execute('text_to_video', account, textRequest(adapter), 't')).toMatchObject({
      outcome: 'rejected',
      error: { code: 'provider_unavailable', retry: 'later' },
    });
  });

  it('sends nothing without a usable key', async () => {
    const { adapter, sent } = adapterAnswering(json({ request_id: 'abc' }));
    const poor = { ...account, credentials: {} };
    expect(await adapter.execute('text_to_video', poor, textRequest(adapter), 't')).toMatchObject({
      outcome: 'rejected',
      error: { class: 'AuthenticationError', accountEffect: 'disabled' },
    });
    expect(sent).toHaveLength(0);
  });

  it('refuses a request that is not of Pika, loudly: it is a mistake of ours', async () => {
    const { adapter, sent } = adapterAnswering(json({ request_id: 'abc' }));
    const request = {
      ...textRequest(adapter),
      endpoint: { method: 'POST', path: '/fal-ai/other/model' } as const,
    };
    await expect(adapter.execute('text_to_video', account, request, 't')).rejects.toThrow(TypeError);
    expect(sent).toHaveLength(0);
  });
});

describe('checkStatus', () => {
  it('reads the result when the request has completed', async () => {
    const { adapter, sent } = adapterAnswering(({ url }) =>
      url.includes('/status')
        ? new Response('{"status":"COMPLETED"}')
        : new Response('{"video":{"url":"https://v3b.fal.media/files/b/x/output.mp4"}}'),
    );
    expect(await adapter.checkStatus(account, handle)).toMatchObject({
      status: 'completed',
      outputs: [{ url: 'https://v3b.fal.media/files/b/x/output.mp4', mediaType: 'video' }],
    });
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET ${handle.status_url}?logs=0`,
      `GET ${handle.response_url}`,
    ]);
  });

  it('throws when it cannot see', async () => {
    const { adapter } = adapterAnswering(() => new Response('', { status: 503 }));
    await expect(adapter.checkStatus(account, handle)).rejects.toMatchObject({
      class: 'ProviderUnavailableError',
      charged: 'no',
    });
  });

  it('takes an unknown request for a cancelled one only when we asked', async () => {
    const { adapter } = adapterAnswering(json({ detail: 'not found' }, 404));
    await expect(adapter.checkStatus(account, handle)).rejects.toMatchObject({ class: 'JobNotFoundError' });
    expect(await adapter.checkStatus(account, handle, { cancelAsked: true })).toMatchObject({
      status: 'cancelled',
    });
  });

  it('refuses a handle that it did not make', async () => {
    const { adapter, sent } = adapterAnswering(json({}));
    await expect(adapter.checkStatus(account, { video_id: '7' })).rejects.toThrow(TypeError);
    expect(sent).toHaveLength(0);
  });

  it('takes the key nowhere but to the account’s own address', async () => {
    const { adapter, sent } = adapterAnswering(json({ status: 'IN_PROGRESS' }));
    await adapter.checkStatus(account, { ...handle, status_url: 'https://evil.example/x/status' });
    expect(sent[0]?.url).toBe('http://fal.test/x/status?logs=0');
  });
});

describe('resolveInput', () => {
  const slot = firstSlotOf(mapParameters('image_to_video', { prompt: 'rain', image_url: 'ast_1' }));

  it('uploads under the type of the file; the address may be used again', async () => {
    const { adapter, sent } = adapterAnswering(({ method }) =>
      method === 'POST'
        ? new Response('{"upload_url":"http://cdn.test/put","file_url":"http://cdn.test/1.png"}')
        : new Response(),
    );
    expect(await adapter.resolveInput(account, slot, imageFile)).toEqual({
      reference: { url: 'http://cdn.test/1.png' },
      reusable: true,
      expiresAt: null,
    });
    expect(sent[1]?.headers.get('content-type')).toBe('image/png');
  });

  it('does not blame Pika for a file of ours that cannot be read', async () => {
    const { adapter, sent } = adapterAnswering(json({}));
    const unreadable = { ...imageFile, open: () => Promise.reject(new Error('EIO')) };
    await expect(adapter.resolveInput(account, slot, unreadable)).rejects.toThrow('EIO');
    expect(sent).toHaveLength(0);
  });

  it('throws what an upload failed on', async () => {
    const detail = 'User is locked. Reason: Exhausted balance.';
    const { adapter } = adapterAnswering(json({ detail }, 403));
    await expect(adapter.resolveInput(account, slot, imageFile)).rejects.toMatchObject({
      class: 'QuotaExceededError',
      accountEffect: 'exhausted',
      charged: 'no',
    });
  });
});

describe('cancel', () => {
  it('says what became of it, and throws for what is not known', async () => {
    const asked = adapterAnswering(json({ status: 'CANCELLATION_REQUESTED' }, 202));
    expect(await asked.adapter.cancel?.(account, handle)).toEqual({ outcome: 'requested' });
    expect(asked.sent[0]).toMatchObject({ method: 'PUT', url: handle.cancel_url });
    const unknown = adapterAnswering(json({ status: 'NOT_FOUND' }, 404));
    await expect(unknown.adapter.cancel?.(account, handle)).rejects.toMatchObject({
      class: 'JobNotFoundError',
    });
  });
});

describe('what the adapter gives away', () => {
  it('has no balance: a key that may submit cannot read one, and unknown is not zero', () => {
    expect(adapterAnswering(json({})).adapter).not.toHaveProperty('balance');
  });

  it('keeps the key and its secret out of errors, even when fal or fetch repeats them', async () => {
    const answers: (() => Response)[] = [
      json({ detail: `bad key ${key}` }, 401),
      json({ detail: 'x', error_type: key }, 500),
      () => new Response(`<html>${key}</html>`, { status: 400 }),
      brokenConnection('ECONNRESET', key),
    ];
    for (const answer of answers) {
      const { adapter } = adapterAnswering(answer);
      const result = await adapter.execute('text_to_video', account, textRequest(adapter), 't');
      expect(result.outcome).not.toBe('accepted');
      const shown = inspect(result, { depth: 20, showHidden: true }) + JSON.stringify(result);
      expect(shown).not.toContain(key.split(':')[1]);
    }
  });
});
