import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProviderFetch, defaultProviderTimeouts } from './provider-fetch.ts';
import type { ProviderFetch } from './provider-fetch.ts';

interface Received {
  readonly method: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

let server: Server;
let origin: string;
let received: Received[];
let connections: number;
let provider: ProviderFetch;

beforeEach(async () => {
  received = [];
  connections = 0;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ method: request.method, headers: request.headers, body: Buffer.concat(chunks) });
      if (request.url === '/silent') {
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  provider = createProviderFetch();
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  await provider.close();
});

/** The form as a server reads it. */
async function receivedForm(): Promise<FormData> {
  const [request] = received;
  const headers = { 'content-type': String(request?.headers['content-type']) };
  return new Response(new Uint8Array(request?.body ?? []), { headers }).formData();
}

describe('createProviderFetch', () => {
  it('sends a text body and headers, and reads the answer', async () => {
    const response = await provider.fetch(`${origin}/generate`, {
      method: 'POST',
      headers: new Headers({ 'API-KEY': 'sk-1', 'content-type': 'application/json' }),
      body: '{"id":9007199254740993}',
    });
    expect(response.ok).toBe(true);
    expect(await response.json()).toEqual({ ok: true });
    expect(received[0]).toMatchObject({ method: 'POST', headers: { 'api-key': 'sk-1' } });
    expect(received[0]?.body.toString()).toBe('{"id":9007199254740993}');
  });

  it('sends the global FormData as a real multipart form', async () => {
    const form = new FormData();
    form.append('note', 'grüße');
    form.append('image', new Blob([new Uint8Array([1, 2, 3])], { type: 'image/png' }), 'first frame.png');
    await provider.fetch(`${origin}/upload`, { method: 'POST', body: form });
    expect(received[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    const arrived = await receivedForm();
    expect(arrived.get('note')).toBe('grüße');
    const file = arrived.get('image') as File;
    expect([file.name, file.type]).toEqual(['first frame.png', 'image/png']);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('sends a file of the disk without knowing its content before', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'upload-'));
    const path = join(folder, 'clip.mp4');
    await writeFile(path, Buffer.alloc(300_000, 'v'));
    const form = new FormData();
    form.append('file', await openAsBlob(path, { type: 'video/mp4' }), 'clip.mp4');
    await provider.fetch(`${origin}/upload`, { method: 'POST', body: form });
    const file = (await receivedForm()).get('file') as File;
    expect([file.name, file.type, file.size]).toEqual(['clip.mp4', 'video/mp4', 300_000]);
    await rm(folder, { recursive: true });
  });

  it('keeps connections for later calls', async () => {
    for (let call = 0; call < 10; call += 1) {
      await (await provider.fetch(origin)).text();
    }
    // A connection is free again a moment after its answer was read, so a second one may have been opened.
    expect(received).toHaveLength(10);
    expect(connections).toBeLessThanOrEqual(2);
  });

  it('opens a connection for every POST, so that none meets one that was just closed', async () => {
    for (let call = 0; call < 5; call += 1) {
      await (await provider.fetch(origin, { method: 'POST', body: '{}' })).text();
    }
    expect(connections).toBe(5);
    expect(received.map(({ headers }) => headers['connection'])).toEqual(
      Array.from({ length: 5 }, () => 'keep-alive'),
    );
  });

  it('ends the connection of a POST when its answer has been read', async () => {
    await (await provider.fetch(origin, { method: 'POST', body: '{}' })).text();
    const open = (): Promise<number> =>
      new Promise((resolve) => {
        server.getConnections((_, count) => resolve(count));
      });
    await expect.poll(open).toBe(0);
  });

  it('reads the refusal of an upload that the server does not read', async () => {
    const hasty = createServer((_, response) => {
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"ErrCode":500033}');
    });
    await new Promise<void>((resolve) => {
      hasty.listen(0, '127.0.0.1', resolve);
    });
    const form = new FormData();
    form.append('image', new Blob([new Uint8Array(2 * 1024 ** 2)], { type: 'image/png' }), 'large.png');
    const url = `http://127.0.0.1:${(hasty.address() as AddressInfo).port}/upload`;
    const reply = await provider.fetch(url, { method: 'POST', body: form });
    expect([reply.status, await reply.json()]).toEqual([400, { ErrCode: 500033 }]);
    hasty.closeAllConnections();
    await new Promise((resolve) => {
      hasty.close(resolve);
    });
  });

  it('says that nothing was sent when a handshake fails, although the reset looks like any other', async () => {
    // Plain HTTP gets a request before it is reset, TLS gets its handshake.
    const rude = createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    await new Promise<void>((resolve) => {
      rude.listen(0, '127.0.0.1', resolve);
    });
    const { port } = rude.address() as AddressInfo;
    const codeOf = async (scheme: string): Promise<unknown> => {
      const call = provider.fetch(`${scheme}://127.0.0.1:${port}/generate`, { method: 'POST', body: '{}' });
      const failed: unknown = await call.catch((error: unknown) => error);
      return (failed as { cause?: { code?: unknown } }).cause?.code;
    };
    expect(await codeOf('https')).toBe('connection_not_opened');
    expect(await codeOf('http')).toMatch(/^(?:ECONNRESET|UND_ERR_SOCKET)$/u);
    await new Promise((resolve) => {
      rude.close(resolve);
    });
  });

  it('gives up when no answer comes', async () => {
    const impatient = createProviderFetch({ connectMs: 1000, headersMs: 50, bodyMs: 50 });
    await expect(impatient.fetch(`${origin}/silent`, { method: 'POST' })).rejects.toThrow('fetch failed');
    expect(received).toHaveLength(1);
    await impatient.close();
  });

  it('gives up when what it sends is not taken', async () => {
    const slow = createServer(() => undefined);
    // Nobody reads, so the buffers of the system fill up.
    slow.on('connection', (socket) => socket.pause());
    await new Promise<void>((resolve) => {
      slow.listen(0, '127.0.0.1', resolve);
    });
    const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/upload`;
    const pace = { silenceMs: 80, bytesPerSecond: 1, windowMs: 10_000 };
    const impatient = createProviderFetch(defaultProviderTimeouts, pace);
    const body = new Blob([new Uint8Array(32 * 1024 ** 2)]);
    await expect(impatient.fetch(url, { method: 'POST', body })).rejects.toMatchObject({
      cause: { code: 'transfer_stalled', message: 'nothing was taken for 0.08 s' },
    });
    slow.closeAllConnections();
    await impatient.close();
    await new Promise((resolve) => {
      slow.close(resolve);
    });
  });

  it('ends with the signal of the caller', async () => {
    const controller = new AbortController();
    const call = provider.fetch(`${origin}/silent`, { signal: controller.signal });
    controller.abort(new Error('cancelled'));
    await expect(call).rejects.toThrow('cancelled');
  });

  it('takes URL objects and refuses Request objects', async () => {
    expect((await provider.fetch(new URL(origin))).status).toBe(200);
    await expect(provider.fetch(new Request(origin))).rejects.toThrow(TypeError);
  });

  it('takes no call after it was closed', async () => {
    const closed = createProviderFetch();
    await closed.close();
    await expect(closed.fetch(origin)).rejects.toThrow('fetch failed');
  });
});
