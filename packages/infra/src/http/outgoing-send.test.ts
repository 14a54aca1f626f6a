import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FetchFailedError, UnreachableHostError, UnsafeUrlError } from '@pixsim7/core';
import { createOutgoingHttp } from './outgoing-http.ts';

interface Received {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly port: number | undefined;
}

const outgoing = createOutgoingHttp();
let server: Server;
let origin: string;
let received: Received[];
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  received = [];
  answer = (response) => void response.end('ok');
  server = createServer((request, response) => {
    const { method, headers, socket } = request;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ method, headers, body: Buffer.concat(chunks).toString(), port: socket.remotePort });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

const message = {
  headers: { 'content-type': 'text/plain', 'x-signature': 'abc' },
  body: Buffer.from('hello'),
};
const limits = { timeoutMs: 5_000, maxReplyBytes: 10 };
const send = (
  path: string,
  more: { timeoutMs?: number; trustedOrigin?: string } = { trustedOrigin: origin },
) => outgoing.send(origin + path, message, { ...limits, ...more });

describe('sending', () => {
  it('posts the body with its headers, and gives the reply back', async () => {
    answer = (response) => void response.writeHead(202, { 'X-Seen': ['1', '2'] }).end('taken');
    const reply = await send('/hook');
    expect({ ...reply, body: Buffer.from(reply.body).toString() }).toMatchObject({
      status: 202,
      body: 'taken',
      headers: { 'x-seen': '1, 2' },
    });
    expect(received).toMatchObject([
      { method: 'POST', body: 'hello', headers: { 'x-signature': 'abc', 'user-agent': 'PixSim7' } },
    ]);
  });

  it('gives every status back, and follows no redirect', async () => {
    for (const status of [302, 307, 404, 500]) {
      answer = (response) => void response.writeHead(status, { location: `${origin}/other` }).end();
      expect((await send('/hook')).status).toBe(status);
    }
    expect(received).toHaveLength(4);
  });

  it('uses a connection only once', async () => {
    await send('/hook');
    await send('/hook');
    expect(new Set(received.map(({ port }) => port)).size).toBe(2);
  });

  it('keeps the first bytes of a reply that never ends', async () => {
    answer = (response) => {
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) {
          // As much as the socket takes.
        }
      };
      response.on('drain', write);
      write();
    };
    expect((await send('/hook')).body).toHaveLength(limits.maxReplyBytes);
  });

  it('fails when no reply comes in time, or the connection breaks', async () => {
    answer = () => undefined;
    await expect(send('/hook', { trustedOrigin: origin, timeoutMs: 50 })).rejects.toThrow(FetchFailedError);
    answer = (response) => void response.destroy();
    await expect(send('/hook')).rejects.toThrow(FetchFailedError);
  });

  it('sends nothing to an address that is not public', async () => {
    await expect(send('/hook', {})).rejects.toThrow(UnsafeUrlError);
    await expect(outgoing.send(origin.replace('127.0.0.1', 'localhost'), message, limits)).rejects.toThrow(
      UnreachableHostError,
    );
    expect(received).toEqual([]);
  });
});
