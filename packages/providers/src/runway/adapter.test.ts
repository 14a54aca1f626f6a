import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { answeringFetch, brokenConnection, imageFile } from '../__tests__/answering-fetch.ts';
import type { Answer } from '../__tests__/answering-fetch.ts';
import { firstSlotOf, mappedOf } from '../__tests__/mapping-results.ts';
import type { AccountAccess } from '../contract/adapter.ts';
import { ProviderCallError } from '../contract/errors.ts';
import { createRunwayAdapter } from './adapter.ts';
import { mapParameters } from './map-parameters.ts';

const key = 'key_0123456789abcdef0123456789abcdef';
const account: AccountAccess = {
  accountId: 'acc_1',
  credentials: { api_key: key },
  baseUrl: 'http://runway.test',
};
const taskId = '17f20503-6c24-4c16-946b-35dbbce2af2f';
const handle = { task_id: taskId };

function adapterAnswering(...answers: Answer[]) {
  const { fetch, sent } = answeringFetch(...answers);
  const adapter = createRunwayAdapter({ fetch, createUuid: () => 'uuid' });
  const calls = () => sent.map(({ method, url }) => `${method} ${url.replace('http://runway.test', '')}`);
  return { adapter, sent, calls };
}

const says =
  (body: unknown, status = 200): Answer =>
  () =>
    Response.json(body, { status, headers: { date: 'Sun, 22 Nov 2026 10:00:00 GMT' } });
const empty =
  (status: number): Answer =>
  () =>
    new Response(null, { status });
const task = (status: string, facts: object = {}): Answer => says({ id: taskId, status, ...facts });
const broken = brokenConnection('ECONNRESET', key);

function textRequest() {
  const mapped = mappedOf(mapParameters('text_to_video', { prompt: 'rain' }));
  return adapterAnswering().adapter.buildRequest(mapped, new Map(), { account, webhookUrl: null });
}

const imageSlot = firstSlotOf(mapParameters('image_to_video', { prompt: 'rain', image_url: 'ast_1' }));

describe('execute', () => {
  it('sends the stored body once, with the version of the API', async () => {
    const { adapter, sent, calls } = adapterAnswering(says({ id: taskId, estimatedCost: { credits: 60 } }));
    const request = textRequest();
    expect(await adapter.execute('text_to_video', account, request, 'token')).toEqual({
      outcome: 'accepted',
      providerJobId: taskId,
      handle,
      credits: 60,
    });
    expect(calls()).toEqual(['POST /v1/text_to_video']);
    expect(sent[0]?.body).toBe(request.body);
    expect(sent[0]?.headers.get('authorization')).toBe(`Bearer ${key}`);
    expect(sent[0]?.headers.get('x-runway-version')).toBe('2024-11-06');
  });

  it('does not know the cost when Runway names none', async () => {
    const { adapter } = adapterAnswering(says({ id: taskId }));
    expect(await adapter.execute('text_to_video', account, textRequest(), 't')).toMatchObject({
      credits: null,
    });
  });

  it.each<[string, Answer]>([
    ['a server error', empty(500)],
    ['a bad gateway', empty(502)],
    ['a load shedder', empty(503)],
    ['a gateway that waited', empty(504)],
    ['garbage', () => new Response('<html>')],
    ['a success without an id', says({})],
    ['a broken connection', broken],
  ])('does not know what came of %s, and never asks again', async (_, answer) => {
    const { adapter, sent } = adapterAnswering(answer);
    const result = await adapter.execute('text_to_video', account, textRequest(), 't');
    expect(result).toMatchObject({
      outcome: 'unknown',
      error: { code: 'outcome_unknown', charged: 'unknown', retry: 'never' },
    });
    expect(result.outcome === 'unknown' && result.evidence).toContain('credit balance');
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['ECONNREFUSED', 'rejected'],
    ['ENOTFOUND', 'rejected'],
    ['ECONNRESET', 'unknown'],
    ['EHOSTUNREACH', 'unknown'],
  ])('knows by %s that it is %s', async (code, outcome) => {
    const { adapter } = adapterAnswering(brokenConnection(code));
    expect(await adapter.execute('text_to_video', account, textRequest(), 't')).toMatchObject({ outcome });
  });

  it.each([{}, { api_key: '' }, { api_key: 'two words' }])(
    'sends nothing without a usable key: %j',
    async (credentials) => {
      const { adapter, sent } = adapterAnswering(says({ id: taskId }));
      expect(
        await adapter.execute('text_to_video', { ...account, credentials }, textRequest(), 't'),
      ).toMatchObject({ outcome: 'rejected', error: { class: 'AuthenticationError' } });
      expect(sent).toHaveLength(0);
    },
  );

  it('refuses a request that is not of Runway, loudly: it is a mistake of ours', async () => {
    const { adapter, sent } = adapterAnswering(says({ id: taskId }));
    const request = { ...textRequest(), endpoint: { method: 'POST', path: '/v1/sound_effect' } as const };
    await expect(adapter.execute('text_to_video', account, request, 't')).rejects.toThrow(TypeError);
    expect(sent).toHaveLength(0);
  });
});

describe('checkStatus', () => {
  it('reads the task', async () => {
    const { adapter, calls } = adapterAnswering(task('RUNNING', { progress: 0.4 }));
    expect(await adapter.checkStatus(account, handle)).toMatchObject({ status: 'processing', progress: 0.4 });
    expect(calls()).toEqual([`GET /v1/tasks/${taskId}`]);
  });

  it.each([{}, { cancelAsked: false }])('throws for a task that is not there: %j', async (options) => {
    const { adapter } = adapterAnswering(empty(404));
    await expect(adapter.checkStatus(account, handle, options)).rejects.toMatchObject({
      class: 'JobNotFoundError',
      code: 'provider_job_not_found',
    });
  });

  it('takes a task that is not there for cancelled when we cancelled it', async () => {
    const { adapter } = adapterAnswering(empty(404));
    expect(await adapter.checkStatus(account, handle, { cancelAsked: true })).toMatchObject({
      status: 'cancelled',
      rawStatus: 'deleted',
      credits: null,
    });
  });

  it.each([401, 429, 500, 503])('does not take HTTP %i for cancelled', async (status) => {
    const { adapter } = adapterAnswering(empty(status));
    await expect(adapter.checkStatus(account, handle, { cancelAsked: true })).rejects.toBeInstanceOf(
      ProviderCallError,
    );
  });

  it('believes a success more than the cancellation', async () => {
    const { adapter } = adapterAnswering(task('SUCCEEDED', { output: ['https://a/1.mp4'] }));
    expect(await adapter.checkStatus(account, handle, { cancelAsked: true })).toMatchObject({
      status: 'completed',
    });
  });

  it('refuses a handle that it did not make', async () => {
    const { adapter, sent } = adapterAnswering(task('RUNNING'));
    await expect(adapter.checkStatus(account, { video_id: '7' })).rejects.toThrow(TypeError);
    expect(sent).toHaveLength(0);
  });
});

describe('cancel', () => {
  it.each(['PENDING', 'THROTTLED', 'RUNNING'])('deletes a task that is %s', async (status) => {
    const { adapter, calls } = adapterAnswering(task(status), empty(204));
    expect(await adapter.cancel?.(account, handle)).toEqual({ outcome: 'cancelled' });
    expect(calls()).toEqual([`GET /v1/tasks/${taskId}`, `DELETE /v1/tasks/${taskId}`]);
  });

  it.each(['SUCCEEDED', 'FAILED', 'CANCELLED'])(
    'never deletes a task that is %s: its output would go with it',
    async (status) => {
      const { adapter, calls } = adapterAnswering(task(status), empty(204));
      expect(await adapter.cancel?.(account, handle)).toEqual({ outcome: 'too_late' });
      expect(calls()).toEqual([`GET /v1/tasks/${taskId}`]);
    },
  );

  it.each<[string, Answer]>([
    ['an unknown status', task('RESTING')],
    ['no task', empty(404)],
    ['a status that cannot be read', empty(503)],
    ['garbage', () => new Response('<html>')],
    ['a broken connection', broken],
  ])('deletes nothing after %s', async (_, answer) => {
    const { adapter, calls } = adapterAnswering(answer, empty(204));
    await expect(adapter.cancel?.(account, handle)).rejects.toBeInstanceOf(ProviderCallError);
    expect(calls()).toEqual([`GET /v1/tasks/${taskId}`]);
  });

  it.each([404, 429, 500])('did not cancel when the delete is answered with %i', async (status) => {
    const { adapter } = adapterAnswering(task('RUNNING'), empty(status));
    await expect(adapter.cancel?.(account, handle)).rejects.toBeInstanceOf(ProviderCallError);
  });
});

describe('resolveInput', () => {
  const opened = says({
    uploadUrl: 'http://storage.test/bucket',
    fields: { key: 'k', policy: 'p' },
    runwayUri: 'runway://u',
  });

  it('sends the fields in their order, the file last, and no key to the storage', async () => {
    const { adapter, sent, calls } = adapterAnswering(opened, empty(204));
    expect(await adapter.resolveInput(account, imageSlot, imageFile)).toEqual({
      reference: { uri: 'runway://u' },
      reusable: true,
      // 24 hours, less one for tasks that wait before they read it.
      expiresAt: '2026-11-23T09:00:00.000Z',
    });
    expect(calls()).toEqual(['POST /v1/uploads', 'POST http://storage.test/bucket']);
    expect(sent[0]?.body).toBe('{"filename":"boat.png","type":"ephemeral"}');
    const form = sent[1]?.body;
    if (!(form instanceof FormData)) {
      throw new Error('no form was sent');
    }
    expect([...form.keys()]).toEqual(['key', 'policy', 'file']);
    const part = form.get('file') as File;
    expect([part.type, part.name, await part.text()]).toEqual(['image/png', 'boat.png', 'png']);
    expect(inspect(sent[1], { depth: 10 })).not.toContain(key);
    expect(sent[1]?.headers.has('authorization')).toBe(false);
  });

  it('does not use an upload again of which it does not know the end', async () => {
    const undated: Answer = async (sent) => {
      const response = await opened(sent);
      response.headers.delete('date');
      return response;
    };
    const { adapter } = adapterAnswering(undated, empty(204));
    expect(await adapter.resolveInput(account, imageSlot, imageFile)).toMatchObject({
      reusable: false,
      expiresAt: null,
    });
  });

  it('does not repeat the second step: the place is spent', async () => {
    const { adapter, sent } = adapterAnswering(opened, empty(503));
    await expect(adapter.resolveInput(account, imageSlot, imageFile)).rejects.toMatchObject({
      class: 'ProviderUnavailableError',
      retry: 'later',
      charged: 'no',
    });
    expect(sent).toHaveLength(2);
  });

  it('asks for no place for a file of ours that cannot be read', async () => {
    const { adapter, sent } = adapterAnswering(opened);
    const unreadable = { ...imageFile, open: () => Promise.reject(new Error('EIO')) };
    await expect(adapter.resolveInput(account, imageSlot, unreadable)).rejects.toThrow('EIO');
    expect(sent).toHaveLength(0);
  });
});

describe('balance', () => {
  it('is that of the organization', async () => {
    const { adapter, calls } = adapterAnswering(says({ creditBalance: 12_345, tier: {}, usage: {} }));
    expect(await adapter.balance?.(account)).toEqual({
      amount: 12_345,
      unit: 'credits',
      pools: { prepaid: 12_345 },
    });
    expect(calls()).toEqual(['GET /v1/organization']);
  });

  it('of an answer without one is unknown, not zero', async () => {
    await expect(adapterAnswering(says({})).adapter.balance?.(account)).rejects.toMatchObject({
      class: 'ProviderError',
    });
  });
});

describe('what the adapter gives away', () => {
  it('uses the address of Runway unless the account has another', async () => {
    const { adapter, sent } = adapterAnswering(task('PENDING'));
    await adapter.checkStatus({ ...account, baseUrl: null }, handle);
    expect(sent[0]).toMatchObject({
      method: 'GET',
      url: `https://api.dev.runwayml.com/v1/tasks/${taskId}`,
    });
  });

  it('keeps the key out of results and errors, even when Runway or fetch repeats it', async () => {
    for (const answer of [says({ error: `bad key ${key}` }, 401), says({ error: key }, 500), broken]) {
      const { adapter } = adapterAnswering(answer);
      const result = await adapter.execute('text_to_video', account, textRequest(), 't');
      expect(result.outcome).not.toBe('accepted');
      expect(inspect(result, { depth: 20, showHidden: true })).not.toContain(key);
      expect(JSON.stringify(result)).not.toContain(key);
    }
  });
});
