import { describe, expect, it } from 'vitest';
import type { DatabaseUnderTest } from './under-test.ts';

const hour = 3_600_000;

export function describeClock(underTest: DatabaseUnderTest): void {
  const advance = (to: number | null) => underTest.run((transaction) => transaction.clock.advance(to));

  describe('the clock', () => {
    it('has no mark before anybody moved it, and tells the time of the database', async () => {
      const { databaseTime, mark } = await advance(null);
      expect(mark).toBe(0);
      expect(Math.abs(databaseTime - Date.now())).toBeLessThan(hour);
    });

    it('keeps the latest time that anybody worked with', async () => {
      const { databaseTime } = await advance(null);
      expect((await advance(databaseTime + hour)).mark).toBe(databaseTime + hour);
      expect((await advance(databaseTime)).mark).toBe(databaseTime + hour);
      expect((await advance(null)).mark).toBe(databaseTime + hour);
      expect((await advance(databaseTime + hour + 1)).mark).toBe(databaseTime + hour + 1);
    });

    it('gives way when the mark is more than a day ahead of the database', async () => {
      const { databaseTime } = await advance(null);
      expect((await advance(databaseTime + 25 * hour)).mark).toBe(databaseTime + 25 * hour);
      expect((await advance(databaseTime + hour)).mark).toBe(databaseTime + hour);
    });
  });
}
