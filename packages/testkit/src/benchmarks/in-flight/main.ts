import type { CoreDependencies } from '@pixsim7/core';
import {
  createBullmqStepQueue,
  createInProcessStepQueue,
  createScheduler,
  createOutgoingHttp,
  createSystem,
  inspectRedis,
  openPostgresDatabase,
} from '@pixsim7/infra';
import { ProviderRegistry } from '@pixsim7/providers/contract';
import { startPostgresServer } from '../../servers/postgres-server.ts';
import { startRedisServer } from '../../servers/redis-server.ts';
import { openPostgresProbe } from '../measure/postgres-probe.ts';
import { roomyPostgres } from '../measure/postgres-settings.ts';
import { describeMachine, printLine, printTable, short } from '../measure/print.ts';
import { quietDependencies } from '../measure/quiet-dependencies.ts';
import { runBenchmark } from '../measure/run-benchmark.ts';
import { silentLogger } from '../measure/silent-logger.ts';
import { createEndlessProvider } from './endless-provider.ts';
import { fillDatabase } from './fill-database.ts';
import { measureQueue } from './measure-queue.ts';
import type { InFlightFigures, InFlightQueue } from './measure-queue.ts';

const usage = `npm run benchmark:in-flight [-- --submissions <number>]

Restarts one process that has so many submissions (100,000) at a provider that is never done, once with the queue in the
process and once with BullMQ. Needs PostgreSQL and Redis.
`;

await runBenchmark(usage, { submissions: 100_000 }, async ({ submissions }, opened) => {
  // Autovacuum writes at times of its own, and every write counts here.
  const postgres = await startPostgresServer(undefined, { ...roomyPostgres, autovacuum: 'off' });
  if (postgres === null) {
    throw new Error('This benchmark needs PostgreSQL.');
  }
  opened.add(() => postgres.close());
  const redis = await startRedisServer();
  if (redis === null) {
    throw new Error('This benchmark needs redis-server.');
  }
  opened.add(() => redis.close());
  const system = createSystem();
  const now = (): number => system.now();
  const database = await openPostgresDatabase({ url: postgres.url(), logger: silentLogger, now });
  opened.add(() => database.close());
  const probe = await openPostgresProbe(postgres.url());
  opened.add(() => probe.close());

  printLine(`${submissions} submissions, ${describeMachine()}, PostgreSQL ${postgres.version}`);
  let checks = 0;
  const provider = createEndlessProvider(() => {
    checks += 1;
  });
  const filling = performance.now();
  await fillDatabase(database, probe, provider.id, submissions, now());
  printLine(`filled in ${((performance.now() - filling) / 1_000).toFixed(0)} s\n`);

  const outgoing = createOutgoingHttp();
  opened.add(() => outgoing.close());
  const dependencies: Omit<CoreDependencies, 'queue'> = {
    ...quietDependencies(system),
    database,
    registry: new ProviderRegistry().register(provider),
    outgoing,
  };
  const scheduler = createScheduler(system);
  const queues: (() => InFlightQueue)[] = [
    () => ({
      name: 'in the process',
      queue: createInProcessStepQueue({ logger: silentLogger, scheduler }),
      outsideBytes: async () => null,
    }),
    () => ({
      name: 'BullMQ',
      queue: createBullmqStepQueue({ redisUrl: redis.url, logger: silentLogger, scheduler }),
      outsideBytes: async () => (await inspectRedis({ redisUrl: redis.url })).memory?.usedBytes ?? null,
    }),
  ];
  const figures: InFlightFigures[] = [];
  for (const open of queues) {
    await database.transaction((transaction) => transaction.submissions.voidLeases(now()));
    const queue = open();
    const measured = await measureQueue(
      queue,
      { ...dependencies, queue: queue.queue },
      probe,
      submissions,
      () => checks,
    );
    figures.push(measured);
    printLine(`${measured.queue}: all offered again after ${short(measured.resumeSeconds)} s`);
  }
  printLine();
  printFigures(figures);
});

function printFigures(figures: readonly InFlightFigures[]): void {
  const row = (name: string, figure: (of: InFlightFigures) => string): string[] => [
    name,
    ...figures.map(figure),
  ];
  printTable([
    row('queue', ({ queue }) => queue),
    row('all offered again after', ({ resumeSeconds }) => `${short(resumeSeconds)} s`),
    row('heap per 1,000', (of) => `${short(of.heapKilobytesPerThousand)} KiB`),
    row('Redis per 1,000', ({ redisKilobytesPerThousand: redis }) =>
      redis === null ? '-' : `${short(redis)} KiB`,
    ),
    row('checks per second', ({ checksPerSecond }) => short(checksPerSecond)),
    row('writes per check', ({ writesPerCheck }) => writesPerCheck.toFixed(4)),
    row('log bytes per offer', ({ offerBytes }) => short(offerBytes)),
  ]);
}
