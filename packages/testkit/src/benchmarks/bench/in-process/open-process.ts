import { EventEmitter } from 'node:events';
import type { AccountId } from '@pixsim7/contracts';
import {
  createCore,
  createStepHandlers,
  DurationMemory,
  GroupCommit,
  Handover,
  startResumeLoop,
} from '@pixsim7/core';
import type { CoreDependencies, Database, OutgoingHttp } from '@pixsim7/core';
import { createInProcessStepQueue, createScheduler, createSystem } from '@pixsim7/infra';
import { ProviderRegistry } from '@pixsim7/providers/contract';
import { builtCaller } from '../../../builders/rows.ts';
import { fakeMediaBytes } from '../../../simulation/ports/fake-media.ts';
import { quietDependencies } from '../../measure/quiet-dependencies.ts';
import { silentLogger } from '../../measure/silent-logger.ts';
import type { PastOf } from '../fill-past.ts';
import type { BusySubject } from '../keep-busy.ts';
import { createInstantAdapter } from './instant-adapter.ts';

/** The whole domain in this process over a real database: workers, loops and events, without HTTP and without a disk. */
export interface InProcess extends BusySubject {
  /** The owner of the jobs, and the accounts that they run on. */
  readonly past: PastOf;
  /** Runs steps from now on. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const accountCount = 8;
/** Room for every job at once: the work is measured, not the wait for a slot. */
const slotsOfAccount = 1_000;

export async function openProcess(database: Database): Promise<InProcess> {
  const system = createSystem();
  const quiet = quietDependencies(system);
  const adapter = createInstantAdapter();
  const dependencies: CoreDependencies = {
    ...quiet,
    database,
    registry: new ProviderRegistry().register(adapter),
    queue: createInProcessStepQueue({ logger: silentLogger, scheduler: createScheduler(system) }),
    media: { ...quiet.media, mayHavePoster: () => false },
    outgoing: uniqueFiles,
    durations: new DurationMemory(system),
    createCommits: (database) => new GroupCommit(database),
    handover: new Handover(system),
    publishGapMs: 50,
  };
  const core = createCore(dependencies);
  const ends = new EventEmitter();
  // Everybody who waits for an end hears of it; without a listener the event would end this process.
  ends.on('error', () => undefined);
  let created = 0;
  const stopListening = core.events.subscribe(({ event: { type } }) => {
    if (type === 'job.completed') {
      ends.emit('completed');
    } else if (type === 'job.failed' || type === 'job.needs_attention') {
      ends.emit('error', new Error(`A job of the benchmark ended with ${type}.`));
    }
  });
  const accountIds: AccountId[] = [];
  for (let number = 1; number <= accountCount; number += 1) {
    const account = await core.accounts.create(builtCaller, {
      provider_id: adapter.id,
      label: `benchmark-${number}`,
      credentials: { api_key: `sk-benchmark-${number}` },
      max_concurrent: slotsOfAccount,
    });
    accountIds.push(account.id);
  }
  let stopResuming = async (): Promise<void> => undefined;
  return {
    past: {
      workspaceId: builtCaller.workspaceId,
      ownerId: builtCaller.userId,
      providerId: adapter.id,
      accountIds,
    },
    ends,
    async start() {
      core.events.start();
      await dependencies.queue.start(createStepHandlers(dependencies));
      stopResuming = startResumeLoop(dependencies);
    },
    async createJob() {
      created += 1;
      const prompt = `a paper boat on rain water, ${created}`;
      const request = {
        operation_type: 'text_to_video',
        provider_id: adapter.id,
        params: { prompt },
      } as const;
      return (await core.jobs.create(builtCaller, request, null)).job.id;
    },
    async close() {
      stopListening();
      await stopResuming();
      await dependencies.queue.stop(0);
      await core.events.stop();
    },
  };
}

const uniqueFiles: OutgoingHttp = {
  checkUrl: () => undefined,
  async download(url) {
    return (async function* () {
      // The address is of this video alone. A video of a kilobyte.
      yield fakeMediaBytes('video', url.padEnd(1_000, '.'));
    })();
  },
};
