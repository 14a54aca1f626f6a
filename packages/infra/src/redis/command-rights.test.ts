import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { commandsInScript } from './command-rights.ts';

/** The commands for the sorted set and the hash next to BullMQ's data. */
const ours = ['HDEL', 'HGET', 'HSET', 'LLEN', 'ZADD', 'ZCARD', 'ZRANGE', 'ZRANGEBYSCORE', 'ZREM', 'ZSCORE'];

/** Those behind `Queue.add`, `Job.changeDelay` and the loops of a worker. */
const scripts = [
  'addDelayedJob',
  'addStandardJob',
  'changeDelay',
  'extendLocks',
  'moveStalledJobsToWait',
  'moveToActive',
  'moveToFinished',
];

it('a look tries every command that is used, and no other', () => {
  const folder = join(dirname(createRequire(import.meta.url).resolve('bullmq')), 'scripts');
  const files = readdirSync(folder).filter((file) =>
    scripts.some((name) => new RegExp(`^${name}-\\d+\\.js$`, 'u').test(file)),
  );
  expect(files).toHaveLength(scripts.length);
  const used = files.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/(?:rcall|redis\.p?call)\(\s*["'](\w+)["']/gu)].map(
      ([, command = '']) => command.toUpperCase(),
    ),
  );
  expect(used.length).toBeGreaterThan(50);
  expect([...commandsInScript].sort()).toEqual([...new Set([...used, ...ours])].sort());
});
