import type { EventRepository, EventRow } from '@pixsim7/core';
import { insertNew } from './rows.ts';
import type { Tables } from './tables.ts';

/**
 * Unpublished events lie in the outbox with their place in the order of writing; a transaction writes alone, so that is
 * the order of the commits too. Published ones are keyed by their sequence, which is gapless and begins at 1; old ones may
 * be removed from the beginning.
 */
export function createEventRepository({ outbox, events }: Tables): EventRepository {
  const latest = (): number => {
    // Until something is removed, the last sequence is the number of events: no look at all of them.
    const count = events.size;
    if (count === 0 || (events.get('1') !== undefined && events.get(String(count)) !== undefined)) {
      return count;
    }
    return events.values().reduce((last, { sequence }) => Math.max(last, sequence), 0);
  };
  const oldest = (): number | null => {
    if (events.size === 0) {
      return null;
    }
    return events.get('1') === undefined ? latest() - events.size + 1 : 1;
  };

  return {
    async append(event) {
      insertNew(outbox, 'events_pkey', event.id, { event, place: latest() + outbox.size });
    },
    async assignSequences(limit) {
      return outbox
        .values()
        .sort((left, right) => left.place - right.place)
        .slice(0, limit)
        .map(({ event }) => {
          const sequence = latest() + 1;
          outbox.delete(event.id);
          return events.put(String(sequence), { ...event, sequence });
        });
    },
    async after(sequence, limit) {
      const found: EventRow[] = [];
      for (let next = Math.max(sequence + 1, oldest() ?? 1); found.length < limit; next += 1) {
        const event = events.get(String(next));
        if (event === undefined) {
          break;
        }
        found.push(event);
      }
      return found;
    },
    async oldestSequence() {
      return oldest();
    },
    async removePublished(before, limit) {
      const last = latest();
      const first = oldest() ?? last;
      let removed = 0;
      for (let sequence = first; sequence < Math.min(last, first + limit); sequence += 1) {
        const event = events.get(String(sequence));
        // Only from the beginning, so that what is kept has no gap.
        if (event === undefined || event.createdAt >= before) {
          break;
        }
        events.delete(String(sequence));
        removed += 1;
      }
      return removed;
    },
    async latestSequence() {
      return latest();
    },
    async oldestUnpublishedAt() {
      const [oldest] = outbox.values().sort((left, right) => left.place - right.place);
      return oldest?.event.createdAt ?? null;
    },
  };
}
