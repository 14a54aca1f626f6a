import { beforeEach, expect, it } from 'vitest';
import type { AccountId, JobId, RequestId } from '@pixsim7/contracts';
import type { Logger } from '@pixsim7/core';
import { correlateLines, correlation, currentWork, runAbout } from './correlation.ts';

const job = 'job_0000000000000000000000000a' as JobId;
const request = 'req_0000000000000000000000000a' as RequestId;

let lines: [string, Record<string, unknown>, string][];
let logger: Logger;

beforeEach(() => {
  lines = [];
  const write = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void lines.push([level, fields, message]);
  logger = correlateLines({
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  });
});

it('adds to each line what the work is about, on every level', () => {
  runAbout({ request_id: request }, () => {
    logger.debug({ ms: 1 }, 'a');
    logger.info({ ms: 2 }, 'b');
    logger.warn({ ms: 3 }, 'c');
    logger.error({ ms: 4 }, 'd');
  });
  expect(lines).toEqual([
    ['debug', { request_id: request, ms: 1 }, 'a'],
    ['info', { request_id: request, ms: 2 }, 'b'],
    ['warn', { request_id: request, ms: 3 }, 'c'],
    ['error', { request_id: request, ms: 4 }, 'd'],
  ]);
});

it('adds what is learned on the way, across awaits', async () => {
  await runAbout({ step: 'check' }, async () => {
    logger.info({}, 'before');
    await Promise.resolve();
    correlation.add({ job_id: job });
    await new Promise((resolve) => setImmediate(resolve));
    logger.info({}, 'after');
  });
  expect(lines.map(([, fields]) => fields)).toEqual([{ step: 'check' }, { step: 'check', job_id: job }]);
});

it('lets a line say it differently', () => {
  const other = 'acc_0000000000000000000000000b';
  runAbout({ account_id: 'acc_0000000000000000000000000a' as AccountId }, () =>
    logger.info({ account_id: other }, 'line'),
  );
  expect(lines[0]?.[1]).toEqual({ account_id: other });
});

it('keeps work apart that runs at the same time', async () => {
  const about = (id: string): Promise<void> =>
    runAbout({ provider_id: id }, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      correlation.add({ job_id: `job_${id}` as JobId });
      await new Promise((resolve) => setImmediate(resolve));
      logger.info({}, id);
    });
  await Promise.all([about('one'), about('two')]);
  expect(lines.map(([, fields]) => fields)).toEqual([
    { provider_id: 'one', job_id: 'job_one' },
    { provider_id: 'two', job_id: 'job_two' },
  ]);
});

it('takes nothing over from the work that started it', () => {
  runAbout({ request_id: request }, () =>
    runAbout({ step: 'submit' }, () => {
      expect(currentWork()).toEqual({ step: 'submit' });
    }),
  );
});

it('is about nothing outside of requests and steps', () => {
  correlation.add({ job_id: job });
  expect(currentWork()).toEqual({});
  logger.info({ port: 8000 }, 'started');
  expect(lines).toEqual([['info', { port: 8000 }, 'started']]);
});
