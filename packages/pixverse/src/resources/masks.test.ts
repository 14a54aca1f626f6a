import { describe, expect, it } from 'vitest';
import { success, testClient } from '../__tests__/recorded-fetch.ts';
import { encodeBody } from '../encode-body.ts';

const LONG_ID = '343252978602905123';
const MASKS = success(
  '{"keyframe_id":1,"keyframe_url":"https://media.example/1.png","credits":2,"mask_info":[{"mask_id":"9","mask_name":"person","mask_url":"https://media.example/9.png"}]}',
);

describe('masks.select', () => {
  it('posts the frame and reads the masks', async () => {
    const { client, requests } = testClient([MASKS]);
    await expect(client.masks.select({ source_video_id: LONG_ID, keyframe_id: 1 })).resolves.toEqual({
      keyframe_id: 1,
      keyframe_url: 'https://media.example/1.png',
      credits: 2,
      mask_info: [{ mask_id: '9', mask_name: 'person', mask_url: 'https://media.example/9.png' }],
    });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: 'https://app-api.pixverse.ai/openapi/v2/video/mask/selection',
      body: `{"source_video_id":${LONG_ID},"keyframe_id":1}`,
    });
  });

  it('sends stored text byte for byte', async () => {
    const { client, requests } = testClient([MASKS]);
    const stored = `${encodeBody({ video_media_id: LONG_ID })}\n`;
    await client.masks.submit(stored, { traceId: 'same' });
    expect(requests[0]?.body).toBe(stored);
    expect(requests[0]?.headers.get('ai-trace-id')).toBe('same');
  });

  it('is paid, so it is sent once', async () => {
    const { client, requests } = testClient([new Error('connection lost')], { maxRetries: 5 });
    await expect(client.masks.select({ source_video_id: '7' })).rejects.toMatchObject({
      code: 'connection_failed',
      mayHaveBeenProcessed: true,
    });
    expect(requests).toHaveLength(1);
  });

  it('keeps the masks that were paid for when another has no id', async () => {
    const { client } = testClient([success('{"mask_info":[{"mask_id":9},{"mask_name":"dog"},7]}')]);
    await expect(client.masks.select({ source_video_id: '7' })).resolves.toEqual({
      mask_info: [{ mask_id: '9' }],
    });
  });

  it.each(['null', '[]', '{}', '{"mask_info":{}}'])('cannot use %s', async (reply) => {
    const { client } = testClient([success(reply)]);
    await expect(client.masks.select({ source_video_id: '7' })).rejects.toMatchObject({
      code: 'unusable_response',
      mayHaveBeenProcessed: true,
    });
  });
});
