import { sql } from 'drizzle-orm';
import type { ClockRepository } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { clock } from '../schema/index.ts';

export function createClockRepository({ drizzle: connection }: RepositoryConnection): ClockRepository {
  return {
    async advance(to) {
      const databaseTime = sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::float8`;
      if (to === null) {
        const [row] = await connection
          .select({ databaseTime, mark: clock.mark })
          .from(sql`(select 1) as always`)
          .leftJoin(clock, sql`true`);
        if (row === undefined) {
          throw new Error('The database did not say what time it is.');
        }
        return { databaseTime: row.databaseTime, mark: row.mark ?? 0 };
      }
      const given = sql`excluded.${sql.identifier(clock.mark.name)}`;
      const [row] = await connection
        .insert(clock)
        .values({ mark: to })
        .onConflictDoUpdate({
          target: clock.only,
          set: {
            mark: sql`case when ${clock.mark} > clock_timestamp() + interval '24 hours'
              then ${given} else greatest(${clock.mark}, ${given}) end`,
          },
        })
        .returning({ databaseTime, mark: clock.mark });
      if (row === undefined) {
        throw new Error('The clock was neither made nor moved.');
      }
      return row;
    },
  };
}
