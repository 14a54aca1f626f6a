import { createFalClient } from '@fal-ai/client';
import { describe, expect, it } from 'vitest';
import { pictureFile } from '../__tests__/client.ts';
import { falEmulatorFor } from '../__tests__/fal-client.ts';
import type { FalEmulator } from './emulator.ts';

/** fal's own client has its hosts built in; only a `fetch` of one's own leads it elsewhere. */
function officialClientOf(emulator: FalEmulator) {
  const hosts = /^https:\/\/(?:queue\.fal\.run|rest\.fal\.ai)/;
  return createFalClient({
    credentials: 'official:client-secret',
    suppressLocalCredentialsWarning: true,
    fetch: (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      if (!hosts.test(url) && !url.startsWith(emulator.url)) {
        throw new Error(`${url} is not of fal.`);
      }
      return globalThis.fetch(url.replace(hosts, emulator.url), init);
    },
  });
}

describe('fal’s own client', () => {
  it('subscribes to a video', async () => {
    const { emulator } = await falEmulatorFor({ clock: Date.now });
    const updates: string[] = [];
    const { data, requestId } = await officialClientOf(emulator).subscribe('fal-ai/pika/v2.2/text-to-video', {
      input: { prompt: 'a red fox', resolution: '720p', aspect_ratio: '16:9' },
      pollInterval: 20,
      logs: true,
      onQueueUpdate: ({ status }) => updates.push(status),
    });
    expect(requestId).toMatch(/^[\da-f-]{36}$/);
    expect(updates.at(-1)).toBe('COMPLETED');
    const video = await globalThis.fetch(data.video.url);
    expect(video.headers.get('content-type')).toBe('video/mp4');
  });

  it('submits, follows and cancels', async () => {
    const { emulator } = await falEmulatorFor({ renderSeconds: [60, 60], maxConcurrent: 1 });
    const { queue } = officialClientOf(emulator);
    const endpoint = 'fal-ai/pika/v2.2/text-to-video';
    const submit = () => queue.submit(endpoint, { input: { prompt: 'a red fox' } });
    const [running, waiting] = [await submit(), await submit()];
    expect(running).toMatchObject({ status: 'IN_QUEUE', queue_position: 0 });
    expect(await queue.status(endpoint, { requestId: running.request_id })).toMatchObject({
      status: 'IN_PROGRESS',
    });
    expect(await queue.status(endpoint, { requestId: waiting.request_id })).toMatchObject({
      status: 'IN_QUEUE',
      queue_position: 0,
    });
    await queue.cancel(endpoint, { requestId: waiting.request_id });
    expect(await queue.status(endpoint, { requestId: waiting.request_id })).toMatchObject({
      status: 'COMPLETED',
    });
  });

  it('uploads a picture and makes a video of it', async () => {
    const { emulator } = await falEmulatorFor({ clock: Date.now });
    const client = officialClientOf(emulator);
    const picture = new Blob([await pictureFile()], { type: 'image/png' });
    const image_url = await client.storage.upload(picture);
    expect(image_url.startsWith(emulator.url)).toBe(true);
    const endpoint = 'fal-ai/pika/v2.2/image-to-video';
    const { request_id: requestId } = await client.queue.submit(endpoint, {
      input: { image_url, prompt: 'it moves' },
    });
    await emulator.whenIdle();
    const { data } = await client.queue.result(endpoint, { requestId });
    expect(data.video.url).toBe(`${emulator.url}/media/${requestId}.mp4`);
  });

  it('throws what the model refused', async () => {
    const { emulator } = await falEmulatorFor();
    const { queue } = officialClientOf(emulator);
    const endpoint = 'fal-ai/pika/v2.2/text-to-video';
    const { request_id: requestId } = await queue.submit(endpoint, { input: { prompt: 'a fox [refuse]' } });
    await expect(queue.result(endpoint, { requestId })).rejects.toMatchObject({
      name: 'ValidationError',
      status: 422,
      body: { detail: [{ type: 'content_policy_violation' }] },
    });
  });
});
