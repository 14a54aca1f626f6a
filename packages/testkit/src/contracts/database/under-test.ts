import type { Database, Transaction } from '@pixsim7/core';

/** An empty database for each test of a part of the contract. */
export interface DatabaseUnderTest {
  readonly database: Database;
  /** Runs one transaction. */
  run<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
}
