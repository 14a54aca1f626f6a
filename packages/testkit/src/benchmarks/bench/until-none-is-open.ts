import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresProbe } from '../measure/postgres-probe.ts';

const lookEveryMs = 250;

export interface OpenJobs {
  /** Jobs that had not ended when the time was over. */
  readonly left: number;
  /** Statements with which it looked. */
  readonly looks: number;
}

/** Waits until every job has ended, for a time. @throws when one failed or asks for a person */
export async function untilNoneIsOpen(probe: PostgresProbe, seconds: number): Promise<OpenJobs> {
  const deadline = performance.now() + seconds * 1_000;
  for (let looks = 1; ; looks += 1) {
    const [open] = await probe.rows<{ total: number; attention: number }>(
      `select count(*)::int as total, count(*) filter (where stage = 'needs_attention')::int as attention
       from jobs where stage <> 'finished'`,
    );
    const { total, attention } = open ?? { total: 0, attention: 0 };
    if (attention > 0) {
      throw new Error(`${attention} jobs of the benchmark need attention.`);
    }
    if (total === 0 || performance.now() > deadline) {
      const [failed] = await probe.rows<{ total: number }>(
        `select count(*)::int as total from jobs where status = 'failed' and completed_at > now() - interval '1 hour'`,
      );
      if (failed !== undefined && failed.total > 0) {
        throw new Error(`${failed.total} jobs of the benchmark failed.`);
      }
      return { left: total, looks: looks + 1 };
    }
    await sleep(lookEveryMs);
  }
}
