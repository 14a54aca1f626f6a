import type { CreditEntryRow, JobInputRow } from '../model/index.ts';
import type { Transaction } from '../ports/index.ts';

/** Values by what was asked for; what is not there is left out. */
type Load<Key, Value> = (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>;

/**
 * Asks for one at a time and answers several at once: while a statement is under way the next keys gather.
 *
 * @returns null for what is not there
 */
export function askTogether<Key, Value>(load: Load<Key, Value>): (key: Key) => Promise<Value | null> {
  let next: { readonly keys: Set<Key>; readonly values: Promise<ReadonlyMap<Key, Value>> } | null = null;
  let last: Promise<unknown> = Promise.resolve();
  return async (key) => {
    if (next === null) {
      const keys = new Set<Key>();
      const values = last.then(() => {
        next = null;
        return load([...keys]);
      });
      next = { keys, values };
      last = Promise.allSettled([values]);
    }
    next.keys.add(key);
    return (await next.values).get(key) ?? null;
  };
}

/** The same transaction, for several units side by side: their reads of single rows become reads of many. */
export function shareReads(transaction: Transaction): Transaction {
  const { accounts, credits, jobs, submissions } = transaction;
  const inputsOf = askTogether(async (ids: readonly JobInputRow['jobId'][]) =>
    byJob(await jobs.inputsOf(ids)),
  );
  const ledgerOf = askTogether(async (ids: readonly CreditEntryRow['jobId'][]) =>
    byJob(await credits.byJobs(ids)),
  );
  return {
    ...transaction,
    jobs: extended(jobs, {
      get: askTogether(async (ids) => byId(await jobs.getMany(ids))),
      inputs: async (id) => (await inputsOf(id)) ?? [],
    }),
    submissions: extended(submissions, {
      get: askTogether(async (ids) => byId(await submissions.getMany(ids))),
    }),
    accounts: extended(accounts, { get: askTogether(async (ids) => byId(await accounts.getMany(ids))) }),
    credits: extended(credits, {
      byJobs: async (ids) => {
        const [only] = ids;
        return ids.length === 1 && only !== undefined ? ((await ledgerOf(only)) ?? []) : credits.byJobs(ids);
      },
    }),
  };
}

function extended<Repository extends object>(
  repository: Repository,
  changes: Partial<Repository>,
): Repository {
  return Object.assign(Object.create(repository) as Repository, changes);
}

function byId<Row extends { readonly id: string }>(rows: readonly Row[]): Map<Row['id'], Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

function byJob<Row extends { readonly jobId: string }>(rows: readonly Row[]): Map<Row['jobId'], Row[]> {
  const grouped = new Map<Row['jobId'], Row[]>();
  for (const row of rows) {
    const known = grouped.get(row.jobId);
    if (known === undefined) {
      grouped.set(row.jobId, [row]);
    } else {
      known.push(row);
    }
  }
  return grouped;
}
