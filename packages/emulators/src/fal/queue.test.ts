import { describe, expect, it } from 'vitest';
import { falClientOf, falEmulatorFor } from '../__tests__/fal-client.ts';

const uuid = expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/) as string;

describe('a submit', () => {
  it('is answered with addresses that drop the sub-path of the endpoint', async () => {
    const { emulator, client } = await falEmulatorFor();
    const { status, json } = await client.submit();
    const base = `${emulator.url}/fal-ai/pika/requests/${String(json['request_id'])}`;
    expect(status).toBe(200);
    expect(json).toEqual({
      status: 'IN_QUEUE',
      request_id: uuid,
      queue_position: 0,
      response_url: base,
      status_url: `${base}/status`,
      cancel_url: `${base}/cancel`,
    });
  });

  it.each([[''], ['Bearer me:secret'], ['Key me'], ['Key me:'], ['Key two words:x']])(
    'without a key of two parts is refused: %j',
    async (authorization) => {
      const { emulator } = await falEmulatorFor();
      const response = await globalThis.fetch(`${emulator.baseUrl}/fal-ai/pika/v2.2/text-to-video`, {
        method: 'POST',
        headers: authorization === '' ? {} : { authorization },
        body: '{"prompt":"x"}',
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ detail: expect.any(String) as string });
    },
  );

  it('to an endpoint that is not there is unknown', async () => {
    const { client } = await falEmulatorFor();
    expect((await client.submit({}, 'v9/text-to-video')).status).toBe(404);
  });

  it.each(['', 'no JSON', '[]', 'null', '"text"'])('of no JSON object is malformed: %j', async (body) => {
    const { client } = await falEmulatorFor();
    expect((await client.call('POST', '/fal-ai/pika/v2.2/text-to-video', body)).status).toBe(400);
  });
});

describe('a request', () => {
  it('is 202 on the way and 200 at the end, when its result is there', async () => {
    const { emulator, clock, client } = await falEmulatorFor({ renderSeconds: [5, 5] });
    const id = await client.request();
    expect(await client.status(id)).toMatchObject({
      status: 202,
      json: { status: 'IN_PROGRESS', request_id: id, logs: null },
    });
    expect(await client.result(id)).toMatchObject({
      status: 400,
      json: { detail: 'Request is still in progress' },
    });
    await emulator.whenIdle();
    clock.advance(5);
    expect(await client.status(id)).toMatchObject({
      status: 200,
      json: { status: 'COMPLETED', metrics: { inference_time: 5 } },
    });
    const { status, json } = await client.result(id);
    expect(status).toBe(200);
    const { video } = json as { video: { url: string; content_type: string; file_size: number } };
    expect(video.content_type).toBe('video/mp4');
    const file = await globalThis.fetch(video.url);
    const bytes = new Uint8Array(await file.arrayBuffer());
    expect(bytes).toHaveLength(video.file_size);
    expect(Buffer.from(bytes.subarray(4, 8)).toString()).toBe('ftyp');
  });

  it('has logs for who asks', async () => {
    const { client } = await falEmulatorFor({ renderSeconds: [5, 5] });
    const id = await client.request();
    const { json } = await client.call('GET', `/fal-ai/pika/requests/${id}/status?logs=1`);
    expect(json['logs']).toEqual([expect.objectContaining({ level: 'INFO', source: 'USER' })]);
  });

  it('of another key is as unknown as one that nobody has', async () => {
    const { emulator, client } = await falEmulatorFor();
    const id = await client.request();
    const stranger = falClientOf(emulator, 'you:secret-2');
    for (const answer of [await stranger.status(id), await stranger.result(id), await stranger.cancel(id)]) {
      expect(answer.status).toBe(404);
    }
    expect((await client.status('0b8e1c0e-0000-4000-8000-000000000000')).status).toBe(404);
  });
});

describe('over the limit', () => {
  const stateOf = ({ json }: { json: Record<string, unknown> }) => [json['status'], json['queue_position']];

  it('requests wait, oldest first, and their places fall', async () => {
    const { clock, client } = await falEmulatorFor({ renderSeconds: [10, 10], maxConcurrent: 1 });
    const ids = [await client.request(), await client.request(), await client.request()];
    const states = async () => {
      const answers = [];
      for (const id of ids) {
        answers.push(stateOf(await client.status(id)));
      }
      return answers;
    };
    expect(await states()).toEqual([
      ['IN_PROGRESS', undefined],
      ['IN_QUEUE', 0],
      ['IN_QUEUE', 1],
    ]);
    clock.advance(10);
    expect((await states()).slice(1)).toEqual([
      ['IN_PROGRESS', undefined],
      ['IN_QUEUE', 0],
    ]);
    clock.advance(10);
    expect((await states())[2]).toEqual(['IN_PROGRESS', undefined]);
    expect((await client.control('GET', '/state')).json['max_running']).toBe(1);
  });

  it('starts what waited at the moment it could, though nobody looked then', async () => {
    const { emulator, clock, client } = await falEmulatorFor({ renderSeconds: [10, 10], maxConcurrent: 1 });
    const ids = [await client.request(), await client.request(), await client.request()];
    await emulator.whenIdle();
    clock.advance(30);
    for (const id of ids) {
      expect((await client.status(id)).json['status']).toBe('COMPLETED');
    }
    expect((await client.control('GET', '/state')).json['max_running']).toBe(1);
  });

  it('is counted for each account', async () => {
    const { emulator, client } = await falEmulatorFor({ renderSeconds: [10, 10], maxConcurrent: 1 });
    await client.request();
    const other = falClientOf(emulator, 'you:secret-2');
    expect((await other.status(await other.request())).json['status']).toBe('IN_PROGRESS');
  });

  it('waits longer when the prompt says so, and lets nobody pass', async () => {
    const { clock, client } = await falEmulatorFor({ renderSeconds: [10, 10] });
    const first = await client.request({ prompt: 'a fox [queue:60]' });
    const second = await client.request();
    expect(stateOf(await client.status(first))).toEqual(['IN_QUEUE', 0]);
    expect(stateOf(await client.status(second))).toEqual(['IN_QUEUE', 1]);
    clock.advance(60);
    expect((await client.status(second)).json['status']).toBe('IN_PROGRESS');
  });

  it('gets room with a higher limit, from now on', async () => {
    const { client } = await falEmulatorFor({ renderSeconds: [10, 10], maxConcurrent: 1 });
    await client.request();
    const second = await client.request();
    await client.control('POST', '/settings', { max_concurrent: 2 });
    expect((await client.status(second)).json['status']).toBe('IN_PROGRESS');
  });
});

describe('a cancellation', () => {
  it('takes what waits out of the queue', async () => {
    const { client } = await falEmulatorFor({ renderSeconds: [10, 10], maxConcurrent: 1 });
    await client.request();
    const [second, third] = [await client.request(), await client.request()];
    expect(await client.cancel(second)).toMatchObject({ status: 200, json: { status: 'OK' } });
    expect(await client.status(second)).toMatchObject({
      status: 200,
      json: { status: 'COMPLETED', error: 'Request was cancelled' },
    });
    expect((await client.result(second)).status).toBe(404);
    expect((await client.status(third)).json['queue_position']).toBe(0);
  });

  it('of what runs is a wish that the model ignores', async () => {
    const { emulator, clock, client } = await falEmulatorFor({ renderSeconds: [10, 10] });
    const id = await client.request();
    expect(await client.cancel(id)).toMatchObject({
      status: 202,
      json: { status: 'CANCELLATION_REQUESTED' },
    });
    expect((await client.status(id)).json['status']).toBe('IN_PROGRESS');
    await emulator.whenIdle();
    clock.advance(10);
    expect((await client.result(id)).status).toBe(200);
    expect((await client.control('GET', '/state')).json['credits_left']).toBe(10_000 - 20);
  });

  it('of what runs can be obeyed, and then frees the slot and costs nothing', async () => {
    const { client } = await falEmulatorFor({ renderSeconds: [10, 10], maxConcurrent: 1 });
    await client.control('POST', '/settings', { obey_cancel: true });
    const [first, second] = [await client.request(), await client.request()];
    expect((await client.cancel(first)).status).toBe(202);
    expect((await client.status(first)).json['error']).toBe('Request was cancelled');
    expect((await client.status(second)).json['status']).toBe('IN_PROGRESS');
    expect((await client.control('GET', '/state')).json).toMatchObject({
      credits_left: 10_000,
      generations: [{ state: 'cancelled' }, { state: 'running' }],
    });
  });

  it('comes too late for what has ended, and to nothing for what is unknown', async () => {
    const { emulator, client } = await falEmulatorFor();
    const id = await client.request();
    await emulator.whenIdle();
    expect(await client.cancel(id)).toMatchObject({ status: 400, json: { status: 'ALREADY_COMPLETED' } });
  });

  it('can make fal forget the request', async () => {
    const { client } = await falEmulatorFor({ renderSeconds: [10, 10], maxConcurrent: 1 });
    await client.control('POST', '/settings', { forget_dropped: true });
    await client.request();
    const second = await client.request();
    await client.cancel(second);
    expect((await client.status(second)).status).toBe(404);
  });
});
