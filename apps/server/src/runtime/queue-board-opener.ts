import type { Logger, System } from '@pixsim7/core';
import { openStepQueues } from '@pixsim7/infra';
import type { Settings } from '../config/settings.ts';
import type { HttpParts } from '../http/index.ts';
import type { Cleanup } from './cleanup.ts';

/** What opens the dashboard of the queues when somebody asks for it; nothing when the queues are not in Redis. */
export function queueBoardOpener(
  { REDIS_URL }: Pick<Settings, 'REDIS_URL'>,
  system: Pick<System, 'now'>,
  logger: Logger,
  cleanup: Pick<Cleanup, 'add'>,
): Pick<HttpParts, 'queueBoard'> {
  if (REDIS_URL === undefined) return {};
  return {
    queueBoard: async () => {
      const { createQueueBoard } = await import('../http/admin/queue-board.ts');
      const opened = openStepQueues({ redisUrl: REDIS_URL, logger, now: () => system.now() });
      cleanup.add('queue board', () => opened.close());
      return createQueueBoard(opened);
    },
  };
}
