import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { NodeEnvironment } from './listen.ts';

/** Pieces per second: smooth enough that no client takes a slow reply for one that stands still. */
const piecesPerSecond = 4;

/** Reads nothing and says nothing. Ends when the client gives up or the server closes. */
export async function hang(context: Context<NodeEnvironment>): Promise<Response> {
  await closed(context);
  return RESPONSE_ALREADY_SENT;
}

/** Sends the head of the reply at once and its body at this pace; with 0, the head and nothing after it. */
export async function drip(context: Context<NodeEnvironment>, bytesPerSecond: number): Promise<Response> {
  const { outgoing } = context.env;
  const body = new Uint8Array(await context.res.arrayBuffer());
  outgoing.writeHead(context.res.status, {
    'content-type': context.res.headers.get('content-type') ?? 'application/octet-stream',
    'content-length': body.length,
  });
  outgoing.flushHeaders();
  if (bytesPerSecond === 0) {
    return hang(context);
  }
  const gone = closed(context);
  let sent = 0;
  for (let pieces = 1; sent < body.length && !outgoing.destroyed; pieces += 1) {
    const upTo = Math.min(body.length, Math.ceil((pieces * bytesPerSecond) / piecesPerSecond));
    outgoing.write(body.subarray(sent, upTo));
    sent = upTo;
    await Promise.race([gone, wait(1_000 / piecesPerSecond)]);
  }
  outgoing.end();
  return RESPONSE_ALREADY_SENT;
}

async function closed({ env: { outgoing } }: Context<NodeEnvironment>): Promise<void> {
  if (!outgoing.destroyed) {
    await once(outgoing, 'close');
  }
}
