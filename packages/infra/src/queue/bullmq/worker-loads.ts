import { randomUUID } from 'node:crypto';
import { workerSteps } from '@pixsim7/contracts';
import type { WorkerStep } from '@pixsim7/contracts';
import type { OutageLog } from '../../redis/outage-log.ts';
import type { RedisLink } from '../../redis/redis-link.ts';
import type { Scheduler } from '../scheduler.ts';

const tellEveryMs = 1_000;
/** A process that has not told anything for so long is not there. */
const knownMs = 5_000;
/** A cluster has a few dozen workers; more than this is something else. */
const maxWorkers = 1_000;

/** The keys of one step in a worker. */
export interface StepLoad {
  /** Keys that it keeps or runs. */
  readonly held: number;
  /** By how many more of them run than BullMQ knows of. */
  readonly unknownRuns: number;
}

export interface WorkerLoads {
  /** Tells the others every second what this process has. */
  start(read: (step: WorkerStep) => StepLoad): void;
  stop(): Promise<void>;
  /** The keys of a step that the least busy of the other workers has; null when there is no other worker. */
  leastHeldElsewhere(step: WorkerStep): number | null;
  /** The runs in other processes that BullMQ does not know of. */
  unknownRunsElsewhere(): Promise<ReadonlyMap<WorkerStep, number>>;
}

export interface WorkerLoadsOptions {
  /** Begins every key in Redis. */
  readonly prefix: string;
  readonly link: RedisLink;
  readonly outages: OutageLog;
  readonly scheduler: Scheduler;
}

/** Lets the workers of an installation tell each other their load, in Redis. */
export function createWorkerLoads({ prefix, link, outages, scheduler }: WorkerLoadsOptions): WorkerLoads {
  const { client } = link;
  const self = randomUUID();
  const members = `${prefix}:workers`;
  const keyOf = (worker: string): string => `${prefix}:load:${worker}`;
  let others: ReadonlyMap<WorkerStep, StepLoad>[] = [];
  let readAt = -Infinity;
  let isStopped = false;
  let cancel = (): void => undefined;

  async function readOthers(): Promise<ReadonlyMap<WorkerStep, StepLoad>[]> {
    const workers = (await client.smembers(members)).filter((worker) => worker !== self).slice(0, maxWorkers);
    if (workers.length === 0) {
      return [];
    }
    const told = await client.mget(workers.map(keyOf));
    const gone = workers.filter((_, index) => told[index] === null);
    if (gone.length > 0) {
      await client.srem(members, ...gone);
    }
    return told.filter((text) => text !== null).map(readLoads);
  }

  async function tell(read: (step: WorkerStep) => StepLoad): Promise<void> {
    try {
      if (await link.usable()) {
        await client.set(keyOf(self), writeLoads(read), 'PX', knownMs);
        await client.sadd(members, self);
        others = await readOthers();
        readAt = scheduler.now();
      }
    } catch (error) {
      outages.report('The load of this worker could not be told.', error);
    }
    if (!isStopped) {
      cancel = scheduler.after(tellEveryMs, () => void tell(read));
    }
  }

  return {
    start: (read) => void tell(read),
    stop: async () => {
      isStopped = true;
      cancel();
      try {
        if (await link.usable()) {
          await client.del(keyOf(self));
        }
      } catch (error) {
        outages.report('The load of this worker could not be told.', error);
      }
    },
    leastHeldElsewhere: (step) =>
      others.length === 0 || scheduler.now() - readAt > knownMs
        ? null
        : Math.min(...others.map((loads) => loads.get(step)?.held ?? 0)),
    unknownRunsElsewhere: async () => {
      const all = await readOthers();
      return new Map(
        workerSteps.map((step) => [
          step,
          all.reduce((sum, loads) => sum + (loads.get(step)?.unknownRuns ?? 0), 0),
        ]),
      );
    },
  };
}

/** `submit 3 2,check 1 0`: the step, what it holds, what of it BullMQ does not know. */
function writeLoads(read: (step: WorkerStep) => StepLoad): string {
  return workerSteps
    .map((step) => {
      const { held, unknownRuns } = read(step);
      return `${step} ${held} ${unknownRuns}`;
    })
    .join(',');
}

/** Another version may know other steps, or write something else: what is not understood counts for nothing. */
function readLoads(text: string): ReadonlyMap<WorkerStep, StepLoad> {
  const loads = new Map<WorkerStep, StepLoad>();
  for (const part of text.split(',')) {
    const [name, held, unknownRuns] = part.split(' ');
    const step = workerSteps.find((known) => known === name);
    if (step !== undefined) {
      loads.set(step, { held: toCount(held), unknownRuns: toCount(unknownRuns) });
    }
  }
  return loads;
}

function toCount(text: string | undefined): number {
  const count = Number(text);
  return Number.isSafeInteger(count) ? count : 0;
}
