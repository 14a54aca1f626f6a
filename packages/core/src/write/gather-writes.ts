import { StaleRowError } from '../ports/index.ts';
import type { Changes, RowUpdate, RowWrites, Transaction } from '../ports/index.ts';

/** The writes of a unit, while they are gathered. */
export type GatheredWrites = { [Name in keyof RowWrites]: RowWrites[Name][number][] };

/** A call that is no gathered write. One that is no plain read changes rows, or locks them. */
export type PassedCall = 'read' | 'other';

/** A transaction that keeps the writes of one unit of work until they are taken. */
export interface Gathering {
  readonly transaction: Transaction;
  isEmpty(): boolean;
  /** Everything gathered since the last time. */
  take(): RowWrites;
}

type RepositoryName = Exclude<keyof Transaction, 'rows' | 'limitStatements'>;

/** Reads that lock nothing and that steps make; every other call is taken for more than a read. */
const plainReads: { readonly [Name in RepositoryName]: readonly (keyof Transaction[Name])[] } = {
  jobs: ['get', 'getMany', 'inputs', 'inputsOf', 'retriesOf', 'findByIdempotencyKey'],
  submissions: ['get', 'getMany', 'listByJobs', 'findByProviderJob', 'recentDurations', 'observations'],
  accounts: ['get', 'getMany', 'upload'],
  credits: ['byJobs', 'bySubmission'],
  assets: ['get', 'getMany', 'byJobs', 'duePosters'],
  lineage: ['toParents', 'toChildren'],
  events: [],
  users: [],
  clock: [],
};

/**
 * Keeps the frequent writes of a unit instead of sending each at once: they become a few statements at its end, alone or
 * together with those of other units. A changed row is known without asking, because each change is conditional on the
 * version that was read.
 *
 * @param beforeCall runs before each call that is not kept; it may write what was gathered, or refuse the call
 */
export function gatherWrites(
  transaction: Transaction,
  beforeCall: (call: PassedCall) => Promise<void>,
): Gathering {
  let lists = noRowWrites();

  function passing<Name extends RepositoryName>(
    name: Name,
    kept: Partial<Transaction[Name]>,
  ): Transaction[Name] {
    return new Proxy(kept as Transaction[Name], {
      get(own, method): unknown {
        const gathered: unknown = Reflect.get(own, method);
        // A promise that resolves with a repository asks it for `then`.
        if (gathered !== undefined || typeof method === 'symbol' || method === 'then') {
          return gathered;
        }
        return async (...values: unknown[]): Promise<unknown> => {
          await beforeCall(plainReads[name].includes(method as keyof Transaction[Name]) ? 'read' : 'other');
          const call = Reflect.get(transaction[name], method) as (...given: unknown[]) => Promise<unknown>;
          return call(...values);
        };
      },
    });
  }

  return {
    transaction: {
      jobs: passing('jobs', {
        insert: async (job, inputs) => void lists.newJobs.push({ job, inputs }),
        update: async (job, changes) => addUpdate(lists.jobs, job, changes),
      }),
      submissions: passing('submissions', {
        insert: async (submission) => void lists.newSubmissions.push(submission),
        update: async (submission, changes) => addUpdate(lists.submissions, submission, changes),
        addObservation: async (observation, keep) => void lists.observations.push({ observation, keep }),
      }),
      accounts: passing('accounts', {
        update: async (account, changes) => addUpdate(lists.accounts, account, changes),
        expediteReading: async (accountId, dueAt) => void lists.readings.push({ accountId, dueAt }),
      }),
      credits: passing('credits', { add: async (entry) => void lists.credits.push(entry) }),
      assets: passing('assets', {
        insert: async (asset, blobs) => void lists.newAssets.push({ asset, blobs }),
      }),
      lineage: passing('lineage', { insert: async (edges) => void lists.lineage.push(...edges) }),
      events: passing('events', { append: async (event) => void lists.events.push(event) }),
      users: passing('users', {}),
      clock: passing('clock', {}),
      rows: transaction.rows,
      limitStatements: (milliseconds) => transaction.limitStatements(milliseconds),
    },
    isEmpty: () => Object.values(lists).every((list: readonly unknown[]) => list.length === 0),
    take() {
      const taken = lists;
      lists = noRowWrites();
      return taken;
    },
  };
}

/** The writes of a unit that writes nothing. */
export function noRowWrites(): GatheredWrites {
  return {
    accounts: [],
    jobs: [],
    submissions: [],
    newJobs: [],
    newSubmissions: [],
    credits: [],
    newAssets: [],
    lineage: [],
    observations: [],
    events: [],
    readings: [],
  };
}

interface VersionedRow {
  readonly id: string;
  readonly version: number;
}

/**
 * Returns the row as it will be. A second change of the same row becomes part of the first.
 *
 * @throws StaleRowError for a second change that is not of the row as the first left it
 */
function addUpdate<Row extends VersionedRow>(
  updates: RowUpdate<Row>[],
  row: Row,
  changes: Changes<Row>,
): Row {
  const defined = Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  ) as Changes<Row>;
  const place = updates.findIndex((update) => update.row.id === row.id);
  const earlier = updates[place];
  if (earlier === undefined) {
    updates.push({ row, changes: defined });
    return { ...row, ...defined, version: row.version + 1 };
  }
  if (row.version !== earlier.row.version + 1) {
    throw new StaleRowError(`${row.id} was changed from version ${earlier.row.version} just now.`);
  }
  updates[place] = { row: earlier.row, changes: { ...earlier.changes, ...defined } };
  return { ...row, ...defined };
}
