import { describe, expect, it } from 'vitest';
import { success, testClient } from '../__tests__/recorded-fetch.ts';

const BASE_URL = 'https://app-api.pixverse.ai/openapi/v2';
const LONG_ID = '343252978602905123';

describe('speakers.list', () => {
  it('asks for the first page of all when nothing is said', async () => {
    const { client, requests } = testClient([success('{"total":0,"data":[]}')]);
    await expect(client.speakers.list()).resolves.toEqual({ total: 0, data: [] });
    expect(requests[0]).toMatchObject({ method: 'GET', url: `${BASE_URL}/video/tts_speaker` });
  });

  it('puts the page into the query', async () => {
    const { client, requests } = testClient([
      success('{"total":9,"data":[{"speaker_id":"7","name":"Harper","speaker_type":"system"}]}'),
    ]);
    const query = { page_num: 2, page_size: 20, speaker_type: 'all' } as const;
    await expect(client.speakers.list(query)).resolves.toEqual({
      total: 9,
      data: [{ speaker_id: '7', name: 'Harper', speaker_type: 'system' }],
    });
    expect(requests[0]?.url).toBe(`${BASE_URL}/video/tts_speaker?page_num=2&page_size=20&speaker_type=all`);
  });

  it('reads a number in the place of an id, an empty page without list, and skips what is none', async () => {
    const { client } = testClient([
      success(`{"data":[{"speaker_id":${LONG_ID}},{"name":"nobody"},"Ava"]}`),
      success('{"data":null}'),
    ]);
    await expect(client.speakers.list()).resolves.toEqual({ data: [{ speaker_id: LONG_ID }] });
    await expect(client.speakers.list()).resolves.toEqual({ data: [] });
  });

  it.each(['null', '[]', '{}', '{"data":{}}'])('cannot use %s', async (reply) => {
    const { client } = testClient([success(reply)]);
    await expect(client.speakers.list()).rejects.toMatchObject({ code: 'unusable_response' });
  });

  it('has the older list at its own path', async () => {
    const { client, requests } = testClient([success('{"data":[]}')]);
    await client.speakers.listSystem({ page_num: 1, page_size: 2 });
    expect(requests[0]?.url).toBe(`${BASE_URL}/video/lip_sync/tts_list?page_num=1&page_size=2`);
  });
});

describe('speakers.create', () => {
  it('posts a long id as a bare number', async () => {
    const { client, requests } = testClient([success('{"speaker_id":"31","name":"Me"}')]);
    await expect(client.speakers.create({ name: 'Me', audio_media_id: LONG_ID })).resolves.toEqual({
      speaker_id: '31',
      name: 'Me',
    });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: `${BASE_URL}/video/tts_speaker`,
      body: `{"name":"Me","audio_media_id":${LONG_ID}}`,
    });
  });

  it('is sent once', async () => {
    const { client, requests } = testClient([new Error('connection lost')], { maxRetries: 5 });
    await expect(client.speakers.create({ name: 'Me', audio_media_id: '1' })).rejects.toMatchObject({
      code: 'connection_failed',
      mayHaveBeenProcessed: true,
    });
    expect(requests).toHaveLength(1);
  });
});

describe('speakers.delete', () => {
  it.each(['null', '{}', '[]'])('deletes by path, whatever the reply: %s', async (reply) => {
    const { client, requests } = testClient([success(reply)]);
    await expect(client.speakers.delete('31')).resolves.toBeUndefined();
    expect(requests[0]).toMatchObject({
      method: 'DELETE',
      url: `${BASE_URL}/video/tts_speaker/31`,
      body: undefined,
    });
  });

  it.each(['', '..', '7/../8', 'a b', '7?x=1', 'é'])(
    'refuses %j, which would change the path',
    async (id) => {
      const { client, requests } = testClient([]);
      await expect(client.speakers.delete(id)).rejects.toMatchObject({ code: 'invalid_input' });
      expect(requests).toEqual([]);
    },
  );
});
