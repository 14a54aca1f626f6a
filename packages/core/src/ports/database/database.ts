import type { AccountRepository } from './accounts.ts';
import type { AssetRepository } from './assets.ts';
import type { ClockRepository } from './clock.ts';
import type { CreditRepository } from './credits.ts';
import type { EventRepository } from './events.ts';
import type { JobRepository } from './jobs.ts';
import type { LineageRepository } from './lineage.ts';
import type { RowWriter } from './row-writes.ts';
import type { SubmissionRepository } from './submissions.ts';
import type { UserRepository } from './users.ts';

/** The repositories of one transaction. Pass it down; never touch the database itself inside one. */
export interface Transaction {
  readonly jobs: JobRepository;
  readonly submissions: SubmissionRepository;
  readonly accounts: AccountRepository;
  readonly credits: CreditRepository;
  readonly assets: AssetRepository;
  readonly lineage: LineageRepository;
  readonly events: EventRepository;
  readonly users: UserRepository;
  readonly clock: ClockRepository;
  readonly rows: RowWriter;
  /**
   * Has the server break off each later statement of this transaction after so long. For a caller who stops waiting: what he no
   * longer waits for would run on, and the next one who asks adds another.
   */
  readonly limitStatements: (milliseconds: number) => Promise<void>;
}

/**
 * The truth. A transaction is all or nothing and is rolled back when its work throws. No network call belongs inside
 * one: the embedded database has a single connection, and an open transaction stops everybody else.
 */
export interface Database {
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /** Called in this process after each commit that appended events. */
  onEvents(listener: () => void): () => void;
  /** @throws when the database does not answer */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The same database with another way to run its transactions. */
export function withTransactions(database: Database, transaction: Database['transaction']): Database {
  return {
    transaction,
    onEvents: (listener) => database.onEvents(listener),
    ping: () => database.ping(),
    close: () => database.close(),
  };
}
