import { troubleOfRedis, type RedisEventSignalStatus, type RedisFacts, type Trouble } from '@pixsim7/infra';
import { impairedBy, stoppedBy, works, type PartState } from './part-state.ts';
import type { Bound } from './time-bound.ts';

const signalIsAway: Trouble = {
  code: 'connection_lost',
  summary: 'The connection for the events of other processes is being made again.',
  reason: 'not connected',
  advice: 'If it stays so, see the log of this process.',
};

/** @param inspect looks at Redis on a connection of its own */
export async function lookAtRedis(
  inspect: () => Promise<Pick<RedisFacts, 'trouble' | 'eventsTrouble'>>,
  signalStatus: () => RedisEventSignalStatus,
  bound: Bound,
): Promise<PartState> {
  try {
    const { trouble, eventsTrouble } = await bound(inspect());
    if (trouble !== null) return stoppedBy(trouble);
    if (eventsTrouble !== null) return impairedBy(eventsTrouble);
    return signalStatus() === 'connected' ? works : impairedBy(signalIsAway);
  } catch (error) {
    return stoppedBy(troubleOfRedis(error));
  }
}
