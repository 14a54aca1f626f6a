import { describe, expect, it } from 'vitest';
import { refusal, success, testClient } from '../__tests__/recorded-fetch.ts';

const BASE_URL = 'https://app-api.pixverse.ai/openapi/v2';
const LONG_ID = '343252978602905123';

describe('restyles.list', () => {
  it('puts the page into the query', async () => {
    const { client, requests } = testClient([
      success(`[{"restyle_id":${LONG_ID},"restyle_name":"anime"},{"restyle_name":"without id"}]`),
    ]);
    await expect(client.restyles.list({ page_num: 1, page_size: 20 })).resolves.toEqual([
      { restyle_id: LONG_ID, restyle_name: 'anime' },
    ]);
    expect(requests[0]).toMatchObject({
      method: 'GET',
      url: `${BASE_URL}/video/restyle/list?page_num=1&page_size=20`,
      body: undefined,
    });
  });

  it('takes no list for an empty page, and an object for unusable', async () => {
    const { client } = testClient([success('null'), success('{}')]);
    await expect(client.restyles.list({ page_num: 9, page_size: 20 })).resolves.toEqual([]);
    await expect(client.restyles.list({ page_num: 9, page_size: 20 })).rejects.toMatchObject({
      code: 'unusable_response',
    });
  });
});

describe('templates.list', () => {
  it('puts the page into the query, and reads a long id whole', async () => {
    const item = {
      display_name: 'Slow Orbit',
      effect_type: 1,
      template_type: 1,
      qualities: ['360p', '540p'],
      duration: 5,
      cover: 'https://media.example/1.png',
    };
    const { client, requests } = testClient([
      success(`{"effect_items":[{"template_id":${LONG_ID},${JSON.stringify(item).slice(1)}]}`),
    ]);
    await expect(client.templates.list({ type: 1, page: 2, pageSize: 20 })).resolves.toEqual({
      effect_items: [{ template_id: LONG_ID, ...item }],
    });
    expect(requests[0]?.url).toBe(`${BASE_URL}/video/effects/templates/list?type=1&page=2&pageSize=20`);
  });

  it.each(['null', '[]', '{}', '{"effect_items":7}'])('cannot use %s', async (reply) => {
    const { client } = testClient([success(reply)]);
    await expect(client.templates.list()).rejects.toMatchObject({ code: 'unusable_response' });
  });
});

describe('audio.verify', () => {
  it.each([
    ['null', {}],
    ['{}', {}],
    ['{"verdict":"ok"}', { verdict: 'ok' }],
  ])('hands %s on', async (reply, raw) => {
    const { client, requests } = testClient([success(reply)]);
    await expect(client.audio.verify({ audio_media_id: LONG_ID })).resolves.toEqual({ raw });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: `${BASE_URL}/audio/verification`,
      body: `{"audio_media_id":${LONG_ID}}`,
    });
  });

  it('is repeated after a lost answer, for it makes nothing', async () => {
    const { client, requests } = testClient([new Error('connection lost'), success('{}')]);
    await client.audio.verify({ audio_media_id: '7' });
    expect(requests).toHaveLength(2);
  });

  it('throws for music that is refused', async () => {
    const { client } = testClient([refusal(500063)]);
    await expect(client.audio.verify({ audio_media_id: '7' })).rejects.toMatchObject({
      class: 'content_filter',
    });
  });
});
