import { describe, expect, it } from 'vitest';
import { success, testClient } from '../__tests__/recorded-fetch.ts';
import { encodeBody } from '../encode-body.ts';
import { VIDEO_OPERATION_PATHS } from './videos.ts';
import type { VideoOperation } from './videos.ts';

const LONG_ID = '343252978602905123';
const OPERATIONS = Object.keys(VIDEO_OPERATION_PATHS) as VideoOperation[];

describe('videos.submit', () => {
  it.each(OPERATIONS)('posts %s to its path and reads a long id whole', async (operation) => {
    const { client, requests } = testClient([success(`{"video_id":${LONG_ID}}`)]);
    await expect(client.videos.submit(operation, {})).resolves.toEqual({ video_id: LONG_ID });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: `https://app-api.pixverse.ai/openapi/v2${VIDEO_OPERATION_PATHS[operation]}`,
    });
  });

  it('sends the stored text of a body byte for byte', async () => {
    const stored = encodeBody({ img_id: LONG_ID, prompt: 'café "…"', duration: 5 });
    const { client, requests } = testClient([success('{"video_id":7}'), success('{"video_id":7}')]);
    await client.videos.submit('imageToVideo', stored, { traceId: 'same' });
    await client.videos.submit('imageToVideo', `${stored}\n`, { traceId: 'same' });
    expect(requests.map(({ body }) => body)).toEqual([stored, `${stored}\n`]);
    expect(requests.map(({ headers }) => headers.get('ai-trace-id'))).toEqual(['same', 'same']);
  });

  it('sends a plain object, with fields and models the types do not know', async () => {
    const { client, requests } = testClient([success('{"video_id":7}')]);
    const body: unknown = JSON.parse(`{"model":"v9","source_video_id":"${LONG_ID}","new_field":[1,"2"]}`);
    await client.videos.submit('extend', body as object);
    expect(requests[0]?.body).toBe(`{"model":"v9","source_video_id":${LONG_ID},"new_field":[1,"2"]}`);
  });

  it('sends nothing for a body it cannot encode', async () => {
    const { client, requests } = testClient([]);
    await expect(client.videos.submit('extend', '[]')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(client.videos.submit('extend', { source_video_id: 'x' })).rejects.toMatchObject({
      code: 'invalid_input',
      mayHaveBeenProcessed: false,
    });
    expect(requests).toEqual([]);
  });

  it.each([
    ['{"video_id":7,"credits":45}', 45],
    ['{"video_id":7,"credit":10}', 10],
    ['{"video_id":"7","credits":0}', 0],
    ['{"video_id":7,"credits":null}', undefined],
    ['{"video_id":7,"credits":"45"}', undefined],
    ['{"video_id":7}', undefined],
  ])('reads the charge of %s', async (reply, credits) => {
    const { client } = testClient([success(reply)]);
    await expect(client.videos.submit('textToVideo', {})).resolves.toEqual({ video_id: '7', credits });
  });

  it.each(['null', '[]', '{"video_id":null}', '{"video_id":-1}', '{"video_id":1.5}', '{"id":7}'])(
    'does not take %s for an accepted video',
    async (reply) => {
      const { client } = testClient([success(reply)]);
      await expect(client.videos.submit('textToVideo', {})).rejects.toMatchObject({
        code: 'unusable_response',
      });
    },
  );
});

describe('videos.retrieve', () => {
  it('asks by path and reads a long id whole', async () => {
    const { client, requests } = testClient([success(`{"id":${LONG_ID},"status":1}`)]);
    await expect(client.videos.retrieve(LONG_ID)).resolves.toEqual({ id: LONG_ID, status: 1 });
    expect(requests[0]).toMatchObject({
      method: 'GET',
      url: `https://app-api.pixverse.ai/openapi/v2/video/result/${LONG_ID}`,
      body: undefined,
    });
  });

  it('reads the newer fields', async () => {
    const { client } = testClient([
      success('{"id":"7","status":1,"has_audio":true,"credits":100,"size":10.5,"customer_paths":{"a":1}}'),
    ]);
    await expect(client.videos.retrieve('7')).resolves.toEqual({
      id: '7',
      status: 1,
      has_audio: true,
      credits: 100,
      size: 10.5,
    });
  });

  it('keeps a status it does not know', async () => {
    const { client } = testClient([success('{"id":7,"status":17}')]);
    await expect(client.videos.retrieve('7')).resolves.toMatchObject({ status: 17 });
  });

  it('reads a field of another type as absent', async () => {
    const { client } = testClient([success('{"id":7,"status":1,"url":null,"seed":"9","has_audio":1}')]);
    await expect(client.videos.retrieve('7')).resolves.toEqual({ id: '7', status: 1 });
  });

  it.each(['{"status":1}', '{"id":7}', '{"id":7,"status":"1"}', '"done"'])('cannot use %s', async (reply) => {
    const { client } = testClient([success(reply)]);
    await expect(client.videos.retrieve('7')).rejects.toMatchObject({ code: 'unusable_response' });
  });

  it('refuses an id that would change the path', async () => {
    const { client, requests } = testClient([]);
    const id = '7/../../account/balance' as '7';
    await expect(client.videos.retrieve(id)).rejects.toMatchObject({ code: 'invalid_input' });
    expect(requests).toEqual([]);
  });
});
