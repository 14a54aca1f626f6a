import { expect, it } from 'vitest';
import { createBench, answers, outputUrl, fakeMediaBytes } from '@pixsim7/testkit/bench';
import { builtCaller } from '@pixsim7/testkit/builders';

const dayMs = 24 * 3_600_000;
const running = new AbortController().signal;

it('forgets in bounded batches until nothing is left, and leaves what a retry, a bill and a lineage need', async () => {
  const bench = createBench();
  const succeeded = await bench.succeededAttempt();
  bench.downloads.serve(outputUrl, fakeMediaBytes('video', 'done'));
  await bench.run('ingest', succeeded.id);
  await bench.core.events.publish();
  const before = await bench.core.jobs.get(builtCaller, succeeded.jobId);
  const [attempt] = await bench.core.jobs.submissions(builtCaller, succeeded.jobId);
  expect(attempt?.observations.length).toBeGreaterThan(0);
  expect(attempt?.account_choice.length).toBeGreaterThan(0);

  const days = { events: 30, details: 90 };
  const nothing = await bench.core.retention.run(days, running);
  expect(Object.values(nothing).every((count) => count === 0)).toBe(true);

  bench.system.advance(31 * dayMs);
  const first = await bench.core.retention.run(days, running);
  expect(first).toMatchObject({ observations: 0, account_choices: 0 });
  expect(first.events).toBeGreaterThan(3);
  // The last event is the one by which the next ones are numbered.
  expect(await bench.read((transaction) => transaction.events.after(0, 100))).toHaveLength(1);

  bench.system.advance(60 * dayMs);
  expect(await bench.core.retention.run(days, running)).toMatchObject({ account_choices: 1 });
  expect(await bench.core.jobs.get(builtCaller, succeeded.jobId)).toEqual(before);
  expect(await bench.core.jobs.submissions(builtCaller, succeeded.jobId)).toEqual([
    { ...attempt, observations: [], account_choice: [] },
  ]);
  const retried = await bench.core.jobs.retry(builtCaller, succeeded.jobId, 'again');
  expect(retried.job).toMatchObject({ params: before.params, retry_of: before.id });
});

it('stops between two batches when the server stops', async () => {
  const bench = createBench();
  const stopping = new AbortController();
  stopping.abort(new Error('The server stops.'));
  await expect(bench.core.retention.run({ events: 1, details: 1 }, stopping.signal)).rejects.toThrow('stops');
});

it('never keeps more than so many observations of a provider that changes its mind', async () => {
  const bench = createBench();
  const { id, jobId } = await bench.acceptedAttempt();
  for (let check = 0; check < 60; check += 1) {
    bench.provider.checkStatus.mockResolvedValueOnce(
      answers.processing({ rawStatus: `status ${check % 2}` }),
    );
    await bench.run('check', id);
  }
  const [attempt] = await bench.core.jobs.submissions(builtCaller, jobId);
  expect(attempt?.observations).toHaveLength(50);
});
