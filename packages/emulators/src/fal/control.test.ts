import { describe, expect, it } from 'vitest';
import { falEmulatorFor } from '../__tests__/fal-client.ts';

describe('the control API', () => {
  it('tells requests as generations, without a mark of the client', async () => {
    const { emulator, client } = await falEmulatorFor();
    const ids = [
      await client.request(),
      await client.request({ prompt: '[moderate]' }),
      await client.request({ prompt: '[fail]' }),
      await client.request({ duration: 8 }),
    ];
    await emulator.whenIdle();
    const { json } = await client.control('GET', '/state');
    expect(json['generations']).toEqual(
      ['succeeded', 'filtered', 'failed', 'failed'].map((state, index) => ({
        id: ids[index],
        trace_id: null,
        api_key_suffix: 'et-1',
        operation: 'v2.2/text-to-video',
        state,
        credits: index === 3 ? 32 : 20,
        created_at: '2026-03-01T12:00:00.000Z',
      })),
    );
  });

  it('counts calls by route', async () => {
    const { client } = await falEmulatorFor();
    const id = await client.request();
    await client.status(id);
    await client.status(id);
    expect((await client.control('GET', '/state')).json['requests']).toEqual({
      'POST /fal-ai/pika/v2.2/text-to-video': 1,
      'GET /fal-ai/pika/requests/{id}/status': 2,
    });
  });

  it('has faults for the wire, with fal’s own words under err_code', async () => {
    const { client } = await falEmulatorFor();
    for (const value of [401, 403, 404, 422, 429, 500, 503]) {
      await client.control('POST', '/faults', { match: { method: 'POST' }, action: 'err_code', value });
      const { status, json } = await client.submit();
      expect(status).toBe(value);
      expect(json).toHaveProperty('detail');
    }
    expect((await client.submit()).status).toBe(200);
  });

  it('refuses settings that make no sense, and changes nothing then', async () => {
    const { client } = await falEmulatorFor();
    const before = (await client.control('GET', '/settings')).json;
    for (const body of [{ webhook_key: 0 }, { obey_cancel: 'yes' }, { colour: 'red' }]) {
      expect((await client.control('POST', '/settings', body)).status).toBe(400);
    }
    expect((await client.control('GET', '/settings')).json).toEqual(before);
  });
});
