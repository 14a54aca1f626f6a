import { describe, expect, it } from 'vitest';
import { success, testClient } from '../__tests__/recorded-fetch.ts';

// Uploads are tested in uploads.test.ts.

const LONG_ID = '343252978602905123';

describe('images.generateFromTemplate', () => {
  it('posts long ids as bare numbers and reads one whole', async () => {
    const { client, requests } = testClient([success(`{"image_id":${LONG_ID},"credits":15}`)]);
    const body = { img_ids: [LONG_ID, '7'], template_id: '384631857552768' } as const;
    await expect(client.images.generateFromTemplate(body)).resolves.toEqual({
      image_id: LONG_ID,
      credits: 15,
    });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: 'https://app-api.pixverse.ai/openapi/v2/image/template/generate',
      body: `{"img_ids":[${LONG_ID},7],"template_id":384631857552768}`,
    });
  });

  it('is paid, so it is sent once, and stored text byte for byte', async () => {
    const { client, requests } = testClient([new Error('connection lost')], { maxRetries: 5 });
    const stored = '{ "template_id": 1 }';
    await expect(client.images.submit(stored, { traceId: 'same' })).rejects.toMatchObject({
      code: 'connection_failed',
      mayHaveBeenProcessed: true,
      traceId: 'same',
    });
    expect(requests.map(({ body }) => body)).toEqual([stored]);
  });

  it.each(['null', '{"video_id":7}', '{"image_id":"x"}'])('does not take %s for accepted', async (reply) => {
    const { client } = testClient([success(reply)]);
    await expect(client.images.submit({})).rejects.toMatchObject({ code: 'unusable_response' });
  });
});

describe('images.retrieve', () => {
  it('asks by path and reads a long id whole', async () => {
    const { client, requests } = testClient([
      success(`{"image_id":${LONG_ID},"status":5,"template_id":${LONG_ID}}`),
    ]);
    await expect(client.images.retrieve(LONG_ID)).resolves.toEqual({
      image_id: LONG_ID,
      status: 5,
      template_id: LONG_ID,
    });
    expect(requests[0]).toMatchObject({
      method: 'GET',
      url: `https://app-api.pixverse.ai/openapi/v2/image/result/${LONG_ID}`,
    });
  });

  it.each(['{"status":1}', '{"image_id":7}', '{"image_id":7,"status":"1"}'])(
    'cannot use %s',
    async (reply) => {
      const { client } = testClient([success(reply)]);
      await expect(client.images.retrieve('7')).rejects.toMatchObject({ code: 'unusable_response' });
    },
  );

  it('refuses an id that would change the path', async () => {
    const { client, requests } = testClient([]);
    await expect(client.images.retrieve('7/x' as '7')).rejects.toMatchObject({ code: 'invalid_input' });
    expect(requests).toEqual([]);
  });
});
