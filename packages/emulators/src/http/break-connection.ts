import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { NodeEnvironment } from './listen.ts';

/** Ends the connection without an answer: the client cannot tell whether its request was carried out. */
export function breakConnection(context: Context<NodeEnvironment>): Response {
  context.env.outgoing.destroy();
  return RESPONSE_ALREADY_SENT;
}
