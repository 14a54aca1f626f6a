import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '@pixsim7/contracts';
import { buildAccount } from '@pixsim7/testkit/builders';
import { apiKey } from '../http/__tests__/http-bench.ts';
import { openGenerationBench, providerKey } from './__tests__/generation-bench.ts';
import type { GenerationBench } from './__tests__/generation-bench.ts';

let bench: GenerationBench;

beforeEach(async () => {
  bench = await openGenerationBench();
});

afterEach(() => bench.closeAll());

const values = async (): Promise<Map<string, number>> =>
  new Map(
    (await bench.metricLines())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );

const provider = 'provider_id="pixverse"';

describe('the metrics after a job', () => {
  it('tell its steps, its calls, its money and its bytes', async () => {
    const { id } = await bench.createJob('a boat');
    await bench.run();
    const job = await bench.json<Job>('GET', `/api/v1/jobs/${id}`);
    expect(job.status).toBe('completed');
    const read = await values();
    const call = (name: string): number | undefined =>
      read.get(`pixsim7_provider_call_duration_seconds_count{${provider},call="${name}",outcome="ok"}`);
    expect(call('submit')).toBe(1);
    expect(call('download')).toBe(1);
    expect(call('balance')).toBeGreaterThanOrEqual(1);
    expect(call('check')).toBeGreaterThanOrEqual(1);
    expect(call('upload')).toBeUndefined();
    expect(read.get('pixsim7_step_duration_seconds_count{step="submit",outcome="done"}')).toBe(1);
    expect(read.get('pixsim7_step_duration_seconds_count{step="ingest",outcome="done"}')).toBe(1);
    expect(read.get('pixsim7_jobs{status="completed"}')).toBe(1);
    expect(read.get('pixsim7_submissions{state="stored"}')).toBe(1);
    expect(read.get('pixsim7_submissions{state="unknown"}')).toBe(0);
    expect(read.get(`pixsim7_provider_credits_charged_total{${provider}}`)).toBe(job.credits.charged);
    expect(read.get(`pixsim7_provider_credits_held{${provider}}`)).toBe(0);
    expect(read.get(`pixsim7_ingest_bytes_total{${provider}}`)).toBe(job.assets[0]?.bytes);
    expect(read.get(`pixsim7_accounts{${provider},status="active"}`)).toBe(1);
    expect(read.get('pixsim7_build_info{version="0.0.0-test",role="all"}')).toBe(1);
    // Read twice: what is read again each time does not add up.
    expect((await values()).get(`pixsim7_provider_credits_charged_total{${provider}}`)).toBe(
      job.credits.charged,
    );
  });

  it('show what is held and used while it runs', async () => {
    await bench.createJob('a boat');
    const dispatch = bench.dependencies.queue;
    await dispatch.offer({ step: 'dispatch', id: 'pixverse' }, bench.system.now());
    const held = new Promise<Map<string, number>>((resolve, reject) => {
      let steps = 0;
      bench.queue
        .runUntilIdle(async () => {
          steps += 1;
          // After the dispatch, before the submit.
          if (steps === 2) {
            await values().then(resolve, reject);
          }
          await bench.emulator.whenIdle();
        })
        .catch(reject);
    });
    const read = await held;
    expect(read.get(`pixsim7_provider_credits_held{${provider}}`)).toBeGreaterThan(0);
    expect(read.get(`pixsim7_provider_slots_used{${provider}}`)).toBe(1);
    expect(read.get(`pixsim7_provider_slots_max{${provider}}`)).toBeGreaterThanOrEqual(1);
    await bench.run();
  });

  it('count failures by class, and an unanswered submit as unknown', async () => {
    await fetch(`${new URL(bench.emulator.baseUrl).origin}/_emulator/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        match: { method: 'POST', path: '/video/*' },
        action: 'drop_after_accept',
        times: 1,
      }),
    });
    await bench.createJob('a boat');
    await bench.run();
    const read = await values();
    expect(
      read.get(`pixsim7_provider_call_duration_seconds_count{${provider},call="submit",outcome="unknown"}`),
    ).toBe(1);
    const errors = [...read].filter(([name]) => name.startsWith('pixsim7_provider_call_errors_total{'));
    expect(errors.map(([, count]) => count)).toEqual([1]);
    expect(errors[0]?.[0]).toContain('call="submit"');
  });

  it('do not grow with the number of jobs, and hold no id, prompt or key', async () => {
    await bench.createJob('the first boat');
    await bench.run();
    // The first reading counts itself from the second one on.
    await values();
    const names = [...(await values()).keys()].sort();
    for (let count = 0; count < 3; count += 1) {
      await bench.createJob(`boat ${count}`);
    }
    await bench.run();
    expect([...(await values()).keys()].sort()).toEqual(names);
    const text = (await bench.metricLines()).join('\n');
    expect(text).not.toMatch(/job_|sub_|ast_|boat/);
    expect(text).not.toContain(apiKey);
    expect(text).not.toContain(providerKey);
  });
});

it('series of single accounts end at 50 accounts; their sums do not', async () => {
  const accountSeries = async (): Promise<string[]> =>
    [...(await values()).keys()].filter((name) => name.includes('account_id='));
  expect(await accountSeries()).not.toEqual([]);
  await bench.database.transaction(async ({ accounts }) => {
    for (let count = 0; count < 50; count += 1) {
      await accounts.insert(buildAccount({ providerId: 'pixverse', maxConcurrent: 2 }));
    }
  });
  expect(await accountSeries()).toEqual([]);
  expect((await values()).get(`pixsim7_provider_slots_max{${provider}}`)).toBe(100 + bench.account.slots.max);
});

it('the age of an event that nobody publishes shows', async () => {
  await bench.core.events.stop();
  await bench.createJob('a boat');
  bench.system.advance(7_000);
  expect((await values()).get('pixsim7_outbox_lag_seconds')).toBe(7);
});
