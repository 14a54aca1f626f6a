import type { ClockRepository, Instant } from '@pixsim7/core';
import type { Tables } from './tables.ts';

const dayMs = 24 * 3_600_000;
const key = 'only';

/** @param wallTime the clock of the machine on which the database would run */
export function createClockRepository({ clock }: Tables, wallTime: () => Instant): ClockRepository {
  return {
    async advance(to) {
      const databaseTime = wallTime();
      const stored = clock.get(key)?.mark ?? 0;
      const isWrong = stored > databaseTime + dayMs;
      if (to === null) {
        return { databaseTime, mark: stored };
      }
      const mark = isWrong ? to : Math.max(stored, to);
      clock.put(key, { mark });
      return { databaseTime, mark };
    },
  };
}
