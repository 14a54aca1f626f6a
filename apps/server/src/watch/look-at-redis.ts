import { troubleOfRedis } from '@pixsim7/infra';
import type { RedisEventSignal, RedisFacts, Trouble } from '@pixsim7/infra';
import { impairedBy, stoppedBy, works } from './part-state.ts';
import type { PartState } from './part-state.ts';
import type { Bound } from './time-bound.ts';

const signalIsAway: Trouble = {
  code: 'connection_lost',
  summary: 'The connection for events from other processes is being restored.',
  reason: 'not connected',
  advice: 'If this persists, see the log of this process.',
};

/**
 * Looks at the connections that are open, and makes a new one: a user whose password was changed keeps the connections
 * that it has, and steps run on them.
 *
 * @param inspect looks at Redis on a connection of its own
 */
export async function lookAtRedis(
  signal: Pick<RedisEventSignal, 'ping' | 'status'>,
  inspect: () => Promise<Pick<RedisFacts, 'trouble' | 'eventsTrouble'>>,
  bound: Bound,
): Promise<PartState> {
  const [open, fresh] = await Promise.allSettled([bound(signal.ping()), bound(inspect())]);
  if (fresh.status === 'rejected') {
    const trouble = troubleOfRedis(fresh.reason);
    return open.status === 'fulfilled' ? impairedBy(trouble, 'no_new_connections') : stoppedBy(trouble);
  }
  const { trouble, eventsTrouble } = fresh.value;
  if (trouble !== null) {
    return stoppedBy(trouble);
  }
  if (eventsTrouble !== null) {
    return impairedBy(eventsTrouble, 'late_events');
  }
  return signal.status() === 'connected' ? works : impairedBy(signalIsAway, 'late_events');
}
