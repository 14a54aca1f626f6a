import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { EventFollower } from './event-follower.ts';

const block = (sequence: number): string =>
  `id: ${sequence}\nevent: job.created\ndata: ${JSON.stringify({ sequence, text: 'größe' })}\n\n`;

let close = (): void => undefined;
afterEach(() => close());

async function serve(answer: (request: IncomingMessage, reply: ServerResponse) => void): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('goes on after the last whole event when a stream breaks in the middle of one', async () => {
  const asked: (string | undefined)[] = [];
  let sent = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    sent = resolve;
  });
  const url = await serve((request, reply) => {
    asked.push(request.headers['last-event-id'] as string | undefined);
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    if (asked.length === 1) {
      const text = Buffer.from(`retry: 3000\n\n${block(1)}${block(2)}${block(3)}`);
      reply.write(text.subarray(0, -12), () => request.socket.destroy());
    } else {
      reply.write(`${block(3)}${block(4)}`, sent);
    }
  });
  const follower = new EventFollower(() => url, 'a-key');
  await done;
  await expect.poll(() => follower.lastSequence).toBe(4);
  await follower.stop();
  expect(asked).toEqual(['0', '2']);
  expect(follower.events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  expect(follower.reconnects).toBe(1);
});
