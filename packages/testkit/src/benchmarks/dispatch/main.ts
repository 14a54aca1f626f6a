import { createStepHandlers, GroupCommit } from '@pixsim7/core';
import type { CoreDependencies } from '@pixsim7/core';
import { createOutgoingHttp, createSystem, openPostgresDatabase } from '@pixsim7/infra';
import { ProviderRegistry } from '@pixsim7/providers/contract';
import { RecordingQueue } from '../../bench/recording-queue.ts';
import { findPostgresInstallations } from '../../servers/postgres-installations.ts';
import { startPostgresServer } from '../../servers/postgres-server.ts';
import { countingSettings, countsPerJob, openCounts, readCounts } from '../bench/database-counts.ts';
import { createEndlessProvider } from '../in-flight/endless-provider.ts';
import { openPostgresProbe } from '../measure/postgres-probe.ts';
import { roomyPostgres } from '../measure/postgres-settings.ts';
import { describeMachine, printLine, short } from '../measure/print.ts';
import { quietDependencies } from '../measure/quiet-dependencies.ts';
import { runBenchmark } from '../measure/run-benchmark.ts';
import { silentLogger } from '../measure/silent-logger.ts';
import { fillLine } from './fill-line.ts';

const usage = `npm run benchmark:dispatch [-- --jobs <number> --users <number> --accounts <number> --slots <number>]

Gives waiting jobs (100,000 of 1,000 users) to accounts (100 with 20 slots) in one process on PostgreSQL: how fast, how
fairly, what one freed slot costs, and how soon an account is used that was switched off and comes back. Needs PostgreSQL.
`;

const freedSlots = 50;

await runBenchmark(usage, { jobs: 100_000, users: 1_000, accounts: 100, slots: 20 }, async (size, opened) => {
  const installation = findPostgresInstallations().at(-1);
  const postgres =
    installation === undefined
      ? null
      : await startPostgresServer(installation, { ...roomyPostgres, ...countingSettings(installation) });
  if (postgres === null) {
    throw new Error('This benchmark needs PostgreSQL.');
  }
  opened.add(() => postgres.close());
  const admin = await openPostgresProbe(postgres.url());
  opened.add(() => admin.close());
  await admin.rows('create database line');
  const counts = await openCounts(admin);
  const system = createSystem();
  const now = (): number => system.now();
  const database = await openPostgresDatabase({ url: postgres.url('line'), logger: silentLogger, now });
  opened.add(() => database.close());
  const probe = await openPostgresProbe(postgres.url('line'));
  opened.add(() => probe.close());
  const outgoing = createOutgoingHttp();
  opened.add(() => outgoing.close());
  const provider = createEndlessProvider(() => undefined);
  const queue = new RecordingQueue();
  const dependencies: CoreDependencies = {
    ...quietDependencies(system),
    database,
    registry: new ProviderRegistry().register(provider),
    queue,
    outgoing,
    createCommits: (of) => new GroupCommit(of),
  };
  const { dispatch } = createStepHandlers(dependencies);
  const { signal } = new AbortController();
  const run = (): Promise<unknown> => dispatch(provider.id, signal);
  const { jobs, users, accounts, slots } = size;
  printLine(`${jobs} jobs of ${users} users, ${accounts} accounts with ${slots} slots`);
  printLine(`${describeMachine()}, PostgreSQL ${postgres.version}\n`);
  const ids = await fillLine(database, probe, provider.id, size, now());
  const live = async (): Promise<number> => {
    const [row] = await probe.rows<{ live: number }>(
      `select count(*)::int as live from submissions where state = 'prepared'`,
    );
    return row?.live ?? 0;
  };

  const before = await readCounts(admin, 'line', counts);
  const [seconds] = await timed(run);
  const started = await live();
  const cost = countsPerJob(before, await readCounts(admin, 'line', counts), started);
  const statements = cost.statements === null ? '?' : short(cost.statements);
  printLine(`given out      ${started} jobs in ${short(seconds)} s, ${short(started / seconds)} a second`);
  printLine(
    `for each job   ${statements} statements, ${short(cost.writingTransactions)} transactions that write`,
  );
  const [turns] = await probe.rows<{ spread: number }>(
    `select max(given) - min(given) as spread from (
         select count(*) filter (where status = 'processing')::int as given from jobs group by owner_id) as owners`,
  );
  printLine(`fairness       ${turns?.spread} between the user with the most and the one with the fewest`);

  const end = (which: string, values: readonly unknown[]): Promise<unknown[]> =>
    probe.rows(
      `with ended as (
           update submissions set state = 'cancelled', due_at = null, finished_at = created_at
           where id in (select id from submissions where state = 'prepared' and ${which}) returning job_id)
         update jobs set status = 'cancelled', stage = 'finished', completed_at = created_at
         where id in (select job_id from ended)`,
      values,
    );
  // As the server does by itself within a minute.
  await probe.rows('analyze');
  let filling = 0;
  for (let freed = 0; freed < freedSlots; freed += 1) {
    await end('account_id = $1 limit 1', [ids[freed % ids.length]]);
    filling += (await timed(run))[0];
  }
  printLine(
    `a freed slot   filled in ${short((filling / freedSlots) * 1_000)} ms, the mean of ${freedSlots}`,
  );

  const [back] = ids;
  await probe.rows('update accounts set enabled = false where id = $1', [back]);
  await end('account_id = $1', [back]);
  for (let rounds = 0; rounds < 5; rounds += 1) {
    await run();
  }
  const others = await live();
  await probe.rows('update accounts set enabled = true where id = $1', [back]);
  const [returning] = await timed(run);
  printLine(
    `a return       ${(await live()) - others} slots of the account in use after ${short(returning * 1_000)} ms`,
  );
});

async function timed(work: () => Promise<unknown>): Promise<[seconds: number]> {
  const begin = performance.now();
  await work();
  return [(performance.now() - begin) / 1_000];
}
