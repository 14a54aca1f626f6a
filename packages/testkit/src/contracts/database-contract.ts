import { afterEach, beforeEach, describe } from 'vitest';
import type { Database } from '@pixsim7/core';
import { describeAccounts } from './database/accounts.ts';
import { describeAssets } from './database/assets.ts';
import { describeBoundedCounts } from './database/bounded-counts.ts';
import { describeClock } from './database/clock.ts';
import { describeCredits } from './database/credits.ts';
import { describeDispatchOrder } from './database/dispatch-order.ts';
import { describeEvents } from './database/events.ts';
import { describeJobLists } from './database/job-lists.ts';
import { describeJobs } from './database/jobs.ts';
import { describeLineage } from './database/lineage.ts';
import { describeRetention } from './database/retention.ts';
import { describeRowWrites } from './database/row-writes.ts';
import { describeSubmissionTimers } from './database/submission-timers.ts';
import { describeSubmissions } from './database/submissions.ts';
import { describeTransactions } from './database/transactions.ts';
import type { DatabaseUnderTest } from './database/under-test.ts';
import { describeUsers } from './database/users.ts';

export interface OpenedDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

/**
 * Everything that the domain relies on in a database. Every implementation of the port passes it.
 *
 * @param open gives an empty database; called before each test
 */
export function describeDatabaseContract(name: string, open: () => Promise<OpenedDatabase>): void {
  describe(`database contract: ${name}`, () => {
    let opened: OpenedDatabase | null = null;
    const underTest: DatabaseUnderTest = {
      get database() {
        if (opened === null) {
          throw new Error('The database is opened before each test.');
        }
        return opened.database;
      },
      run(work) {
        return underTest.database.transaction(work);
      },
    };

    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened?.close();
      opened = null;
    });

    describeBoundedCounts(underTest);
    describeTransactions(underTest);
    describeRowWrites(underTest);
    describeJobs(underTest);
    describeJobLists(underTest);
    describeDispatchOrder(underTest);
    describeSubmissions(underTest);
    describeSubmissionTimers(underTest);
    describeAccounts(underTest);
    describeCredits(underTest);
    describeAssets(underTest);
    describeLineage(underTest);
    describeEvents(underTest);
    describeUsers(underTest);
    describeClock(underTest);
    describeRetention(underTest);
  });
}
