import { availableParallelism } from 'node:os';
import { createVideoFile } from '../../builders/index.ts';
import { startPostgresServer } from '../../servers/postgres-server.ts';
import { startRedisServer } from '../../servers/redis-server.ts';
import { roomyPostgres } from '../measure/postgres-settings.ts';
import { describeMachine, printLine, printTable, short } from '../measure/print.ts';
import { runBenchmark } from '../measure/run-benchmark.ts';
import { startInstantProvider } from './instant-provider.ts';
import { runRound } from './run-round.ts';
import type { RoundFigures } from './run-round.ts';

const usage = `npm run benchmark:throughput [-- --jobs <number>]

Does so many jobs (2,000) with one, two and four worker processes, at a provider that is done at once. Needs PostgreSQL
and Redis. Compare the rounds of one run with each other, not runs with each other.
`;

const workerCounts = [1, 2, 4] as const;

await runBenchmark(usage, { jobs: 2_000 }, async ({ jobs }, opened) => {
  const postgres = await startPostgresServer(undefined, roomyPostgres);
  if (postgres === null) {
    throw new Error('This benchmark needs PostgreSQL.');
  }
  opened.add(() => postgres.close());
  const redis = await startRedisServer();
  if (redis === null) {
    throw new Error('This benchmark needs redis-server.');
  }
  opened.add(() => redis.close());
  const provider = await startInstantProvider(await createVideoFile());
  opened.add(() => provider.close());

  printLine(`${jobs} jobs, ${describeMachine()}, PostgreSQL ${postgres.version}\n`);
  const rounds: RoundFigures[] = [];
  for (const workers of workerCounts) {
    const round = await runRound({ postgres, redis, provider }, workers, jobs, opened);
    rounds.push(round);
    printLine(`${workers} worker${workers === 1 ? '' : 's'}: ${round.seconds.toFixed(1)} s`);
  }
  if (provider.accepted() !== jobs * rounds.length) {
    throw new Error(`The provider made ${provider.accepted()} videos for ${jobs * rounds.length} jobs.`);
  }
  printRounds(rounds);
});

function printRounds(rounds: readonly RoundFigures[]): void {
  const [first] = rounds;
  const rate = ({ jobs, seconds }: RoundFigures): number => jobs / seconds;
  const row = (name: string, figure: (round: RoundFigures) => string): string[] => [
    name,
    ...rounds.map((round) => figure(round)),
  ];
  const cores = availableParallelism();
  const share = (name: keyof RoundFigures['processor']): string[] =>
    row(
      `  ${name}`,
      ({ processor, seconds }) => `${((processor[name] / seconds / cores) * 100).toFixed(0)} %`,
    );
  printLine();
  printTable([
    row('workers', ({ workers }) => String(workers)),
    row('jobs per second', (round) => short(rate(round))),
    row('  of one worker', (round) => (first === undefined ? '' : `× ${short(rate(round) / rate(first))}`)),
    row('dispatch to end, median', ({ latency }) => `${short(latency.median)} s`),
    row('dispatch to end, p95', ({ latency }) => `${short(latency.p95)} s`),
    row('transactions per job', ({ transactionsPerJob }) => short(transactionsPerJob)),
    row('created per second, over HTTP', ({ jobs, creationSeconds }) => short(jobs / creationSeconds)),
    row(
      'processor time per job',
      ({ processor, jobs }) =>
        `${short(((processor.workers + processor.postgres + processor.redis + processor.api) / jobs) * 1_000)} ms`,
    ),
    row('of the processor', ({ processor, seconds }) => {
      const all = Object.values(processor).reduce((sum, used) => sum + used, 0);
      return `${((all / seconds / cores) * 100).toFixed(0)} %`;
    }),
    share('workers'),
    share('postgres'),
    share('redis'),
    share('api'),
    share('provider'),
    share('others'),
  ]);
}
