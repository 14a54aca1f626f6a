import { Queue } from 'bullmq';
import { workerSteps } from '@pixsim7/contracts';
import type { Logger } from '@pixsim7/core';
import { createOutageLog } from '../../redis/outage-log.ts';
import { openPromptLink } from '../../redis/redis-link.ts';
import type { RedisAddress } from '../../redis/redis-options.ts';
import { defaultQueuePrefix } from './bullmq-step-queue.ts';

export interface OpenedStepQueues {
  /** One for each step, as BullMQ itself sees it. For looking only: steps are offered through the `StepQueue`. */
  readonly queues: readonly Queue[];
  close(): Promise<void>;
}

export interface StepQueuesOptions extends RedisAddress {
  readonly logger: Logger;
  readonly now: () => number;
  readonly prefix?: string;
}

/** Opens the queues of the steps for a tool that shows them, on a connection of its own. */
export function openStepQueues(options: StepQueuesOptions): OpenedStepQueues {
  const { logger, now, prefix = defaultQueuePrefix } = options;
  const outages = createOutageLog(logger, now);
  const link = openPromptLink(options, outages);
  const queues = workerSteps.map((step) => {
    const queue = new Queue(step, {
      connection: link.client,
      prefix,
      // As in a runner: each of these would send a command at once and fail for good when Redis is away.
      skipVersionCheck: true,
      skipWaitingForReady: true,
      skipMetasUpdate: true,
    });
    queue.on('error', (error) => outages.report('Redis is away.', error));
    return queue;
  });
  return {
    queues,
    close: async () => {
      link.close();
    },
  };
}
