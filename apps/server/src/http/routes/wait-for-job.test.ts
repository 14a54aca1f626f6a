import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '@pixsim7/contracts';
import { openBench } from '../__tests__/http-bench.ts';
import type { HttpBench } from '../__tests__/http-bench.ts';

let bench: HttpBench;
let job: Job;
let timersBefore: number;

beforeEach(async () => {
  bench = await openBench();
  timersBefore = bench.system.timers;
  job = await bench.json('POST', '/api/v1/jobs', {
    json: { operation_type: 'text_to_video', provider_id: 'pixverse', params: { prompt: 'a boat' } },
  });
  await settle();
});

async function expectTimersStopped(): Promise<void> {
  // A bound for what a real database takes, never a delay.
  await vi.waitFor(() => expect(bench.system.timers).toBe(timersBefore), { timeout: 10_000, interval: 5 });
}

afterEach(async () => {
  await expectTimersStopped();
  await bench.close();
});

/** Lets every promise that can go on do so. */
async function settle(): Promise<void> {
  for (let count = 0; count < 5; count += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A held reply, and whether it has come. */
function hold(wait: number, signal?: AbortSignal): { reply: Promise<Job>; isHeld(): Promise<boolean> } {
  let held = true;
  const reply = bench
    .json<Job>('GET', `/api/v1/jobs/${job.id}?wait=${wait}`, signal === undefined ? {} : { signal })
    .finally(() => {
      held = false;
    });
  return {
    reply,
    async isHeld() {
      await settle();
      return held;
    },
  };
}

describe('GET /api/v1/jobs/{id}?wait=', () => {
  it('holds until the job changes', async () => {
    const held = hold(30);
    expect(await held.isHeld()).toBe(true);
    await bench.send('POST', `/api/v1/jobs/${job.id}/cancel`);
    const changed = await held.reply;
    expect(changed.status).toBe('cancelled');
    expect(changed.sequence).toBeGreaterThan(job.sequence);
  });

  it('is not woken by other jobs', async () => {
    const held = hold(30);
    await bench.json('POST', '/api/v1/jobs', {
      json: { operation_type: 'text_to_video', provider_id: 'pixverse', params: { prompt: 'another' } },
    });
    expect(await held.isHeld()).toBe(true);
    bench.system.advance(30_000);
    expect((await held.reply).sequence).toBe(job.sequence);
  });

  it('gives the job as it is when the wait is over', async () => {
    const held = hold(0.5);
    expect(await held.isHeld()).toBe(true);
    bench.system.advance(500);
    expect(await held.reply).toMatchObject({ id: job.id, status: 'pending', sequence: job.sequence });
  });

  it('sees a change that nobody announced', async () => {
    const held = hold(30);
    expect(await held.isHeld()).toBe(true);
    await bench.core.events.stop();
    await bench.send('POST', `/api/v1/jobs/${job.id}/cancel`);
    expect(await held.isHeld()).toBe(true);
    timersBefore -= 1; // The event log has stopped its own.
    bench.system.advance(2_000);
    expect((await held.reply).status).toBe('cancelled');
  });

  it('does not hold a job that is over, or without a wait', async () => {
    expect((await hold(0).reply).status).toBe('pending');
    await bench.send('POST', `/api/v1/jobs/${job.id}/cancel`);
    expect((await hold(30).reply).status).toBe('cancelled');
  });

  it('ends when the server stops or the client leaves', async () => {
    const leaving = new AbortController();
    const first = hold(30, leaving.signal);
    expect(await first.isHeld()).toBe(true);
    leaving.abort();
    expect((await first.reply).status).toBe('pending');
    const second = hold(30);
    expect(await second.isHeld()).toBe(true);
    bench.stopping.abort();
    expect((await second.reply).status).toBe('pending');
  });

  it.each(['61', '-1', 'x'])('refuses wait=%s', async (wait) => {
    const problem = await bench.problem('GET', `/api/v1/jobs/${job.id}?wait=${wait}`);
    expect(problem.errors).toMatchObject([{ pointer: '/wait' }]);
  });

  it('refuses at once what does not exist', async () => {
    const path = '/api/v1/jobs/job_01k3v5m2q8r7t9w0x4y6z1a2b3?wait=30';
    expect((await bench.problem('GET', path)).code).toBe('not_found');
  });
});
