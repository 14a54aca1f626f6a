import { randomUUID } from 'node:crypto';
import type { CoreDependencies, Database, OutgoingHttp, System } from '@pixsim7/core';
import { createProviderFetch, createSystem, openPostgresDatabase } from '@pixsim7/infra';
import { openMeasuredEmbeddedDatabase } from '@pixsim7/infra/testing';
import { registerDefaultProviders } from '@pixsim7/providers';
import { builtCaller } from '../../builders/rows.ts';
import { startPostgresServer } from '../../servers/postgres-server.ts';
import { fakeMediaBytes } from '../../simulation/ports/fake-media.ts';
import { startInstantProvider } from '../bench/cluster/instant-provider.ts';
import { openPostgresProbe } from '../measure/postgres-probe.ts';
import { roomyPostgres } from '../measure/postgres-settings.ts';
import { describeMachine, printLine, printTable } from '../measure/print.ts';
import { quietDependencies } from '../measure/quiet-dependencies.ts';
import { runBenchmark } from '../measure/run-benchmark.ts';
import { silentLogger } from '../measure/silent-logger.ts';
import { idleQueue, runJobs } from './run-jobs.ts';

const usage = `npm run benchmark:bytes-per-job [-- --jobs <number>]

Takes so many jobs (10,000) through the real services and steps, on the embedded database and on PostgreSQL, and says how
many bytes each table needs for a job, before and after what is kept for a time only is gone. Needs PostgreSQL.
`;

/** Later than every retention. */
const laterMs = 400 * 24 * 3_600_000;
const days = { events: 30, details: 90 };

interface Subject {
  readonly name: string;
  readonly database: Database;
  readonly rows: <Row>(sql: string) => Promise<readonly Row[]>;
}

/** Bytes of each table with its indexes and long values, without room that deleted rows left. */
type Sizes = ReadonlyMap<string, number>;

async function measure({ rows }: Subject): Promise<Sizes> {
  await rows('vacuum full');
  const sizes = await rows<{ name: string; bytes: number }>(
    `select relname::text as name, pg_total_relation_size(oid)::float8 as bytes from pg_class
     where relkind = 'r' and relnamespace = 'public'::regnamespace order by 2 desc`,
  );
  return new Map(sizes.map(({ name, bytes }) => [name, bytes]));
}

/** The clock of the machine, moved by some time. */
function movedSystem(): System & { move(ms: number): void } {
  const system = createSystem();
  let moved = 0;
  return {
    ...system,
    now: () => system.now() + moved,
    move(ms) {
      moved += ms;
    },
  };
}

async function measureSubject(
  subject: Subject,
  baseUrl: string,
  jobs: number,
): Promise<[Sizes, Sizes, Sizes]> {
  const system = movedSystem();
  let videos = 0;
  const outgoing: OutgoingHttp = {
    checkUrl: () => undefined,
    async download() {
      videos += 1;
      const bytes = fakeMediaBytes('video', `video ${videos}`);
      return (async function* () {
        yield bytes;
      })();
    },
  };
  const fetching = createProviderFetch();
  const dependencies: CoreDependencies = {
    ...quietDependencies(system),
    database: subject.database,
    registry: registerDefaultProviders({ fetch: fetching.fetch, createUuid: randomUUID }),
    queue: idleQueue,
    outgoing,
  };
  try {
    const empty = await measure(subject);
    const started = performance.now();
    const core = await runJobs(dependencies, builtCaller, baseUrl, jobs);
    printLine(`${subject.name}: ${jobs} jobs in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
    const before = await measure(subject);
    system.move(laterMs);
    const cleaning = performance.now();
    for (let left = 1; left > 0;) {
      const forgotten = await core.retention.run(days, new AbortController().signal);
      left = Object.values(forgotten).reduce((sum, count) => sum + count, 0);
    }
    printLine(
      `${subject.name}: old data removed in ${((performance.now() - cleaning) / 1_000).toFixed(1)} s`,
    );
    return [empty, before, await measure(subject)];
  } finally {
    await fetching.close();
  }
}

function printSizes(name: string, jobs: number, [empty, before, after]: [Sizes, Sizes, Sizes]): void {
  const perJob = (sizes: Sizes, table: string): number =>
    ((sizes.get(table) ?? 0) - (empty.get(table) ?? 0)) / jobs;
  const tables = [...before.keys()].filter((table) => perJob(before, table) >= 1);
  const sum = (sizes: Sizes): number =>
    [...sizes.keys()].reduce((total, table) => total + perJob(sizes, table), 0);
  printLine();
  printTable([
    [`bytes per job, ${name}`, 'at the end', 'for ever'],
    ...tables.map((table) => [
      table,
      perJob(before, table).toFixed(0),
      Math.max(0, perJob(after, table)).toFixed(0),
    ]),
    ['all tables', sum(before).toFixed(0), sum(after).toFixed(0)],
  ]);
  printLine();
}

await runBenchmark(usage, { jobs: 10_000 }, async ({ jobs }, opened) => {
  const postgres = await startPostgresServer(undefined, roomyPostgres);
  if (postgres === null) {
    throw new Error('This benchmark needs PostgreSQL.');
  }
  opened.add(() => postgres.close());
  const provider = await startInstantProvider(new Uint8Array(0));
  opened.add(() => provider.close());
  printLine(`${jobs} jobs, ${describeMachine()}, PostgreSQL ${postgres.version}\n`);

  const now = Date.now;
  const database = await openPostgresDatabase({ url: postgres.url(), logger: silentLogger, now });
  opened.add(() => database.close());
  const probe = await openPostgresProbe(postgres.url());
  opened.add(() => probe.close());
  const embedded = await openMeasuredEmbeddedDatabase(silentLogger);
  opened.add(() => embedded.database.close());
  const subjects: readonly Subject[] = [
    { name: `PostgreSQL ${postgres.version}`, database, rows: (sql) => probe.rows(sql) as Promise<never[]> },
    { name: 'embedded', database: embedded.database, rows: (sql) => embedded.rows(sql) },
  ];
  for (const subject of subjects) {
    printSizes(subject.name, jobs, await measureSubject(subject, provider.url, jobs));
  }
});
