import type { Hono } from 'hono';
import { requireScope } from '@pixsim7/core';
import { isUsable, troubleOf } from '../../watch/part-state.ts';
import type { HttpApp, HttpParts } from '../http-parts.ts';
import { problemReply } from '../problems/problem-reply.ts';

/** Everything from this server. The page sets styles inline, and asks for a font elsewhere that it does not get. */
const boardPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The dashboard of the queues, for a person in a browser. Only GET reaches it, whatever the dashboard itself could do.
 * It is no part of the API reference.
 */
export function addQueueBoardRoutes(app: HttpApp, parts: Pick<HttpParts, 'queueBoard' | 'servers'>): void {
  const { queueBoard } = parts;
  let board: Promise<Hono> | null = null;

  async function load(open: () => Promise<Hono>): Promise<Hono> {
    board ??= open();
    try {
      return await board;
    } catch (error) {
      // The next request tries again.
      board = null;
      throw error;
    }
  }

  for (const path of ['/admin/queues', '/admin/queues/:page{.*}']) {
    app.get(path, async (context) => {
      // The steps of every workspace.
      requireScope(context.get('caller'), 'operations:read');
      if (queueBoard === undefined) {
        return problemReply(context, {
          code: 'not_found',
          detail:
            'There are no queues to show: this server keeps its steps in memory. With REDIS_URL they are in Redis; /metrics has their figures either way.',
        });
      }
      const { redis } = await parts.servers.look();
      if (redis === null || !isUsable(redis)) {
        const why = redis === null ? null : troubleOf(redis);
        return problemReply(context, {
          code: 'unavailable',
          detail: `${why?.summary ?? 'There is no Redis.'} Redis holds the queues; the jobs are safe in the database.`,
          retryable: true,
        });
      }
      const reply = await (await load(queueBoard)).fetch(context.req.raw);
      const headers = new Headers(reply.headers);
      headers.set('content-security-policy', boardPolicy);
      return new Response(reply.body, { status: reply.status, headers });
    });
  }
}
