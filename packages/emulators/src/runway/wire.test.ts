import { describe, expect, it } from 'vitest';
import { runwayClientOf, runwayEmulatorFor, textBody } from '../__tests__/runway-client.ts';

const { fetch } = globalThis;

describe('the door', () => {
  it.each(['', 'Bearer ', 'Bearer nobody', 'Basic key_1', 'key_1'])(
    'refuses the key %j',
    async (authorization) => {
      const { client } = await runwayEmulatorFor();
      const { status, json } = await client.call('GET', '/v1/organization', undefined, { authorization });
      expect([status, json]).toEqual([401, { error: 'The API key is missing or not valid.' }]);
    },
  );

  it.each(['', '2023-01-01'])('refuses the version %j', async (version) => {
    const { client } = await runwayEmulatorFor();
    const { status, json } = await client.call('GET', '/v1/organization', undefined, {
      'x-runway-version': version,
    });
    expect(status).toBe(400);
    expect(json['error']).toContain('X-Runway-Version');
  });

  it('says which path and which method there is none of', async () => {
    const { client } = await runwayEmulatorFor();
    expect((await client.call('GET', '/v1/nothing')).status).toBe(404);
    expect((await client.call('PATCH', '/v1/organization', {})).status).toBe(405);
    expect((await client.call('GET', '/v1/text_to_video')).status).toBe(405);
  });

  it('tells the time by its own clock', async () => {
    const { emulator, clock } = await runwayEmulatorFor();
    clock.advance(3_600);
    const response = await fetch(`${emulator.url}/v1/organization`);
    await response.arrayBuffer();
    expect(response.headers.get('date')).toBe('Sun, 01 Mar 2026 13:00:00 GMT');
  });
});

describe('a submit', () => {
  it('is answered with an id and the most that it may cost', async () => {
    const { client } = await runwayEmulatorFor();
    const { status, json } = await client.call('POST', '/v1/text_to_video', textBody);
    expect(status).toBe(200);
    expect(json).toEqual({ id: expect.stringMatching(/^[\da-f-]{36}$/), estimatedCost: { credits: 24 } });
  });

  it('that is not valid is answered in the form of zod, and makes nothing', async () => {
    const { client } = await runwayEmulatorFor();
    const { promptText: _, ...body } = textBody;
    expect(await client.call('POST', '/v1/text_to_video', body)).toEqual({
      status: 400,
      json: {
        error: 'Validation of body failed',
        issues: [
          {
            code: 'invalid_type',
            expected: 'string',
            path: ['promptText'],
            message: 'Invalid input: expected string, received undefined',
          },
        ],
        docUrl: 'https://docs.dev.runwayml.com/api',
      },
    });
    expect((await client.control('GET', '/state'))['generations']).toEqual([]);
  });

  it.each([
    ['[credits]', 400, 'You do not have enough credits to run this task.'],
    ['[daily]', 429, 'You have reached your daily generation limit for this model.'],
    ['[unavailable]', 503, 'Service unavailable.'],
  ])('with %s is answered with %i', async (word, expected, words) => {
    const { client } = await runwayEmulatorFor();
    const { status, json } = await client.call('POST', '/v1/text_to_video', {
      ...textBody,
      promptText: word,
    });
    expect([status, json['error']]).toEqual([expected, words]);
    expect((await client.control('GET', '/state'))['generations']).toEqual([]);
  });

  it('with [drop] is taken, charged, and not answered', async () => {
    const { client } = await runwayEmulatorFor({ credits: 100, renderSeconds: [60, 60] });
    await expect(
      client.call('POST', '/v1/text_to_video', { ...textBody, promptText: '[drop]' }),
    ).rejects.toThrow('fetch failed');
    const { json } = await client.call('GET', '/v1/organization');
    expect(json['creditBalance']).toBe(76);
    // The evidence of an unknown outcome.
    expect(json['usage']).toMatchObject({ models: { 'gen4.5': { dailyGenerations: 1 } } });
  });

  it('is refused without credits or over the limit of the day, which ends after a day', async () => {
    const { client, clock } = await runwayEmulatorFor({ credits: 50 });
    await client.submit();
    await client.control('POST', '/settings', { max_daily: 1 });
    expect((await client.call('POST', '/v1/text_to_video', textBody)).status).toBe(429);
    clock.advance(86_400);
    await client.submit();
    await client.control('POST', '/settings', { max_daily: null });
    expect((await client.call('POST', '/v1/text_to_video', textBody)).json['error']).toContain(
      'enough credits',
    );
    await client.control('POST', '/settings', { credits: 24 });
    await client.submit();
  });

  it('that is no JSON, or no object, is a bad request', async () => {
    const { client } = await runwayEmulatorFor();
    for (const body of ['{', '[]', 'null', '"text"']) {
      expect((await client.call('POST', '/v1/text_to_video', body)).status).toBe(400);
    }
  });
});

describe('organizations', () => {
  it('are as many as keys, and know nothing of each other', async () => {
    const { emulator, client } = await runwayEmulatorFor({ credits: 100 });
    const other = runwayClientOf(emulator, 'key_test_2');
    const id = await client.submit();
    expect((await other.task(id)).status).toBe(404);
    expect((await other.call('DELETE', `/v1/tasks/${id}`)).status).toBe(404);
    expect((await other.call('GET', '/v1/organization')).json['creditBalance']).toBe(100);
    expect((await client.task(id)).status).toBe(200);
  });
});

describe('faults', () => {
  it('speak in the envelope of Runway', async () => {
    const { client } = await runwayEmulatorFor();
    for (const value of [401, 403, 405, 429, 500]) {
      await client.control('POST', '/faults', {
        match: { path: '/v1/organization' },
        action: 'err_code',
        value,
        times: 1,
      });
      const { status, json } = await client.call('GET', '/v1/organization');
      expect([status, typeof json['error']]).toEqual([value, 'string']);
    }
    expect((await client.call('GET', '/v1/organization')).status).toBe(200);
  });

  it('count requests by route, without the ids', async () => {
    const { client } = await runwayEmulatorFor();
    const id = await client.submit();
    await client.task(id);
    await client.task(id);
    expect((await client.control('GET', '/state'))['requests']).toEqual({
      'POST /v1/text_to_video': 1,
      'GET /v1/tasks/{id}': 2,
    });
  });
});
