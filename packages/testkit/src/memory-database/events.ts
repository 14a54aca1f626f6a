import type { EventRepository, EventRow } from '@pixsim7/core';
import { insertNew } from './rows.ts';
import type { Tables } from './tables.ts';

/**
 * Unpublished events lie in the outbox with their place in the order of writing; a transaction writes alone, so that is
 * the order of the commits too. Published ones are keyed by their sequence, which is gapless and begins at 1.
 */
export function createEventRepository({ outbox, events }: Tables): EventRepository {
  return {
    async append(event) {
      insertNew(outbox, 'events_pkey', event.id, { event, place: events.size + outbox.size });
    },
    async assignSequences(limit) {
      return outbox
        .values()
        .sort((left, right) => left.place - right.place)
        .slice(0, limit)
        .map(({ event }) => {
          const sequence = events.size + 1;
          outbox.delete(event.id);
          return events.put(String(sequence), { ...event, sequence });
        });
    },
    async after(sequence, limit) {
      const found: EventRow[] = [];
      for (let next = sequence + 1; found.length < limit; next += 1) {
        const event = events.get(String(next));
        if (event === undefined) break;
        found.push(event);
      }
      return found;
    },
    async latestSequence() {
      return events.size;
    },
    async oldestUnpublishedAt() {
      const [oldest] = outbox.values().sort((left, right) => left.place - right.place);
      return oldest?.event.createdAt ?? null;
    },
  };
}
