import { sql } from 'drizzle-orm';
import type { Transaction } from '@pixsim7/core';
import type { RepositoryConnection } from '../connection.ts';

/** The setting ends with the transaction. The embedded database takes it and cannot keep it: it has no second thread. */
export function createStatementLimit({
  drizzle: connection,
}: RepositoryConnection): Pick<Transaction, 'limitStatements'> {
  return {
    async limitStatements(milliseconds) {
      await connection.execute(sql.raw(`set local statement_timeout = ${Math.round(milliseconds)}`));
    },
  };
}
