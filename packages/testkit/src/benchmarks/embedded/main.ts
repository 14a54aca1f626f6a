import { createVideoFile } from '../../builders/index.ts';
import { startInstantProvider } from '../bench/cluster/instant-provider.ts';
import { describeMachine, printLine, printTable, short } from '../measure/print.ts';
import { runBenchmark } from '../measure/run-benchmark.ts';
import { openEmbeddedInstallation } from './installation.ts';
import { quantile, ReadingVisitor } from './reading-visitor.ts';
import { megabytesOf, timesOf } from './server-times.ts';
import type { ServerTimes } from './server-times.ts';

const usage = `npm run benchmark:embedded [-- --jobs <number> --slots <number> --render-ms <number> --warm-up <number>]

Does so many jobs (200) on an installation without PostgreSQL and Redis, so many of them at a time (50), at a provider that
renders for so long (20,000), while a visitor reads a job every 20 ms. Says what a job costs, and how long a read waits.
`;

const defaults = { jobs: 200, slots: 50, 'render-ms': 20_000, 'warm-up': 50 };
const restMs = 4_000;

await runBenchmark(usage, defaults, async (given, opened) => {
  const { jobs, slots } = given;
  printLine(`${jobs} jobs, ${slots} at a time, ${describeMachine()}\n`);
  const provider = await startInstantProvider(await createVideoFile(), given['render-ms']);
  opened.add(() => provider.close());
  const { server, client, createJobs, untilDone } = await openEmbeddedInstallation(
    provider.url,
    slots,
    opened,
  );
  const visitor = new ReadingVisitor(client);
  const job = `/api/v1/jobs/${await createJobs(given['warm-up'])}`;
  await untilDone();

  const atRest = timesOf(server.pid);
  visitor.start(job);
  await new Promise((resolve) => setTimeout(resolve, restMs));
  const quiet = await visitor.stop();
  const read = costOf(atRest, timesOf(server.pid), quiet.length);

  const before = timesOf(server.pid);
  const started = performance.now();
  await createJobs(jobs);
  visitor.start(job);
  await untilDone();
  const seconds = (performance.now() - started) / 1_000;
  const busy = await visitor.stop();
  const cost = costOf(before, timesOf(server.pid), jobs);
  const waits = (reads: readonly number[]): string =>
    [0.5, 0.99, 1].map((share) => short(quantile(reads, share))).join(' / ');
  printTable([
    ['', 'figure'],
    ['seconds to the last job', short(seconds)],
    // Without the visitor's reads.
    ['processor time of a job, ms', short(cost.all - (read.all * busy.length) / jobs)],
    ['processor time of a read, ms', short(read.all)],
    ['all of it for each job, ms', short(cost.all)],
    ['  thread of the event loop', short(cost.main)],
    ['  other threads', short(cost.others)],
    ['  child processes', short(cost.children)],
    ['a read at rest, p50 / p99 / longest, ms', waits(quiet)],
    ['a read while jobs run, ms', waits(busy)],
    [
      'resident memory now / most, MB',
      `${short(megabytesOf(server.pid, 'VmRSS'))} / ${short(megabytesOf(server.pid, 'VmHWM'))}`,
    ],
  ]);
});

function costOf(
  before: ServerTimes,
  after: ServerTimes,
  count: number,
): { readonly [Part in keyof ServerTimes]: number } & { readonly all: number } {
  const per = (part: keyof ServerTimes): number => ((after[part] - before[part]) / count) * 1_000;
  const parts = { main: per('main'), others: per('others'), children: per('children') };
  return { ...parts, all: parts.main + parts.others + parts.children };
}
