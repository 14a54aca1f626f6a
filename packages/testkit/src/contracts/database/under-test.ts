import type { Database, Transaction } from '@pixsim7/core';

/** What a part of the contract works with: an empty database for each test. */
export interface DatabaseUnderTest {
  readonly database: Database;
  /** Runs one transaction. */
  run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
}
