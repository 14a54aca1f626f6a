import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { answeringFetch, brokenConnection, imageFile } from '../__tests__/answering-fetch.ts';
import type { Answer } from '../__tests__/answering-fetch.ts';
import { firstSlotOf, mappedOf } from '../__tests__/mapping-results.ts';
import type { AccountAccess, InputFile } from '../contract/adapter.ts';
import { ProviderCallError } from '../contract/errors.ts';
import { createPixverseAdapter } from './adapter.ts';
import { mapParameters } from './map-parameters.ts';

const key = 'sk-0123456789abcdef0123456789abcdef';
const account: AccountAccess = {
  accountId: 'acc_1',
  credentials: { api_key: key },
  baseUrl: 'http://pixverse.test/openapi/v2',
};

function adapterAnswering(...answers: Answer[]) {
  const { fetch, sent } = answeringFetch(...answers);
  let uuids = 0;
  return { adapter: createPixverseAdapter({ fetch, createUuid: () => `uuid-${(uuids += 1)}` }), sent };
}

const success = (reply: string) => () =>
  new Response(`{"ErrCode":0,"ErrMsg":"success","Resp":${reply}}`, { status: 200 });
const refused = (code: number) => () =>
  new Response(JSON.stringify({ ErrCode: code, ErrMsg: 'their words', Resp: null }), { status: 200 });

function textRequest(adapter: ReturnType<typeof createPixverseAdapter>) {
  const mapped = mappedOf(mapParameters('text_to_video', { prompt: 'rain' }));
  return adapter.buildRequest(mapped, new Map(), { account, webhookUrl: null });
}

const slotOf = (operation: 'image_to_video' | 'video_extend') =>
  firstSlotOf(
    mapParameters(operation, {
      prompt: 'rain',
      ...(operation === 'image_to_video' ? { image_url: 'ast_1' } : { video_url: 'ast_1' }),
    }),
  );

const file = (changes: Partial<InputFile> = {}): InputFile => ({ ...imageFile, ...changes });

describe('execute', () => {
  it('sends the stored body once, under the token', async () => {
    const { adapter, sent } = adapterAnswering(success('{"video_id":343252978602905123,"credits":45}'));
    const request = textRequest(adapter);
    expect(await adapter.execute('text_to_video', account, request, 'token-1')).toEqual({
      outcome: 'accepted',
      providerJobId: '343252978602905123',
      handle: { video_id: '343252978602905123' },
      credits: 45,
    });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      method: 'POST',
      url: 'http://pixverse.test/openapi/v2/video/text/generate',
      body: request.body,
    });
    expect(sent[0]?.headers.get('ai-trace-id')).toBe('token-1');
    expect(sent[0]?.headers.get('api-key')).toBe(key);
  });

  it('does not know the credits when PixVerse does not say them', async () => {
    const { adapter } = adapterAnswering(success('{"video_id":7}'));
    expect(await adapter.execute('text_to_video', account, textRequest(adapter), 't')).toMatchObject({
      credits: null,
    });
  });

  it('reports a refusal as a value and does not ask again', async () => {
    const { adapter, sent } = adapterAnswering(refused(500069));
    expect(await adapter.execute('text_to_video', account, textRequest(adapter), 't')).toMatchObject({
      outcome: 'rejected',
      error: { class: 'ProviderUnavailableError', retry: 'later', charged: 'no', providerCode: '500069' },
    });
    expect(sent).toHaveLength(1);
  });

  it.each<[string, () => Response]>([
    ['garbage', () => new Response('<html>', { status: 200 })],
    ['a success without an id', success('{}')],
    ['a bad gateway', () => new Response('', { status: 502 })],
    ['a database error', refused(500100)],
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

  it.each([{}, { api_key: '' }, { api_key: 'two words' }])(
    'sends nothing without a usable key: %j',
    async (credentials) => {
      const { adapter, sent } = adapterAnswering(success('{"video_id":7}'));
      expect(
        await adapter.execute('text_to_video', { ...account, credentials }, textRequest(adapter), 't'),
      ).toMatchObject({
        outcome: 'rejected',
        error: { class: 'AuthenticationError', accountEffect: 'disabled' },
      });
      expect(sent).toHaveLength(0);
    },
  );

  it('refuses a request that is not of PixVerse, loudly: it is a mistake of ours', async () => {
    const { adapter, sent } = adapterAnswering(success('{"video_id":7}'));
    const request = { ...textRequest(adapter), endpoint: { method: 'POST', path: '/v1/videos' } as const };
    await expect(adapter.execute('text_to_video', account, request, 't')).rejects.toThrow(TypeError);
    expect(sent).toHaveLength(0);
  });

  it('uses the international address unless the account has another', async () => {
    const { adapter, sent } = adapterAnswering(success('{"video_id":7}'));
    await adapter.execute('text_to_video', { ...account, baseUrl: null }, textRequest(adapter), 't');
    expect(sent[0]?.url).toBe('https://app-api.pixverse.ai/openapi/v2/video/text/generate');
  });
});

describe('checkStatus', () => {
  it('asks under a new trace id each time: an old one would replay an old answer', async () => {
    const { adapter, sent } = adapterAnswering(success('{"id":343252978602905123,"status":5}'));
    const handle = { video_id: '343252978602905123' };
    await adapter.checkStatus(account, handle);
    expect(await adapter.checkStatus(account, handle)).toMatchObject({
      status: 'processing',
      rawStatus: '5',
    });
    expect(sent.map(({ headers }) => headers.get('ai-trace-id'))).toEqual(['uuid-1', 'uuid-2']);
    expect(sent[0]).toMatchObject({
      method: 'GET',
      url: 'http://pixverse.test/openapi/v2/video/result/343252978602905123',
    });
  });

  it('throws when it cannot see', async () => {
    await expect(
      adapterAnswering(() => new Response('', { status: 503 })).adapter.checkStatus(account, {
        video_id: '7',
      }),
    ).rejects.toMatchObject({ class: 'ProviderUnavailableError', retry: 'later', charged: 'no' });
    await expect(
      adapterAnswering(refused(500008)).adapter.checkStatus(account, { video_id: '7' }),
    ).rejects.toMatchObject({ class: 'JobNotFoundError', code: 'provider_job_not_found' });
  });

  it('refuses a handle that it did not make', async () => {
    const { adapter, sent } = adapterAnswering(success('{}'));
    await expect(adapter.checkStatus(account, { id: 7 })).rejects.toThrow(TypeError);
    expect(sent).toHaveLength(0);
  });

  it('asks once, and leaves the pace to the caller', async () => {
    const { adapter, sent } = adapterAnswering(refused(500069));
    await expect(adapter.checkStatus(account, { video_id: '7' })).rejects.toBeInstanceOf(ProviderCallError);
    expect(sent).toHaveLength(1);
  });
});

describe('resolveInput', () => {
  it('uploads an image under its own type and name', async () => {
    const { adapter, sent } = adapterAnswering(
      success('{"img_id":343252978602905123,"img_url":"https://m/1.png"}'),
    );
    expect(await adapter.resolveInput(account, slotOf('image_to_video'), file())).toEqual({
      reference: { img_id: '343252978602905123' },
      reusable: true,
      expiresAt: null,
    });
    const [upload] = sent;
    if (!(upload?.body instanceof FormData)) {
      throw new Error('no form was sent');
    }
    const part = upload.body.get('image') as File;
    expect(upload.url).toMatch(/\/image\/upload$/);
    expect([part.type, part.name, await part.text()]).toEqual(['image/png', 'boat.png', 'png']);
  });

  it('uploads a video as media', async () => {
    const { adapter, sent } = adapterAnswering(success('{"media_id":8,"media_type":"video","url":"u"}'));
    const video = file({ mediaType: 'video', mimeType: 'video/mp4', fileName: 'boat.mp4' });
    expect(await adapter.resolveInput(account, slotOf('video_extend'), video)).toMatchObject({
      reference: { video_media_id: '8' },
    });
    expect(sent[0]?.url).toMatch(/\/media\/upload$/);
  });

  it('names a video that this account made at PixVerse, and uploads one that another made', async () => {
    const { adapter, sent } = adapterAnswering(success('{"media_id":8,"media_type":"video"}'));
    const made = (providerId: string, accountId: string) =>
      adapter.resolveInput(
        account,
        slotOf('video_extend'),
        file({
          mediaType: 'video',
          mimeType: 'video/mp4',
          madeBy: { providerId, accountId, providerJobId: '99' },
        }),
      );
    expect(await made('pixverse', 'acc_1')).toMatchObject({ reference: { source_video_id: '99' } });
    expect(sent).toHaveLength(0);
    expect(await made('pixverse', 'acc_2')).toMatchObject({ reference: { video_media_id: '8' } });
    expect(await made('other', 'acc_1')).toMatchObject({ reference: { video_media_id: '8' } });
  });

  it('does not blame PixVerse for a file of ours that cannot be read', async () => {
    const { adapter, sent } = adapterAnswering(success('{"img_id":1}'));
    const unreadable = file({ open: () => Promise.reject(new Error('EIO')) });
    await expect(adapter.resolveInput(account, slotOf('image_to_video'), unreadable)).rejects.toThrow('EIO');
    expect(sent).toHaveLength(0);
  });

  it('throws what an image failed on', async () => {
    const moderated = () =>
      new Response('{"err_code":500052,"err_msg":"their words","resp":""}', { status: 500 });
    await expect(
      adapterAnswering(moderated).adapter.resolveInput(account, slotOf('image_to_video'), file()),
    ).rejects.toMatchObject({ class: 'ContentFilteredError', code: 'input_moderated', charged: 'no' });
  });
});

describe('balance', () => {
  it('adds both pools up', async () => {
    const { adapter } = adapterAnswering(
      success('{"account_id":1,"credit_monthly":1069020,"credit_package":3630}'),
    );
    expect(await adapter.balance?.(account)).toEqual({
      amount: 1_072_650,
      unit: 'credits',
      pools: { monthly: 1_069_020, package: 3_630 },
    });
  });

  it('throws for a key that PixVerse does not accept', async () => {
    await expect(adapterAnswering(refused(400012)).adapter.balance?.(account)).rejects.toMatchObject({
      class: 'AuthenticationError',
      accountEffect: 'disabled',
    });
  });
});

describe('what the adapter gives away', () => {
  it('has no cancel: PixVerse documents none', () => {
    expect(adapterAnswering(success('{}')).adapter).not.toHaveProperty('cancel');
  });

  it('keeps the key out of errors, even when PixVerse or fetch repeats it', async () => {
    const answers: (() => Response)[] = [
      () => new Response(JSON.stringify({ ErrCode: 400012, ErrMsg: `bad key ${key}` })),
      () => new Response(`<html>${key}</html>`),
      brokenConnection('ECONNRESET', key),
    ];
    for (const answer of answers) {
      const { adapter } = adapterAnswering(answer);
      const result = await adapter.execute('text_to_video', account, textRequest(adapter), 't');
      expect(result.outcome).not.toBe('accepted');
      expect(inspect(result, { depth: 20, showHidden: true })).not.toContain(key);
      expect(JSON.stringify(result)).not.toContain(key);
    }
  });
});
