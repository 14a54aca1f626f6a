import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { refusal, success, TEST_API_KEY } from './__tests__/recorded-fetch.ts';
import { PixVerse } from './client.ts';
import type { PixVerseOptions } from './client.ts';
import { encodeBody } from './encode-body.ts';

// The same rules against the real `fetch` and real sockets: what a connection failure looks like is the runtime's choice.

const LONG_ID = '343252978602905123';
const open: Server[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map(close));
});

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

/** Starts a server on a free port and gives its address. */
async function serve(handler: Handler): Promise<{ server: Server; baseURL: string }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handler(request, response, Buffer.concat(chunks)));
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, baseURL: `http://127.0.0.1:${port}/openapi/v2` };
}

function clientOf(baseURL: string, options: Partial<PixVerseOptions> = {}): PixVerse {
  return new PixVerse({
    apiKey: TEST_API_KEY,
    baseURL,
    maxRetries: 0,
    sleep: async () => undefined,
    ...options,
  });
}

describe('over real connections', () => {
  it('keeps a 64-bit id whole in both directions', async () => {
    const bodies: string[] = [];
    const { baseURL } = await serve((_request, response, body) => {
      bodies.push(body.toString());
      response.end(success(`{"video_id":${LONG_ID}}`));
    });
    const body = encodeBody({ img_id: LONG_ID, prompt: '雨' });
    await expect(clientOf(baseURL).videos.submit('imageToVideo', body)).resolves.toEqual({
      video_id: LONG_ID,
    });
    expect(bodies).toEqual([`{"img_id":${LONG_ID},"prompt":"雨"}`]);
  });

  it('uploads bytes as a multipart form', async () => {
    let contentType: string | undefined;
    let received = '';
    const { baseURL } = await serve((request, response, body) => {
      contentType = request.headers['content-type'];
      received = body.toString('latin1');
      response.end(success('{"img_id":7}'));
    });
    const file = new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47])], { type: 'image/png' });
    await clientOf(baseURL).images.upload({ file });
    expect(contentType).toMatch(/^multipart\/form-data; boundary=/);
    expect(received).toContain('name="image"; filename="upload.png"');
    expect(received).toContain('Content-Type: image/png\r\n\r\n\u0089PNG\r\n');
  });

  it('knows that a refused connection created nothing', async () => {
    const { server, baseURL } = await serve(() => undefined);
    await close(server);
    await expect(clientOf(baseURL).videos.submit('textToVideo', {})).rejects.toMatchObject({
      code: 'connection_failed',
      mayHaveBeenProcessed: false,
    });
  });

  it('does not know what a lost answer created, and does not ask twice', async () => {
    let requests = 0;
    const { baseURL } = await serve((request) => {
      requests += 1;
      request.socket.destroy();
    });
    await expect(clientOf(baseURL, { maxRetries: 5 }).videos.submit('textToVideo', {})).rejects.toMatchObject(
      { code: 'connection_failed', mayHaveBeenProcessed: true },
    );
    expect(requests).toBe(1);
  });

  it('does not know what an answer cut short created', async () => {
    const { baseURL } = await serve((request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{"ErrCode":0,', () => request.socket.destroy());
    });
    await expect(clientOf(baseURL).videos.submit('textToVideo', {})).rejects.toMatchObject({
      code: 'connection_failed',
      mayHaveBeenProcessed: true,
    });
  });

  it('repeats a read whose connection was lost', async () => {
    const traceIds = new Set<unknown>();
    const { baseURL } = await serve((request, response) => {
      traceIds.add(request.headers['ai-trace-id']);
      if (traceIds.size < 3) {
        request.socket.destroy();
      } else {
        response.end(success('{"id":7,"status":5}'));
      }
    });
    await expect(clientOf(baseURL, { maxRetries: 2 }).videos.retrieve('7')).resolves.toMatchObject({
      status: 5,
    });
    expect(traceIds.size).toBe(3);
  });

  it('does not carry the key to where a redirect points', async () => {
    let reached = false;
    const elsewhere = await serve((_request, response) => {
      reached = true;
      response.end(success('{"video_id":7}'));
    });
    const { baseURL } = await serve((_request, response) => {
      response.writeHead(307, { Location: elsewhere.baseURL }).end();
    });
    await expect(clientOf(baseURL).videos.submit('textToVideo', {})).rejects.toMatchObject({
      code: 'unusable_response',
      httpStatus: 307,
    });
    expect(reached).toBe(false);
  });

  it('ends a call that is aborted under way', async () => {
    const controller = new AbortController();
    const { baseURL } = await serve(() => controller.abort());
    await expect(
      clientOf(baseURL).videos.submit('textToVideo', {}, { signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'aborted', mayHaveBeenProcessed: true });
  });

  it('reads a refusal inside HTTP 500', async () => {
    const { baseURL } = await serve((_request, response) => {
      response.writeHead(500).end(refusal(500063));
    });
    await expect(clientOf(baseURL).videos.submit('textToVideo', {})).rejects.toMatchObject({
      errCode: 500063,
      class: 'content_filter',
      mayHaveBeenProcessed: false,
    });
  });
});
