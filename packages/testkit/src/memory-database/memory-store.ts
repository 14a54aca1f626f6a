import type { Instant, Transaction } from '@pixsim7/core';
import { createAccountRepository } from './accounts.ts';
import { createAssetRepository } from './assets.ts';
import { createClockRepository } from './clock.ts';
import { createCreditRepository } from './credits.ts';
import { createEventRepository } from './events.ts';
import { createJobRepository } from './jobs.ts';
import { createLineageRepository } from './lineage.ts';
import { createRowWriter } from './row-writer.ts';
import { createSubmissionRepository } from './submissions.ts';
import { createStoredTables, createTables, TransactionJournal } from './tables.ts';
import type { RowChange, StoredTables, TableName, Tables } from './tables.ts';
import { createUserRepository } from './users.ts';

/** Told of every commit that wrote something, in the order of the commits. */
export type CommitObserver = (changes: readonly RowChange[]) => void;

/** The rows, and the order in which transactions run. Both outlive a process. */
export class MemoryStore {
  readonly #tables: StoredTables = createStoredTables();
  readonly #observers = new Set<CommitObserver>();
  readonly #wallTime: () => Instant;
  #last: Promise<unknown> = Promise.resolve();

  /** @param wallTime the clock of the machine on which the database would run */
  constructor(wallTime: () => Instant = Date.now) {
    this.#wallTime = wallTime;
  }

  /** Runs after every transaction that was started before it, and before every later one. */
  run<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    afterCommit: (changes: readonly RowChange[]) => void,
  ): Promise<Result> {
    const result = this.#last.then(() => this.#runAlone(work, afterCommit));
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** For a test that checks every commit. Returns the function that ends it. */
  observe(observer: CommitObserver): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** Every row of some tables, to compare two states by. */
  read(names: readonly TableName[]): unknown[] {
    return names.map((name) => [...this.#tables[name].values()]);
  }

  async #runAlone<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    afterCommit: (changes: readonly RowChange[]) => void,
  ): Promise<Result> {
    const journal = new TransactionJournal(this.#tables);
    let result: Result;
    try {
      result = await work(createTransaction(createTables(journal), this.#wallTime));
      if (journal.refusal !== null) {
        throw journal.refusal;
      }
    } catch (error) {
      journal.rollback();
      throw error;
    } finally {
      journal.close();
    }
    if (journal.changes.length > 0) {
      for (const observer of this.#observers) {
        observer(journal.changes);
      }
      afterCommit(journal.changes);
    }
    return result;
  }
}

/** Most transactions use two or three of the repositories, so each is made when it is asked for. */
function createTransaction(tables: Tables, wallTime: () => Instant): Transaction {
  return {
    get jobs() {
      return createJobRepository(tables);
    },
    get submissions() {
      return createSubmissionRepository(tables);
    },
    get accounts() {
      return createAccountRepository(tables);
    },
    get credits() {
      return createCreditRepository(tables);
    },
    get assets() {
      return createAssetRepository(tables);
    },
    get lineage() {
      return createLineageRepository(tables);
    },
    get events() {
      return createEventRepository(tables);
    },
    get rows() {
      return createRowWriter(this);
    },
    get users() {
      return createUserRepository(tables);
    },
    async limitStatements() {
      // Nothing here takes long.
    },
    get clock() {
      return createClockRepository(tables, wallTime);
    },
  };
}
