import type { JobId } from '@pixsim7/contracts';
import { startProgram } from '../../../servers/program.ts';
import type { PostgresProbe } from '../../measure/postgres-probe.ts';
import { Opened } from '../../measure/run-benchmark.ts';
import { openInstallation } from '../cluster/installation.ts';
import { createLoopbackClient } from '../cluster/loopback-client.ts';
import { createJobs } from '../cluster/run-burst.ts';
import type { BenchServers } from '../open-servers.ts';
import { percentile } from '../percentile.ts';
import { readProcessors, usedMilliseconds } from '../processors.ts';
import { untilNoneIsOpen } from '../until-none-is-open.ts';

export interface RequestFigures {
  readonly name: string;
  readonly clients: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time of one request, in milliseconds; null where no server of ours took part. */
  readonly api: number | null;
  readonly postgres: number | null;
}

const clientCounts = [1, 16, 64] as const;
/** Jobs in line while the creations with a backlog are measured. */
const backlog = 10_000;
/** So that there is a job to read. */
const warmUpJobs = 20;
/** A server that was just started takes twice as long for a request. */
const warmUpCreations = 300;
/** Of a bare server's reply; that of a job is about as long. */
const bareBytes = 1_500;
const maxSeconds = 120;

/** Creating and reading a job over HTTP beside a bare Node server. The worker stands still meanwhile. */
export async function runRequests(
  servers: BenchServers,
  requests: number,
): Promise<readonly RequestFigures[]> {
  const opened = new Opened();
  try {
    const { api, client, probe, worker } = await openInstallation(servers, '1 KB without poster', 0, opened);
    const bare = await startProgram('packages/testkit/dist/benchmarks/bench/requests/bare-main.js', {
      ready: /bare server at (http:\S+)/u,
      arguments: [String(bareBytes)],
    });
    opened.add(() => bare.terminate());
    const bareClient = createLoopbackClient(bare.ready, () => ({}), Math.max(...clientCounts));
    opened.add(async () => bareClient.close());
    await createJobs(client, warmUpJobs, maxSeconds);
    await untilNoneIsOpen(probe, maxSeconds);
    worker.freeze();
    await createJobs(client, warmUpCreations, maxSeconds);
    await setAside(probe);
    const [known] = await probe.rows<{ id: JobId }>(`select id from jobs where status = 'completed' limit 1`);
    if (known === undefined) {
      throw new Error('No job was completed.');
    }
    const pids = { api: api.pid, postgres: servers.postgres.pid() };
    const create = (): Promise<unknown> => client.createJob();
    const read = (): Promise<unknown> => client.readJob(known.id);
    const bareCreate = (): Promise<unknown> =>
      bareClient.send('POST', '/', { prompt: 'a paper boat on rain water' });
    const bareRead = (): Promise<unknown> => bareClient.send('GET', '/');
    const figures: RequestFigures[] = [];
    for (const clients of clientCounts) {
      figures.push(await measure('create', create, clients, requests, pids));
      await setAside(probe);
      figures.push(await measure('read', read, clients, requests * 2, pids));
      figures.push(await measure('bare POST', bareCreate, clients, requests * 4, null));
      figures.push(await measure('bare GET', bareRead, clients, requests * 4, null));
    }
    await fillBacklog(probe, await client.createJob());
    figures.push(await measure(`create, ${backlog} waiting`, create, 16, requests, pids));
    return figures;
  } finally {
    await opened.close();
  }
}

async function measure(
  name: string,
  send: () => Promise<unknown>,
  clients: number,
  count: number,
  pids: { readonly api: number; readonly postgres: number | null } | null,
): Promise<RequestFigures> {
  const milliseconds: number[] = [];
  let sent = 0;
  const sendOneAfterTheOther = async (): Promise<void> => {
    while (sent < count) {
      sent += 1;
      const began = performance.now();
      await send();
      milliseconds.push(performance.now() - began);
    }
  };
  const before = pids === null ? null : readProcessors(pids);
  const started = performance.now();
  await Promise.all(Array.from({ length: clients }, sendOneAfterTheOther));
  const seconds = (performance.now() - started) / 1_000;
  const used = pids === null || before === null ? null : usedMilliseconds(before, readProcessors(pids));
  return {
    name,
    clients,
    perSecond: count / seconds,
    p50: percentile(milliseconds, 0.5),
    p99: percentile(milliseconds, 0.99),
    api: used === null ? null : used.api / count,
    postgres: used === null ? null : used.postgres / count,
  };
}

/** Takes the jobs that wait out of the line, so that the next creations find it empty. */
async function setAside(probe: PostgresProbe): Promise<void> {
  await probe.rows(
    `update jobs set status = 'cancelled', stage = 'finished', wait_reason = null, due_at = null, completed_at = now()
     where status = 'pending'`,
  );
}

/** The database copies a job that waits: creating so many would take longer than all that is measured. */
async function fillBacklog(probe: PostgresProbe, waiting: JobId): Promise<void> {
  await probe.rows(
    `insert into jobs
     select (jsonb_populate_record(original, jsonb_build_object('id', 'job_backlog' || n))).*
     from jobs original, generate_series(1, $1) n where original.id = $2`,
    [backlog, waiting],
  );
  await probe.rows('analyze jobs');
}
