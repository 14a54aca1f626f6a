import { observeEmbedded, observePostgres } from '@pixsim7/infra/testing';
import type { ObservedDatabase } from '@pixsim7/infra/testing';
import { startPostgresServer } from '../../servers/postgres-server.ts';
import { roomyPostgres } from '../measure/postgres-settings.ts';
import { describeMachine, printLine, printTable, short } from '../measure/print.ts';
import { runBenchmark } from '../measure/run-benchmark.ts';
import type { Opened } from '../measure/run-benchmark.ts';
import { silentLogger } from '../measure/silent-logger.ts';
import { fillHistory } from './fill-history.ts';
import { listQueries } from './list-queries.ts';
import { measureQuery } from './measure-query.ts';
import type { QueryFigures } from './measure-query.ts';
import { moneyQueries } from './money-queries.ts';

const usage = `npm run benchmark:history [-- --jobs <number> --embedded-jobs <number>]

Asks PostgreSQL how it runs the queries of the server after 1,000 jobs and after so many (1,000,000) of one account, and with
--embedded-jobs the embedded database too. Needs PostgreSQL. A million rows take some minutes and 4 GB of disk.
`;

const few = 1_000;
/** The embedded database is left out unless it is asked for. */
const none = 1;

await runBenchmark(usage, { jobs: 1_000_000, 'embedded-jobs': none }, async (given, opened) => {
  const postgres = await startPostgresServer(undefined, { ...roomyPostgres, max_wal_size: '8GB' });
  if (postgres === null) {
    throw new Error('This benchmark needs PostgreSQL.');
  }
  opened.add(() => postgres.close());
  printLine(`${describeMachine()}, PostgreSQL ${postgres.version}\n`);
  const admin = await observePostgres(postgres.url(), silentLogger);
  opened.add(() => admin.database.close());
  const openOn = async (name: string): Promise<ObservedDatabase> => {
    await admin.rows(`create database ${name}`);
    return observePostgres(postgres.url(name), silentLogger);
  };
  await compare(
    opened,
    () => openOn('few'),
    () => openOn('many'),
    given.jobs,
  );
  if (given['embedded-jobs'] !== none) {
    printLine('\nembedded');
    const open = () => observeEmbedded(silentLogger);
    await compare(opened, open, open, given['embedded-jobs']);
  }
});

async function compare(
  opened: Opened,
  openFew: () => Promise<ObservedDatabase>,
  openMany: () => Promise<ObservedDatabase>,
  jobs: number,
): Promise<void> {
  const before = await measure(opened, await openFew(), few);
  const after = await measure(opened, await openMany(), jobs);
  printTable([
    ['query', `ms at ${few}`, `ms at ${jobs}`, `pages at ${few}`, `pages at ${jobs}`, 'tables walked'],
    ...before.map((figures, place) => {
      const later = after[place] ?? figures;
      return [
        figures.name,
        short(figures.milliseconds),
        short(later.milliseconds),
        String(figures.buffers),
        String(later.buffers),
        [...new Set(later.walked.map(({ table }) => table))].join(' '),
      ];
    }),
  ]);
}

async function measure(
  opened: Opened,
  observed: ObservedDatabase,
  jobs: number,
): Promise<readonly QueryFigures[]> {
  opened.add(() => observed.database.close());
  const filling = performance.now();
  const history = await fillHistory(observed.database, observed.rows, jobs);
  printLine(`${jobs} jobs filled in ${((performance.now() - filling) / 1_000).toFixed(0)} s`);
  const figures: QueryFigures[] = [];
  for (const query of [...moneyQueries, ...listQueries]) {
    figures.push(await measureQuery(observed, history, query));
  }
  return figures;
}
