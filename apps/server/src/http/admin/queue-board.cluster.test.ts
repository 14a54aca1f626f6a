import type { Hono } from 'hono';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { messageOf } from '@pixsim7/core';
import { createBullmqStepQueue, createScheduler, openStepQueues } from '@pixsim7/infra';
import { describeWithRedis } from '@pixsim7/testkit/servers';
import { createQueueBoard } from './queue-board.ts';

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

interface BoardQueue {
  readonly name: string;
  readonly readOnlyMode: boolean;
  readonly counts: Record<string, number>;
}

describeWithRedis('the board of the queues', (redis) => {
  let board: Hono;
  const closing: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    await redis().flushAll();
    const opened = openStepQueues({ redisUrl: redis().url, logger, now: Date.now });
    closing.push(() => opened.close());
    board = createQueueBoard(opened);
  });

  afterEach(async () => {
    for (const close of closing.splice(0)) {
      await close();
    }
  });

  const queues = async (): Promise<BoardQueue[]> => {
    const reply = await board.request('/admin/queues/api/queues');
    expect(reply.status).toBe(200);
    return ((await reply.json()) as { queues: BoardQueue[] }).queues;
  };

  it('shows every step and what waits, for reading only', async () => {
    const queue = createBullmqStepQueue({
      redisUrl: redis().url,
      logger,
      scheduler: createScheduler({ now: Date.now, wallTime: Date.now }),
    });
    closing.push(() => queue.stop(0));
    await queue.offer(messageOf('check', 'sub_1'), Date.now() + 60_000);
    await queue.offer(messageOf('submit', 'sub_2'), Date.now());
    const shown = await queues();
    expect(shown.map(({ name }) => name).sort()).toEqual([
      'check',
      'deliver',
      'dispatch',
      'ingest',
      'poster',
      'submit',
    ]);
    expect(shown.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
    expect(shown.find(({ name }) => name === 'check')?.counts).toMatchObject({ delayed: 1 });
    expect(shown.find(({ name }) => name === 'submit')?.counts).toMatchObject({ waiting: 1 });
  });

  it('has a page and the files that the page asks for', async () => {
    const page = await board.request('/admin/queues');
    const html = await page.text();
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(html).toContain('<base href="/admin/queues/" />');
    const files = [...html.matchAll(/(?:src|href)="(static\/[^"]+\.(?:js|css))"/g)].map(
      ([, file]) => file ?? '',
    );
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      const reply = await board.request(`/admin/queues/${file}`);
      expect(reply.status).toBe(200);
      expect((await reply.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
  });

  it('refuses to change a queue', async () => {
    for (const path of ['check/pause', 'check/empty', 'check/retry/failed']) {
      const reply = await board.request(`/admin/queues/api/queues/${path}`, { method: 'PUT' });
      expect(reply.status).toBeGreaterThanOrEqual(400);
    }
  });
});
