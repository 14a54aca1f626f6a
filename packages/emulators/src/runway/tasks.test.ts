import { describe, expect, it } from 'vitest';
import { runwayEmulatorFor, textBody } from '../__tests__/runway-client.ts';
import type { RunwayTestClient } from '../__tests__/runway-client.ts';

const { fetch } = globalThis;

const statusOf = async (client: RunwayTestClient, id: string) => (await client.task(id)).json['status'];
const outputOf = async (client: RunwayTestClient, id: string): Promise<string> => {
  const { output } = (await client.task(id)).json as { output: string[] };
  return output[0] ?? '';
};
const fetchStatus = async (url: string): Promise<number> => {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
};

describe('a task', () => {
  it('walks from PENDING through RUNNING to SUCCEEDED by the clock', async () => {
    const { emulator, client, clock } = await runwayEmulatorFor({ renderSeconds: [100, 100] });
    const id = await client.submit();
    await emulator.whenIdle();
    expect((await client.task(id)).json).toEqual({
      id,
      createdAt: '2026-03-01T12:00:00.000Z',
      status: 'PENDING',
      estimatedCost: { credits: 24 },
    });
    clock.advance(42);
    expect((await client.task(id)).json).toMatchObject({
      status: 'RUNNING',
      progress: 0.42,
      estimatedCost: { credits: 24 },
    });
    clock.advance(58);
    const { json } = await client.task(id);
    expect(json).toMatchObject({ status: 'SUCCEEDED', cost: { credits: 24 } });
    expect(json).not.toHaveProperty('estimatedCost');
    expect(json).not.toHaveProperty('progress');
  });

  it.each([
    ['[fail]', 'INTERNAL', 0],
    ['[moderate]', 'SAFETY.OUTPUT.VIDEO', 24],
    ['[fail:SAFETY.INPUT.IMAGE]', 'SAFETY.INPUT.IMAGE', 24],
    ['[fail:THIRD_PARTY.UNAVAILABLE]', 'THIRD_PARTY.UNAVAILABLE', 0],
    ['[fail:none]', null, 0],
  ])('with %s fails with %s, at a cost of %i', async (word, failureCode, credits) => {
    const { client } = await runwayEmulatorFor({ credits: 100 });
    const id = await client.submit(word);
    expect((await client.task(id)).json).toMatchObject({ status: 'FAILED', failureCode, cost: { credits } });
    expect((await client.call('GET', '/v1/organization')).json['creditBalance']).toBe(100 - credits);
  });

  it('hides its cost with [no-cost]', async () => {
    const { client } = await runwayEmulatorFor();
    expect((await client.task(await client.submit('[fail] [no-cost]'))).json).not.toHaveProperty('cost');
  });

  it('stays THROTTLED for as many polls as asked', async () => {
    const { emulator, client } = await runwayEmulatorFor();
    const id = await client.submit('[throttle:2]');
    await emulator.whenIdle();
    expect([await statusOf(client, id), await statusOf(client, id), await statusOf(client, id)]).toEqual([
      'THROTTLED',
      'THROTTLED',
      'SUCCEEDED',
    ]);
  });

  it('shows a strange status until two polls after its end', async () => {
    const { emulator, client, clock } = await runwayEmulatorFor();
    const id = await client.submit('[status:RESTING] [seconds:10]');
    await emulator.whenIdle();
    expect(await statusOf(client, id)).toBe('RESTING');
    clock.advance(10);
    expect([await statusOf(client, id), await statusOf(client, id), await statusOf(client, id)]).toEqual([
      'RESTING',
      'RESTING',
      'SUCCEEDED',
    ]);
  });

  it('never ends with [stuck]', async () => {
    const { client, clock } = await runwayEmulatorFor();
    const id = await client.submit('[stuck]');
    clock.advance(1_000_000);
    expect(await statusOf(client, id)).toBe('RUNNING');
  });
});

describe('the concurrency limit', () => {
  it('takes what is over it and starts each when its turn comes, whoever looks when', async () => {
    const { emulator, client, clock } = await runwayEmulatorFor({
      renderSeconds: [10, 10],
      maxConcurrent: 1,
    });
    const ids = [await client.submit(), await client.submit(), await client.submit()];
    await emulator.whenIdle();
    const statuses = () => Promise.all(ids.map((id) => statusOf(client, id)));
    expect(await statuses()).toEqual(['PENDING', 'THROTTLED', 'THROTTLED']);
    clock.advance(25);
    // The second ran from 10 to 20, the third has run since 20.
    expect(await statuses()).toEqual(['SUCCEEDED', 'SUCCEEDED', 'RUNNING']);
    expect((await client.control('GET', '/state'))['max_running']).toBe(1);
  });

  it('is one for each model', async () => {
    const { client } = await runwayEmulatorFor({ renderSeconds: [10, 10], maxConcurrent: 1 });
    await client.submit();
    const other = await client.submit('a fox', { model: 'veo3.1_fast', duration: 4 });
    expect(await statusOf(client, other)).toBe('PENDING');
  });

  it('lets the next one in when one is cancelled', async () => {
    const { client, clock } = await runwayEmulatorFor({ renderSeconds: [10, 10], maxConcurrent: 1 });
    const first = await client.submit();
    const second = await client.submit();
    clock.advance(3);
    await client.call('DELETE', `/v1/tasks/${first}`);
    clock.advance(5);
    expect((await client.task(second)).json).toMatchObject({ status: 'RUNNING', progress: 0.5 });
  });
});

describe('DELETE', () => {
  it.each([
    ['waits', 0],
    ['runs', 30],
  ])('cancels a task that %s, and gives the credits back', async (_, after) => {
    const { client, clock } = await runwayEmulatorFor({ renderSeconds: [60, 60], credits: 100 });
    const id = await client.submit();
    clock.advance(after);
    expect(await client.call('DELETE', `/v1/tasks/${id}`)).toEqual({ status: 204, json: {} });
    expect((await client.task(id)).status).toBe(404);
    expect((await client.call('DELETE', `/v1/tasks/${id}`)).status).toBe(404);
    expect((await client.call('GET', '/v1/organization')).json['creditBalance']).toBe(100);
    expect((await client.control('GET', '/state'))['generations']).toMatchObject([{ state: 'cancelled' }]);
  });

  it('of a finished task destroys its output, and the credits stay spent', async () => {
    const { emulator, client } = await runwayEmulatorFor({ credits: 100 });
    const id = await client.submit();
    await emulator.whenIdle();
    const url = await outputOf(client, id);
    expect(await fetchStatus(url)).toBe(200);
    expect((await client.call('DELETE', `/v1/tasks/${id}`)).status).toBe(204);
    expect(await fetchStatus(url)).toBe(404);
    expect((await client.task(id)).status).toBe(404);
    expect((await client.call('GET', '/v1/organization')).json['creditBalance']).toBe(76);
  });
});

describe('the link to an output', () => {
  it('needs its signature, and a new one is given when it has expired', async () => {
    const { emulator, client, clock } = await runwayEmulatorFor();
    const id = await client.submit();
    await emulator.whenIdle();
    const url = await outputOf(client, id);
    expect(url).toMatch(/\.mp4\?expires=\d+&signature=[\da-f]{64}$/);
    expect(await fetchStatus(url)).toBe(200);
    expect(await fetchStatus(url.replace(/\?.*/, ''))).toBe(403);
    expect(await fetchStatus(url.replace(/expires=(\d+)/, 'expires=9$1'))).toBe(403);
    clock.advance(86_400);
    expect(await fetchStatus(url)).toBe(403);
    expect(await fetchStatus(await outputOf(client, id))).toBe(200);
  });

  it('of nothing is not found', async () => {
    const { emulator } = await runwayEmulatorFor();
    expect(await fetchStatus(`${emulator.url}/media/00000000-0000-4000-8000-000000000000.mp4`)).toBe(404);
  });
});

it('prices are those of the guide, with and without sound', async () => {
  const { client } = await runwayEmulatorFor({ renderSeconds: [60, 60] });
  const costOf = async (body: object) =>
    (await client.call('POST', '/v1/text_to_video', { ...textBody, ...body })).json['estimatedCost'];
  expect(await costOf({ duration: 10 })).toEqual({ credits: 120 });
  expect(await costOf({ model: 'veo3.1', duration: 8 })).toEqual({ credits: 160 });
  expect(await costOf({ model: 'veo3.1', duration: 8, audio: true })).toEqual({ credits: 320 });
  expect(await costOf({ model: 'veo3.1_fast', duration: 4, audio: true })).toEqual({ credits: 60 });
  expect(await costOf({ model: 'seedance2', duration: 5 })).toEqual({ credits: 180 });
  // The most that `auto` may cost.
  expect(await costOf({ model: 'seedance2', duration: 'auto' })).toEqual({ credits: 360 });
});
