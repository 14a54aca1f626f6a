import { describe, expect, it, vi } from 'vitest';
import { clientOf, emulatorFor, textBody, textOf } from '../__tests__/client.ts';

describe('GET /_emulator/state', () => {
  it('tells everything that was generated, asked and charged', async () => {
    const { emulator, client, clock } = await emulatorFor({ renderSeconds: [5, 5], credits: 100 });
    const other = clientOf(emulator, 'sk-other-key-9');
    const { resp } = await client.post('/video/text/generate', textBody, 'trace-1');
    await client.submit({ prompt: '[moderate]' });
    await client.submit({ prompt: '[fail]' });
    await client.submit({ prompt: '[stuck]' });
    await other.submit();
    await client.get(`/video/result/${resp['video_id'] as bigint}`);
    await emulator.whenIdle();
    clock.advance(5);
    const { json } = await client.control('GET', '/state');
    expect(json).toMatchObject({
      generations: [
        {
          id: textOf(resp, 'video_id'),
          trace_id: 'trace-1',
          api_key_suffix: 'ey-1',
          operation: 'text_to_video',
          state: 'succeeded',
          credits: 5,
          created_at: '2026-03-01T12:00:00.000Z',
        },
        { state: 'filtered' },
        { state: 'failed' },
        { state: 'running' },
        { state: 'succeeded', api_key_suffix: 'ey-9' },
      ],
      requests: { 'POST /video/text/generate': 5, 'GET /video/result/{id}': 1 },
      accounts: [
        { api_key_suffix: 'ey-1', credits_left: 90, running: 1, max_running: 4 },
        { api_key_suffix: 'ey-9', credits_left: 95, running: 0, max_running: 1 },
      ],
      credits_left: 185,
      max_running: 4,
    });
  });

  it('is not part of the wire: it needs no key, is not counted and shows no key', async () => {
    const { client } = await emulatorFor();
    await client.get('/account/balance');
    await client.control('GET', '/state');
    const { json, text } = await client.control('GET', '/state');
    expect(json['requests']).toEqual({ 'GET /account/balance': 1 });
    expect(text).not.toContain('sk-test');
  });
});

describe('POST /_emulator/settings', () => {
  it('changes what comes next', async () => {
    const { client } = await emulatorFor();
    const { json } = await client.control('POST', '/settings', {
      max_concurrent: 1,
      render_seconds: [60, 60],
    });
    expect(json).toMatchObject({ max_concurrent: 1, render_seconds: [60, 60], replay_posts: true });
    await client.submit();
    expect((await client.post('/video/text/generate', textBody)).code).toBe(500044);
  });

  it('activates templates', async () => {
    const { client } = await emulatorFor();
    const body = { ...textBody, template_id: 77 };
    expect((await client.post('/video/text/generate', body)).code).toBe(500070);
    await client.control('POST', '/settings', { active_templates: ['77'] });
    expect((await client.post('/video/text/generate', body)).code).toBe(0);
  });

  it('refuses the whole body when one field is wrong', async () => {
    const { client } = await emulatorFor();
    const { status, json } = await client.control('POST', '/settings', {
      credits: 5,
      max_concurrent: 'many',
    });
    expect(status).toBe(400);
    expect(json).toEqual({
      error: 'max_concurrent must be a whole number from 1 to 10000',
      field: 'max_concurrent',
      allowed: 'a whole number from 1 to 10000',
    });
    expect((await client.control('GET', '/settings')).json).toMatchObject({ credits: 15_000 });
  });

  it('refuses what is not JSON', async () => {
    const { emulator } = await emulatorFor();
    const response = await fetch(`${emulator.url}/_emulator/settings`, { method: 'POST', body: 'credits=5' });
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ field: 'body' }),
    ]);
  });
});

describe('faults', () => {
  const submit = { method: 'POST', path: '/video/text/generate' };

  it('drop_before_accept: nothing was accepted', async () => {
    const { client } = await emulatorFor();
    await client.control('POST', '/faults', { match: submit, action: 'drop_before_accept' });
    await expect(client.post('/video/text/generate', textBody)).rejects.toThrow('fetch failed');
    expect((await client.control('GET', '/state')).json['generations']).toEqual([]);
  });

  it('drop_after_accept: the generation is there, and its trace id finds it again', async () => {
    const { client } = await emulatorFor();
    await client.control('POST', '/faults', { match: submit, action: 'drop_after_accept' });
    await expect(client.post('/video/text/generate', textBody, 'lost')).rejects.toThrow('fetch failed');
    const { json } = await client.control('GET', '/state');
    const repeated = await client.post('/video/text/generate', textBody, 'lost');
    expect(json['generations']).toEqual([
      expect.objectContaining({ id: textOf(repeated.resp, 'video_id'), trace_id: 'lost' }),
    ]);
    expect((await client.control('GET', '/state')).json['generations']).toHaveLength(1);
  });

  it('http_status: a plain status, with Retry-After where it belongs', async () => {
    const { client, emulator } = await emulatorFor();
    await client.control('POST', '/faults', { action: 'http_status', value: 429 });
    const response = await fetch(`${emulator.baseUrl}/account/balance`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1']);
    await client.control('POST', '/faults', { action: 'http_status', value: 204 });
    expect((await client.get('/account/balance')).status).toBe(204);
    await client.control('POST', '/faults', { action: 'http_status', value: 502 });
    expect((await client.get('/account/balance')).status).toBe(502);
  });

  it('err_code: the envelope of that code, and nothing accepted', async () => {
    const { client } = await emulatorFor();
    await client.control('POST', '/faults', { match: submit, action: 'err_code', value: 500069 });
    const answer = await client.post('/video/text/generate', textBody);
    expect([answer.status, answer.code]).toEqual([200, 500069]);
    expect((await client.control('GET', '/state')).json['generations']).toEqual([]);
  });

  it('delay: the reply comes, later', async () => {
    const { client } = await emulatorFor();
    await client.control('POST', '/faults', { match: submit, action: 'delay', value: 1 });
    expect((await client.post('/video/text/generate', textBody)).code).toBe(0);
  });

  it('garbage: accepted, but the reply cannot be read', async () => {
    const { client } = await emulatorFor();
    await client.control('POST', '/faults', { match: submit, action: 'garbage' });
    const answer = await client.post('/video/text/generate', textBody);
    expect(answer.status).toBe(200);
    expect(() => JSON.parse(answer.text) as unknown).toThrow(SyntaxError);
    expect((await client.control('GET', '/state')).json['generations']).toHaveLength(1);
  });

  it('truncate: half of a result file, and the connection is gone', async () => {
    const { client, emulator } = await emulatorFor();
    const id = await client.submit();
    await emulator.whenIdle();
    await client.control('POST', '/faults', { match: { path: '/media/*' }, action: 'truncate' });
    const url = `${emulator.url}/media/${id}.mp4`;
    const response = await fetch(url);
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow('terminated');
    const whole = await (await fetch(url)).arrayBuffer();
    expect(response.headers.get('content-length')).toBe(String(whole.byteLength));
  });

  it('hang: no answer, and nothing was accepted', async () => {
    const { client, emulator } = await emulatorFor();
    await client.control('POST', '/faults', { match: submit, action: 'hang' });
    const failure = client.post('/video/text/generate', textBody).catch((error: unknown) => error);
    await vi.waitFor(async () => {
      const { json } = await client.control('GET', '/state');
      expect(json).toMatchObject({ generations: [], requests: { 'POST /video/text/generate': 1 } });
    });
    await emulator.close();
    expect(await failure).toMatchObject({ message: 'fetch failed' });
  });

  it('drip: the whole reply, piece by piece', async () => {
    const { client } = await emulatorFor();
    await client.control('POST', '/faults', { match: submit, action: 'drip', value: 1_000_000 });
    expect((await client.post('/video/text/generate', textBody)).code).toBe(0);
  });

  it('drip 0: the head of a result file and nothing more', async () => {
    const { client, emulator } = await emulatorFor();
    const id = await client.submit();
    await emulator.whenIdle();
    await client.control('POST', '/faults', { match: { path: '/media/*' }, action: 'drip', value: 0 });
    const response = await fetch(`${emulator.url}/media/${id}.mp4`);
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(1_000);
    const failure = response.arrayBuffer().catch((error: unknown) => error);
    await emulator.close();
    expect(await failure).toMatchObject({ message: 'terminated' });
  });

  it('are listed, used up and deleted', async () => {
    const { client } = await emulatorFor();
    const fault = { match: { method: 'GET', path: '/account/' }, action: 'err_code', value: 99999, times: 2 };
    expect((await client.control('POST', '/faults', fault)).json).toEqual(fault);
    expect((await client.get('/account/balance')).code).toBe(99999);
    expect((await client.control('GET', '/faults')).json).toEqual({ faults: [{ ...fault, times: 1 }] });
    expect((await client.control('DELETE', '/faults')).json).toEqual({ faults: [] });
    expect((await client.get('/account/balance')).code).toBe(0);
  });

  it('that make no sense are refused with the field and what is allowed', async () => {
    const { client } = await emulatorFor();
    const { status, json } = await client.control('POST', '/faults', { action: 'explode' });
    expect(status).toBe(400);
    expect(json).toMatchObject({ field: 'action', allowed: expect.stringContaining('drop_after_accept') });
  });
});

describe('the server', () => {
  it('listens on loopback only, unless told otherwise', async () => {
    const { emulator } = await emulatorFor();
    expect(emulator.url).toBe(`http://127.0.0.1:${emulator.port}`);
    expect(emulator.baseUrl).toBe(`${emulator.url}/openapi/v2`);
  });

  it('says when its port is taken', async () => {
    const { emulator } = await emulatorFor();
    await expect(emulatorFor({ port: emulator.port })).rejects.toThrow('EADDRINUSE');
  });
});
