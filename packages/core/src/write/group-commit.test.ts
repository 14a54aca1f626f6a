import { beforeEach, describe, expect, it } from 'vitest';
import { buildId, buildJob } from '@pixsim7/testkit/builders';
import { MemoryDatabase } from '@pixsim7/testkit/memory-database';
import type { JobRow } from '../model/index.ts';
import { StaleRowError, UniqueViolationError, withTransactions } from '../ports/index.ts';
import type { Database, Transaction } from '../ports/index.ts';
import { GroupCommit } from './group-commit.ts';

let database: Database;
let commits: GroupCommit;
let transactions: number;

beforeEach(() => {
  const memory = new MemoryDatabase();
  transactions = 0;
  database = withTransactions(memory, (work) => {
    transactions += 1;
    return memory.transaction(work);
  });
  commits = new GroupCommit(database);
});

const insert =
  (job: JobRow) =>
  async (transaction: Transaction): Promise<string> => {
    await transaction.jobs.insert(job, []);
    return job.id;
  };
const rename =
  (job: JobRow, name: string) =>
  async (transaction: Transaction): Promise<JobRow> =>
    transaction.jobs.update(job, { name });

async function stored<Jobs extends readonly JobRow[]>(...jobs: Jobs): Promise<Jobs> {
  for (const job of jobs) {
    await database.transaction(insert(job));
  }
  transactions = 0;
  return jobs;
}

const namesOf = async (jobs: readonly JobRow[]): Promise<(string | null)[]> =>
  database.transaction(async (transaction) => {
    const rows: (string | null)[] = [];
    for (const { id } of jobs) {
      rows.push((await transaction.jobs.get(id))?.name ?? null);
    }
    return rows;
  });

describe('units that come at the same moment', () => {
  it('share a transaction, but for the first, which is not delayed', async () => {
    const jobs = Array.from({ length: 20 }, () => buildJob());
    const results = await Promise.all(jobs.map((job) => commits.run(insert(job))));
    expect(results).toEqual(jobs.map(({ id }) => id));
    expect(transactions).toBe(2);
    expect(
      await database.transaction((transaction) => transaction.jobs.getMany(results as never)),
    ).toHaveLength(20);
  });

  it('have a transaction of their own when they come one after the other', async () => {
    await commits.run(insert(buildJob()));
    await commits.run(insert(buildJob()));
    expect(transactions).toBe(2);
  });

  it('leave out who lost a race, and who fails, and write the others', async () => {
    const [first, second, third] = await stored(buildJob(), buildJob(), buildJob());
    await database.transaction(rename(second, 'faster'));
    const failure = new Error('its own fault');
    const settled = await Promise.allSettled([
      commits.run(rename(first, 'a')),
      commits.run(rename(second, 'b')),
      commits.run(async () => Promise.reject(failure)),
      commits.run(rename(third, 'c')),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: expect.any(StaleRowError) as unknown });
    expect(settled[2]).toMatchObject({ reason: failure });
    expect(await namesOf([first, second, third])).toEqual(['a', 'faster', 'c']);
  });

  it('let the first of two win that change the same row', async () => {
    const [job, other] = await stored(buildJob(), buildJob());
    const settled = await Promise.allSettled([
      commits.run(rename(other, 'alone')),
      commits.run(rename(job, 'first')),
      commits.run(rename(job, 'second')),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(await namesOf([job])).toEqual(['first']);
  });

  it('are written one by one when one of them breaks a unique rule, and only that one fails', async () => {
    await stored(buildJob({ idempotencyKey: 'taken' }));
    const [first, guilty, innocent] = [buildJob(), buildJob({ idempotencyKey: 'taken' }), buildJob()];
    const settled = await Promise.allSettled([
      commits.run(insert(first)),
      commits.run(insert(guilty)),
      commits.run(insert(innocent)),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: expect.any(UniqueViolationError) as unknown });
    const kept = await database.transaction((transaction) =>
      transaction.jobs.getMany([first.id, guilty.id, innocent.id]),
    );
    expect(kept.map(({ id }) => id).sort()).toEqual([first.id, innocent.id].sort());
  });

  it('all hear of an outage, and none is tried again without its caller', async () => {
    const outage = new Error('connection lost');
    let calls = 0;
    const broken = new GroupCommit(
      withTransactions(database, async (work) => {
        calls += 1;
        await database.transaction(work);
        throw outage;
      }),
    );
    const settled = await Promise.allSettled(Array.from({ length: 5 }, () => broken.run(insert(buildJob()))));
    expect(settled.every((result) => result.status === 'rejected' && result.reason === outage)).toBe(true);
    expect(calls).toBe(2);
  });
});

describe('a unit that needs a transaction of its own', () => {
  it('gets one when it locks a row, or reads what it wrote', async () => {
    const [job] = await stored(buildJob());
    const locking = async (transaction: Transaction): Promise<null> =>
      transaction.accounts.lock(buildId('account')).then(() => null);
    const readingBack = async (transaction: Transaction): Promise<string | null> => {
      await transaction.jobs.update(job, { name: 'written' });
      return (await transaction.jobs.get(job.id))?.name ?? null;
    };
    const results = await Promise.all([
      commits.run(insert(buildJob())),
      commits.run(locking),
      commits.run(readingBack),
      commits.run(insert(buildJob())),
    ]);
    expect(results.slice(1, 3)).toEqual([null, 'written']);
    // The first, the three that came with it, and one for each of two.
    expect(transactions).toBe(4);
  });

  it('does not hold up those that come after it while it waits for a lock', async () => {
    let free = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      free = resolve;
    });
    const parallel = new GroupCommit(
      withTransactions(database, async (work) => {
        let isFirst = false;
        const result = await database.transaction(async (transaction) => {
          const accounts = Object.assign(Object.create(transaction.accounts) as Transaction['accounts'], {
            lock: async () => {
              isFirst = true;
              return null;
            },
          });
          return work({ ...transaction, accounts });
        });
        if (isFirst) {
          await held;
        }
        return result;
      }),
    );
    const waiting = parallel.run((transaction) => transaction.accounts.lock(buildId('account')));
    await parallel.run(insert(buildJob()));
    free();
    expect(await waiting).toBeNull();
  });
});
