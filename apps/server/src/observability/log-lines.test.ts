import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { apiKey } from '../http/__tests__/http-bench.ts';
import type { LogLine } from '../http/__tests__/http-bench.ts';
import { openGenerationBench, providerKey } from './__tests__/generation-bench.ts';
import type { GenerationBench } from './__tests__/generation-bench.ts';

let bench: GenerationBench;

beforeEach(async () => {
  bench = await openGenerationBench();
});

afterEach(() => bench.closeAll());

const linesOf = (message: string): LogLine[] => bench.log.filter((line) => line.message === message);

it('follow a job from the request to the file', async () => {
  const { id } = await bench.createJob('a private boat');
  await bench.run();
  const created = linesOf('request').find(({ fields }) => fields['route'] === '/api/v1/jobs');
  expect(created).toMatchObject({
    level: 'info',
    fields: {
      request_id: expect.stringMatching(/^req_/) as string,
      job_id: id,
      method: 'POST',
      status: 201,
      ms: expect.any(Number) as number,
    },
  });
  const [submission] = await bench.database.transaction(({ submissions }) => submissions.listByJobs([id]));
  const about = {
    submission_id: submission?.id,
    job_id: id,
    account_id: bench.account.id,
    provider_id: 'pixverse',
  };
  for (const step of ['submit', 'ingest']) {
    expect(linesOf('step').filter(({ fields }) => fields['step'] === step)).toEqual([
      {
        level: 'info',
        message: 'step',
        fields: { ...about, step, outcome: 'done', ms: expect.any(Number) as number },
      },
    ]);
  }
  const calls = linesOf('provider call').filter(({ fields }) => fields['job_id'] === id);
  expect(calls.find(({ fields }) => fields['call'] === 'submit')?.fields).toMatchObject({
    ...about,
    step: 'submit',
  });
  expect(calls.find(({ fields }) => fields['call'] === 'download')?.fields).toMatchObject({
    ...about,
    step: 'ingest',
  });
  expect(calls.every(({ fields }) => !('request_id' in fields))).toBe(true);
});

it('name the job of a request that reads one, and no id that a stranger made up', async () => {
  const { id } = await bench.createJob('a boat');
  bench.log.length = 0;
  await bench.send('GET', `/api/v1/jobs/${id}`);
  await bench.send('GET', '/api/v1/jobs/job_<script>');
  expect(linesOf('request').map(({ fields }) => fields['job_id'])).toEqual([id, undefined]);
});

it('name the job when a step fails, and count on the queue for the error itself', async () => {
  const { id } = await bench.createJob('a boat');
  const failing = bench.queue.runUntilIdle(async () => {
    const [submission] = await bench.database.transaction(({ submissions }) => submissions.listByJobs([id]));
    if (submission !== undefined) {
      await bench.database.close();
    }
  });
  await expect(failing).rejects.toThrow('closed');
  expect(linesOf('step').at(-1)).toMatchObject({
    level: 'warn',
    fields: { step: 'submit', outcome: 'failed', submission_id: expect.stringMatching(/^sub_/) as string },
  });
});

it('never contain a key, a prompt, a header or a query', async () => {
  const { id } = await bench.createJob('a private boat');
  await bench.run();
  await bench.send('GET', `/api/v1/jobs/${id}?wait=0`, { headers: { cookie: 'session=private' } });
  await bench.send('GET', '/api/v1/jobs?q=private', { key: 'px7_a-wrong-and-secret-key' });
  await bench.send('POST', `/api/v1/accounts/${bench.account.id}/refresh`);
  await bench.metricLines();
  expect(bench.log.length).toBeGreaterThan(8);
  const text = inspect(bench.log, { depth: Infinity, maxStringLength: Infinity, maxArrayLength: Infinity });
  for (const secret of [apiKey, providerKey, 'px7_a-wrong-and-secret-key', 'private']) {
    expect(text).not.toContain(secret);
  }
});
