import type { AccountId } from '@pixsim7/contracts';
import type { CreditExposure, CreditRepository } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';
import { readRows, textArray } from '../statements/table-statements.ts';
import { creditStatements } from '../statements/tables.ts';
import { chargesSince } from './charges.ts';
import { exposuresOf } from './exposures.ts';
import { foldSettlements, ledgerTotals } from './ledger-totals.ts';

/** Accounts of one statement: each is two more parts of it. A workspace has a handful. */
const accountsAtATime = 50;

const byJobs = `${creditStatements.select} where "job_id" = any($1) order by "at", "position"`;
const bySubmission = `${creditStatements.select} where "submission_id" = $1 order by "at", "position"`;

export function createCreditRepository(repository: RepositoryConnection): CreditRepository {
  const { drizzle: connection } = repository;
  return {
    async add(entry) {
      await repository.send(creditStatements.insert(entry));
    },
    async byJobs(ids) {
      return readRows(repository, creditStatements, byJobs, [textArray(ids)]);
    },
    async bySubmission(id) {
      return readRows(repository, creditStatements, bySubmission, [id]);
    },
    async exposures(settledSince) {
      const exposures = new Map<AccountId, CreditExposure[]>();
      const wanted = [...settledSince];
      for (let from = 0; from < wanted.length; from += accountsAtATime) {
        for (const row of await exposuresOf(repository, wanted.slice(from, from + accountsAtATime))) {
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
