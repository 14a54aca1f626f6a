import { describe, expect, it } from 'vitest';
import { falEmulatorFor } from '../__tests__/fal-client.ts';
import type { FalTestClient } from '../__tests__/fal-client.ts';

const { fetch } = globalThis;

async function announce(client: FalTestClient, fileName = 'boat.png') {
  const { json } = await client.call('POST', '/storage/upload/initiate?storage_type=fal-cdn-v3', {
    content_type: 'image/png',
    file_name: fileName,
  });
  return json as { upload_url: string; file_url: string };
}

const put = (url: string, type = 'image/png') =>
  fetch(url, { method: 'PUT', headers: { 'content-type': type }, body: 'bytes' });

describe('an upload', () => {
  it('is announced with the key, put without, and read by everybody', async () => {
    const { client } = await falEmulatorFor();
    const { upload_url, file_url } = await announce(client);
    expect((await fetch(file_url)).status).toBe(404);
    expect((await put(upload_url)).status).toBe(200);
    const file = await fetch(file_url);
    expect([file.status, file.headers.get('content-type'), await file.text()]).toEqual([
      200,
      'image/png',
      'bytes',
    ]);
  });

  it('fills its place once, under the type that was announced', async () => {
    const { client } = await falEmulatorFor();
    const { upload_url } = await announce(client);
    expect((await put(upload_url, 'image/jpeg')).status).toBe(400);
    expect((await put(upload_url)).status).toBe(200);
    expect((await put(upload_url)).status).toBe(404);
  });

  it('goes nowhere without an announcement', async () => {
    const { emulator } = await falEmulatorFor();
    expect((await put(`${emulator.url}/upload/nobody`)).status).toBe(404);
  });

  it.each(['../../etc/passwd', 'a/b', '.hidden', 'x.verylongextension', ''])(
    'has a name of the emulator’s own, whatever it is called: %j',
    async (name) => {
      const { client } = await falEmulatorFor();
      expect((await announce(client, name)).file_url).toMatch(/\/media\/[\da-f-]{36}\.\w{1,8}$/);
    },
  );

  it('needs a type and a name', async () => {
    const { client } = await falEmulatorFor();
    expect((await client.call('POST', '/storage/upload/initiate', {})).json).toMatchObject({
      detail: [{ loc: ['body', 'content_type'] }, { loc: ['body', 'file_name'] }],
    });
  });

  it('can be stood in for by no other file of the machine', async () => {
    const { emulator } = await falEmulatorFor();
    for (const name of ['journal.jsonl', '..%2Fjournal.jsonl', '%2e%2e%2f%2e%2e%2fetc%2fpasswd']) {
      expect((await fetch(`${emulator.url}/media/${name}`)).status).toBe(404);
    }
  });
});
