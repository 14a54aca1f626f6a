import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { HonoAdapter } from '@bull-board/hono';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import type { OpenedStepQueues } from '@pixsim7/infra';

/** The path of the board, which prefixes its page and its requests. */
export const queueBoardPath = '/admin/queues';

/**
 * Bull Board over the queues of the steps. It shows and changes nothing: a retry or a removal would do no harm, because
 * the queue is a hint, but no good either, and a board that cannot write needs no protection against forged requests.
 *
 * Import this file only when there are queues in Redis: it loads BullMQ's board, a megabyte of code.
 */
export function createQueueBoard({ queues }: Pick<OpenedStepQueues, 'queues'>): Hono {
  const serverAdapter = new HonoAdapter(serveStatic);
  serverAdapter.setBasePath(queueBoardPath);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'PixSim7 steps' } },
  });
  return new Hono().route(queueBoardPath, serverAdapter.registerPlugin());
}
