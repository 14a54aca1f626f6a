import type { TroubleCode } from '@pixsim7/contracts';
import type { Database } from '@pixsim7/core';
import { troubleOfDatabase } from '@pixsim7/infra';
import type { PostgresFacts } from '@pixsim7/infra';
import { impairedBy, stoppedBy, works } from './part-state.ts';
import type { PartState } from './part-state.ts';
import type { Bound } from './time-bound.ts';

/** With these it goes on, for now or for most of what is asked. */
const impairing: readonly TroubleCode[] = ['locked', 'newer_tables'];

/**
 * Looks at the connections that are open, and makes a new one: a role that may not log in any more keeps the connections
 * that it has.
 *
 * @param inspect looks at PostgreSQL on a connection of its own; null for a database in this process
 */
export async function lookAtDatabase(
  database: Pick<Database, 'ping'>,
  inspect: (() => Promise<Pick<PostgresFacts, 'trouble'>>) | null,
  bound: Bound,
): Promise<PartState> {
  const [open, fresh] = await Promise.allSettled([
    bound(database.ping()),
    inspect === null ? null : bound(inspect()),
  ]);
  const found =
    fresh.status === 'fulfilled' ? (fresh.value?.trouble ?? null) : troubleOfDatabase(fresh.reason);
  if (open.status === 'rejected') {
    return stoppedBy(found ?? troubleOfDatabase(open.reason));
  }
  if (found === null) {
    return works;
  }
  if (fresh.status === 'rejected') {
    return impairedBy(found, 'no_new_connections');
  }
  return impairing.includes(found.code) ? impairedBy(found, 'some_requests') : stoppedBy(found);
}
