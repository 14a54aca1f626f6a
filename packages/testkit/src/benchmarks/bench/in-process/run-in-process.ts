import { openPostgresDatabase } from '@pixsim7/infra';
import { openPostgresProbe } from '../../measure/postgres-probe.ts';
import { Opened } from '../../measure/run-benchmark.ts';
import { silentLogger } from '../../measure/silent-logger.ts';
import { countsPerJob, readCounts } from '../database-counts.ts';
import type { DatabaseCountsPerJob } from '../database-counts.ts';
import { fillPast } from '../fill-past.ts';
import { keepBusy } from '../keep-busy.ts';
import type { BusyPlan } from '../keep-busy.ts';
import { loadShare, runOpenLoop } from '../load/open-loop.ts';
import type { LoadFigures } from '../load/open-loop.ts';
import type { BenchServers } from '../open-servers.ts';
import { readProcessors, usedMilliseconds } from '../processors.ts';
import { untilNoneIsOpen } from '../until-none-is-open.ts';
import { openProcess } from './open-process.ts';

export interface InProcessFigures {
  readonly jobs: number;
  readonly livesPerSecond: number;
  /** Processor time of one life from its creation to its end, in milliseconds. */
  readonly process: number;
  readonly postgres: number;
  readonly counts: DatabaseCountsPerJob;
  /** null when it was not asked for. */
  readonly load: LoadFigures | null;
}

/** T0: the whole domain in this process, with a provider inside of it and bytes in memory, on PostgreSQL. */
export async function runInProcess(
  servers: BenchServers,
  plan: BusyPlan & { readonly history: number; readonly withLoad: boolean },
): Promise<InProcessFigures> {
  const name = await servers.createDatabase('in_process');
  const url = servers.postgres.url(name);
  const opened = new Opened();
  opened.add(() => servers.dropDatabase(name));
  try {
    const database = await openPostgresDatabase({ url, logger: silentLogger, now: Date.now });
    opened.add(() => database.close());
    const subject = await openProcess(database);
    opened.add(() => subject.close());
    await fillPast(url, plan.history, subject.past);
    await subject.start();
    const { jobs, seconds, before, after } = await keepBusy(subject, plan, async () => ({
      counts: await readCounts(servers.probe, name, servers.countsStatements),
      processors: readProcessors({ process: process.pid, postgres: servers.postgres.pid() }),
    }));
    const used = usedMilliseconds(before.processors, after.processors);
    const probe = await openPostgresProbe(url);
    opened.add(() => probe.close());
    await untilNoneIsOpen(probe, plan.maxSeconds);
    const load = plan.withLoad
      ? await runOpenLoop(() => subject.createJob(), probe, (jobs / seconds) * loadShare, jobs)
      : null;
    return {
      jobs,
      livesPerSecond: jobs / seconds,
      process: used.process / jobs,
      postgres: used.postgres / jobs,
      counts: countsPerJob(before.counts, after.counts, jobs),
      load,
    };
  } finally {
    await opened.close();
  }
}
