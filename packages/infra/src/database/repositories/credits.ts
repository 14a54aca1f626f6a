import { eq, inArray } from 'drizzle-orm';
import type { AccountId } from '@pixsim7/contracts';
import type { CreditExposure, CreditRepository } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { creditEntries } from '../schema/index.ts';
import { chargesSince } from './charges.ts';
import { exposuresOf } from './exposures.ts';
import { foldSettlements, ledgerTotals } from './ledger-totals.ts';

/** Accounts of one statement: each is two more parts of it. A workspace has a handful. */
const accountsAtATime = 50;

const entryColumns = {
  accountId: creditEntries.accountId,
  submissionId: creditEntries.submissionId,
  jobId: creditEntries.jobId,
  kind: creditEntries.kind,
  amount: creditEntries.amount,
  at: creditEntries.at,
};

export function createCreditRepository({ drizzle: connection }: RepositoryConnection): CreditRepository {
  return {
    async add(entry) {
      await connection.insert(creditEntries).values(entry);
    },
    async byJobs(ids) {
      return connection
        .select(entryColumns)
        .from(creditEntries)
        .where(inArray(creditEntries.jobId, [...ids]))
        .orderBy(creditEntries.at, creditEntries.position);
    },
    async bySubmission(id) {
      return connection
        .select(entryColumns)
        .from(creditEntries)
        .where(eq(creditEntries.submissionId, id))
        .orderBy(creditEntries.at, creditEntries.position);
    },
    async exposures(settledSince) {
      const exposures = new Map<AccountId, CreditExposure[]>();
      const wanted = [...settledSince];
      for (let from = 0; from < wanted.length; from += accountsAtATime) {
        for (const row of await exposuresOf(connection, wanted.slice(from, from + accountsAtATime))) {
          const known = exposures.get(row.accountId);
          if (known === undefined) {
            exposures.set(row.accountId, [row]);
          } else {
            known.push(row);
          }
        }
      }
      return exposures;
    },
    async charges(accountId, since) {
      return chargesSince(connection, accountId, since);
    },
    async totals() {
      return ledgerTotals(connection);
    },
    async foldSettlements(before, limit) {
      return foldSettlements(connection, before, limit);
    },
  };
}
