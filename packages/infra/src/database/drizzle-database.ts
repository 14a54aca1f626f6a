import { AsyncLocalStorage } from 'node:async_hooks';
import { sql } from 'drizzle-orm';
import type { Database, Instant, Logger, Transaction } from '@pixsim7/core';
import { createCallSequence } from './call-sequence.ts';
import type { CallSequence } from './call-sequence.ts';
import type { ConnectionSource, RepositoryConnection } from './connection.ts';
import { DatabaseClosedError, NestedTransactionError, translateQueryError } from './errors.ts';
import { createAccountRepository } from './repositories/accounts.ts';
import { createAssetRepository } from './repositories/assets.ts';
import { createClockRepository } from './repositories/clock.ts';
import { createCreditRepository } from './repositories/credits.ts';
import { createEventRepository } from './repositories/events.ts';
import { createJobRepository } from './repositories/jobs.ts';
import { createLineageRepository } from './repositories/lineage.ts';
import { createRowWriter } from './repositories/row-writer.ts';
import { createStatementLimit } from './repositories/statement-limit.ts';
import { createSubmissionRepository } from './repositories/submissions.ts';
import { createUserRepository } from './repositories/users.ts';
import { watchRepository } from './watch-repository.ts';
import type { QueryWatch } from './watch-repository.ts';

export interface DrizzleDatabaseOptions {
  readonly connection: ConnectionSource;
  /** Closes what the connection stands on; called once, after the last open transaction ended. */
  readonly closeConnection: () => Promise<void>;
  readonly logger: Logger;
  readonly now: () => Instant;
}

/** Events in a transaction that decide how it ends. */
interface TransactionOutcome {
  readonly calls: CallSequence;
  open: boolean;
  appendedEvents: boolean;
  failure: { readonly error: unknown } | null;
}

/** The database port on Drizzle, for every driver that speaks PostgreSQL. */
export function createDrizzleDatabase(options: DrizzleDatabaseOptions): Database {
  const { connection, closeConnection, logger, now } = options;
  const listeners = new Set<() => void>();
  const called = new Set<string>();
  const currentOutcome = new AsyncLocalStorage<TransactionOutcome>();
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | null = null;

  function createTransaction(connection: RepositoryConnection, outcome: TransactionOutcome): Transaction {
    const watch: QueryWatch = {
      logger,
      now,
      calls: outcome.calls,
      called,
      onFailure(error: unknown) {
        outcome.failure ??= { error };
      },
    };
    const onAppend = (): void => {
      outcome.appendedEvents = true;
    };
    // Most transactions use two or three of them, so each is made when it is asked for.
    const made: { -readonly [Name in keyof Transaction]?: Transaction[Name] } = {};
    return {
      get jobs() {
        return (made.jobs ??= watchRepository('jobs', createJobRepository(connection), watch));
      },
      get submissions() {
        return (made.submissions ??= watchRepository(
          'submissions',
          createSubmissionRepository(connection),
          watch,
        ));
      },
      get accounts() {
        return (made.accounts ??= watchRepository('accounts', createAccountRepository(connection), watch));
      },
      get credits() {
        return (made.credits ??= watchRepository('credits', createCreditRepository(connection), watch));
      },
      get assets() {
        return (made.assets ??= watchRepository('assets', createAssetRepository(connection), watch));
      },
      get lineage() {
        return (made.lineage ??= watchRepository('lineage', createLineageRepository(connection), watch));
      },
      get events() {
        return (made.events ??= watchRepository(
          'events',
          createEventRepository(connection, onAppend),
          watch,
        ));
      },
      get users() {
        return (made.users ??= watchRepository('users', createUserRepository(connection), watch));
      },
      get clock() {
        return (made.clock ??= watchRepository('clock', createClockRepository(connection), watch));
      },
      get rows() {
        return (made.rows ??= watchRepository('rows', createRowWriter(connection, onAppend), watch));
      },
      get limitStatements() {
        return (made.limitStatements ??= watchRepository(
          'transaction',
          createStatementLimit(connection),
          watch,
        ).limitStatements);
      },
    };
  }

  async function runTransaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> {
    const outcome: TransactionOutcome = {
      calls: createCallSequence(),
      open: true,
      appendedEvents: false,
      failure: null,
    };
    try {
      const result = await connection.transaction(async (inner) => {
        const result = await runWork(work, createTransaction(inner, outcome), outcome);
        // PostgreSQL answers the COMMIT of a transaction with a failed query by rolling back, without an error. Work
        // that swallowed the failure would believe that its writes are kept.
        if (outcome.failure !== null) {
          throw outcome.failure.error;
        }
        return result;
      });
      if (outcome.appendedEvents) {
        notifyListeners();
      }
      return result;
    } catch (error) {
      throw translateQueryError(error);
    } finally {
      outcome.open = false;
    }
  }

  /** However the work ends, none of its calls is running afterwards, so the connection can go to somebody else. */
  async function runWork<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    transaction: Transaction,
    outcome: TransactionOutcome,
  ): Promise<Result> {
    try {
      return await currentOutcome.run(outcome, () => work(transaction));
    } finally {
      await outcome.calls.end();
    }
  }

  function notifyListeners(): void {
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        logger.error({ error }, 'event listener failed');
      }
    }
  }

  return {
    async transaction(work) {
      if (closing !== null) {
        throw new DatabaseClosedError();
      }
      if (currentOutcome.getStore()?.open === true) {
        throw new NestedTransactionError();
      }
      const result = runTransaction(work);
      running.add(result);
      try {
        return await result;
      } finally {
        running.delete(result);
      }
    },
    onEvents(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async ping() {
      if (closing !== null) {
        throw new DatabaseClosedError();
      }
      try {
        await connection.execute(sql`select 1`);
      } catch (error) {
        throw translateQueryError(error);
      }
    },
    close() {
      closing ??= Promise.allSettled(running).then(closeConnection);
      return closing;
    },
  };
}
