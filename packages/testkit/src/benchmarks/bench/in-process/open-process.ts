import { EventEmitter } from 'node:events';
import {
  createBulkheads,
  createCore,
  createStepHandlers,
  DurationMemory,
  startResumeLoop,
} from '@pixsim7/core';
import type { Core, CoreDependencies, Database, OutgoingHttp } from '@pixsim7/core';
import { createInProcessStepQueue, createScheduler, createSystem } from '@pixsim7/infra';
import { ProviderRegistry } from '@pixsim7/providers/contract';
import { builtCaller } from '../../../builders/rows.ts';
import { createFakeMedia, fakeMediaBytes } from '../../../simulation/ports/fake-media.ts';
import { fakeVault } from '../../../simulation/ports/fake-vault.ts';
import { MemoryBlobStore } from '../../../simulation/ports/memory-blob-store.ts';
import { silentLogger } from '../../measure/silent-logger.ts';
import { createInstantAdapter } from './instant-adapter.ts';

/** The whole domain in this process over a real database: workers, loops and events, without HTTP and without a disk. */
export interface InProcess {
  readonly core: Core;
  createJob(): Promise<void>;
  /** Emits `completed` for each job, and `error` when one ends otherwise. */
  readonly ends: EventEmitter;
  close(): Promise<void>;
}

const accountCount = 8;
/** Room for every job at once: the work is measured, not the wait for a slot. */
const slotsOfAccount = 1_000;

export async function openProcess(database: Database): Promise<InProcess> {
  const system = createSystem();
  const blobs = new MemoryBlobStore();
  const adapter = createInstantAdapter();
  const dependencies: CoreDependencies = {
    database,
    registry: new ProviderRegistry().register(adapter),
    queue: createInProcessStepQueue({ logger: silentLogger, scheduler: createScheduler(system) }),
    blobs,
    media: { ...createFakeMedia((path) => blobs.fileAt(path)), poster: async () => null },
    outgoing: uniqueFiles,
    vault: fakeVault,
    system,
    logger: silentLogger,
    bulkheads: createBulkheads({ system, logger: silentLogger }),
    durations: new DurationMemory(system),
  };
  const core = createCore(dependencies);
  const ends = new EventEmitter();
  let created = 0;
  const stopListening = core.events.subscribe(({ event: { type } }) => {
    if (type === 'job.completed') {
      ends.emit('completed');
    } else if (type === 'job.failed' || type === 'job.needs_attention') {
      ends.emit('error', new Error(`A job of the benchmark ended with ${type}.`));
    }
  });
  core.events.start();
  for (let number = 1; number <= accountCount; number += 1) {
    await core.accounts.create(builtCaller, {
      provider_id: adapter.id,
      label: `benchmark-${number}`,
      credentials: { api_key: `sk-benchmark-${number}` },
      max_concurrent: slotsOfAccount,
    });
  }
  await dependencies.queue.start(createStepHandlers(dependencies));
  const stopResuming = startResumeLoop(dependencies);
  return {
    core,
    ends,
    async createJob() {
      created += 1;
      const prompt = `a paper boat on rain water, ${created}`;
      const request = {
        operation_type: 'text_to_video',
        provider_id: adapter.id,
        params: { prompt },
      } as const;
      await core.jobs.create(builtCaller, request, null);
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
