import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobId } from '@pixsim7/contracts';
import { createTestFolder } from '../../../servers/leftovers.ts';
import { startServerProcess } from '../../../servers/program.ts';
import { Opened } from '../../measure/run-benchmark.ts';
import { benchEnvironment, startProvider } from '../cluster/installation.ts';
import { benchApiKey, createServerClient } from '../cluster/server-client.ts';
import { keepBusy } from '../keep-busy.ts';
import type { BusyPlan, BusySubject } from '../keep-busy.ts';
import { percentile } from '../percentile.ts';
import { readProcessors, usedMilliseconds } from '../processors.ts';
import { followEnds } from './follow-ends.ts';

export interface EmbeddedFigures {
  readonly jobs: number;
  readonly jobsPerSecond: number;
  /** Processor time of one job from its creation to its end, in milliseconds. */
  readonly server: number;
  /** Of reading a job while others run, in milliseconds. */
  readonly read: { readonly count: number; readonly p50: number; readonly p99: number };
}

const jobsUnderWay = 50;
const readEveryMs = 20;
/** A server that is slower than this is not asked even more. */
const mostReadsAtATime = 50;

/** One server process with the database inside of it, and a provider over HTTP with files of 1 KB. */
export async function runEmbedded(plan: BusyPlan): Promise<EmbeddedFigures> {
  const opened = new Opened();
  try {
    const provider = await startProvider('1 KB without poster', opened);
    const server = await startServerProcess({
      ...benchEnvironment,
      DATA_DIR: join(await createTestFolder('embedded'), 'data'),
    });
    opened.add(() => server.terminate());
    const client = createServerClient(server.ready);
    opened.add(async () => client.close());
    await client.addAccounts(provider.ready);
    const { ends, close } = await followEnds(server.ready, benchApiKey);
    opened.add(async () => close());
    let last: JobId | null = null;
    const subject: BusySubject = {
      ends,
      async createJob() {
        const id = await client.createJob();
        last = id;
        return id;
      },
    };
    const read = async (): Promise<Readonly<Record<'server', number>>> =>
      readProcessors({ server: server.pid });
    const { before, after, jobs, seconds } = await keepBusy(
      subject,
      { ...plan, inFlight: jobsUnderWay },
      read,
    );
    // The reads of their own round, so that they are not in the processor time of a job.
    const isOver = new AbortController();
    const reads = readSteadily(() => (last === null ? null : client.readJob(last)), isOver.signal);
    await keepBusy(subject, { ...plan, warmUpJobs: 1, inFlight: jobsUnderWay }, async () => null);
    isOver.abort();
    const milliseconds = await reads;
    return {
      jobs,
      jobsPerSecond: jobs / seconds,
      server: usedMilliseconds(before, after).server / jobs,
      read: {
        count: milliseconds.length,
        p50: percentile(milliseconds, 0.5),
        p99: percentile(milliseconds, 0.99),
      },
    };
  } finally {
    await opened.close();
  }
}

/** Sends a read every 20 ms, whatever has become of the one before, and returns how long each took. */
async function readSteadily(
  read: () => Promise<unknown> | null,
  over: AbortSignal,
): Promise<readonly number[]> {
  const milliseconds: number[] = [];
  const running = new Set<Promise<void>>();
  const readOne = async (): Promise<void> => {
    const began = performance.now();
    await read();
    milliseconds.push(performance.now() - began);
  };
  while (!over.aborted) {
    if (running.size < mostReadsAtATime) {
      const reading = readOne().finally(() => running.delete(reading));
      running.add(reading);
    }
    await sleep(readEveryMs);
  }
  await Promise.all(running);
  return milliseconds;
}
