import { Redis } from 'ioredis';
import { messageOf } from '@pixsim7/core';
import type { StepQueue, StepQueueStatistics } from '@pixsim7/core';
import { createBullmqStepQueue } from '../bullmq/bullmq-step-queue.ts';
import type { BullmqStepQueueOptions } from '../bullmq/bullmq-step-queue.ts';
import { createScheduler } from '../scheduler.ts';
import { createRecordingLogger } from './recording-logger.ts';
import type { RecordingLogger } from './recording-logger.ts';

export interface BullmqBench {
  /** Each bench has keys of its own in Redis, as each installation has. */
  readonly prefix: string;
  readonly logger: RecordingLogger;
  /** A client for what the queue itself does not do. */
  readonly redis: Redis;
  /** A queue as one process has it. Nothing stays in it unless the options say so. */
  open(options?: Partial<BullmqStepQueueOptions>): StepQueue;
  /** A promise that the test resolves, at its end at the latest. */
  createGate(): { readonly passed: Promise<void>; open(): void };
  close(): Promise<void>;
}

export const anHour = 3_600_000;
/** The longest that a condition can take to come true; a bound, never a delay. */
export const waiting = { timeout: 20_000, interval: 5 };

const scheduler = createScheduler({ now: Date.now, wallTime: Date.now });
let benches = 0;

export function createBullmqBench(redisUrl: string): BullmqBench {
  benches += 1;
  const prefix = `test${benches}`;
  const logger = createRecordingLogger();
  const redis = new Redis(redisUrl, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  // The tests stop the server under it.
  redis.on('error', () => undefined);
  const queues: StepQueue[] = [];
  const gates: (() => void)[] = [];
  return {
    prefix,
    logger,
    redis,
    open: (options = {}) => {
      const queue = createBullmqStepQueue({ redisUrl, logger, prefix, scheduler, stays: [], ...options });
      queues.push(queue);
      return queue;
    },
    createGate: () => {
      let open = (): void => undefined;
      const passed = new Promise<void>((resolve) => {
        open = resolve;
      });
      gates.push(open);
      return { passed, open };
    },
    close: async () => {
      for (const open of gates) {
        open();
      }
      await Promise.all(queues.map((queue) => queue.stop(0)));
      redis.disconnect();
    },
  };
}

export function offerCheck(queue: StepQueue, id: string, runAt = Date.now()): Promise<void> {
  return queue.offer(messageOf('check', id), runAt);
}

export async function checkStatistics(queue: StepQueue): Promise<StepQueueStatistics | undefined> {
  return (await queue.statistics()).find(({ step }) => step === 'check');
}
