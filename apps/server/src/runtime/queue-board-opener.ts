import type { Logger, System } from '@pixsim7/core';
import { openStepQueues } from '@pixsim7/infra';
import { redisAddress } from '../config/redis-address.ts';
import type { Settings } from '../config/settings.ts';
import type { HttpParts } from '../http/index.ts';
import type { Cleanup } from './cleanup.ts';

/** Opens the dashboard of the queues when somebody asks for it; absent when the queues are not in Redis. */
export function queueBoardOpener(
  settings: Pick<Settings, 'REDIS_URL' | 'REDIS_CA_FILE'>,
  system: Pick<System, 'now'>,
  logger: Logger,
  cleanup: Pick<Cleanup, 'add'>,
): Pick<HttpParts, 'queueBoard'> {
  const address = redisAddress(settings);
  if (address === null) {
    return {};
  }
  return {
    queueBoard: async () => {
      const { createQueueBoard } = await import('../http/admin/queue-board.ts');
      const opened = openStepQueues({ ...address, logger, now: () => system.now() });
      cleanup.add('queue board', () => opened.close());
      return createQueueBoard(opened);
    },
  };
}
