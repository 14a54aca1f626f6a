import { Registry } from 'prom-client';
import { afterEach, expect, it } from 'vitest';
import { createSystem } from '@pixsim7/infra';
import { ConfigurationError } from '../config/settings.ts';
import { createLogger } from './logger.ts';
import { openDoor } from './open-door.ts';
import type { Door } from './open-door.ts';

const doors: Door[] = [];
const open = async (port = 0): Promise<Door> => {
  const parts = { system: createSystem(), logger: createLogger('silent'), metrics: new Registry() };
  const door = await openDoor({ HOST: '127.0.0.1', PORT: port }, parts);
  doors.push(door);
  return door;
};

afterEach(async () => {
  for (const door of doors.splice(0)) {
    await door.close();
  }
});

it('says that the server is starting, until somebody serves', async () => {
  const door = await open();
  const early = await fetch(`${door.url}/api/v1/jobs`);
  expect([early.status, early.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await early.json()).toMatchObject({
    code: 'unavailable',
    detail: 'The server is starting.',
    retryable: true,
  });
  door.serve(() => new Response('here'));
  expect(await (await fetch(door.url)).text()).toBe('here');
});

it('is refused where another program listens, and can be closed twice', async () => {
  const door = await open();
  const port = Number(new URL(door.url).port);
  await expect(open(port)).rejects.toThrow(ConfigurationError);
  await Promise.all([door.close(), door.close()]);
  expect((await open(port)).url).toBe(door.url);
});
