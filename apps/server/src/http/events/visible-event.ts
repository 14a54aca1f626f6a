import { accountEventStateSchema, assetEventStateSchema, jobEventStateSchema } from '@pixsim7/contracts';
import type { Event, EventData, Scope } from '@pixsim7/contracts';

/**
 * An event as a key may see it. Events carry what the replies about the same thing carry, so a key that may not read those
 * learns of each change, and of how things stand, and no more.
 */
export function visibleEvent(event: Event, scopes: readonly Scope[]): Event {
  const data = visibleData(event.data, scopes);
  // The same kind of data: the type of the event still says which.
  return data === event.data ? event : ({ ...event, data } as Event);
}

function visibleData(data: EventData, scopes: readonly Scope[]): EventData {
  if ('asset_id' in data) {
    return scopes.includes('assets:read') ? data : assetEventStateSchema.parse(data);
  }
  if ('job_id' in data) {
    return scopes.includes('jobs:read') ? data : jobEventStateSchema.parse(data);
  }
  return scopes.includes('accounts:read') ? data : accountEventStateSchema.parse(data);
}
