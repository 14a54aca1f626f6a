import { TransactionEndedError } from './errors.ts';

/** The calls that are made in one transaction. */
export interface CallSequence {
  /** Runs a call when those before it are over. @throws TransactionEndedError when its turn comes after the end */
  run<Result>(call: () => Promise<Result>): Promise<Result>;
  /** Resolves when the running call is over; none starts afterwards. */
  end(): Promise<void>;
}

/**
 * Lets the calls of a transaction run one after the other, and none after its end.
 *
 * A connection does one thing at a time, and `pg` 9 will refuse what is asked of a busy one. And the connection of a
 * transaction goes to another one afterwards: when one of several parallel calls fails and the transaction is rolled
 * back, the second statement of another call would be carried out in a stranger's transaction, or in none.
 */
export function createCallSequence(): CallSequence {
  let taken = false;
  let ended = false;
  /** Those that wait for their turn. */
  const waiting: (() => void)[] = [];

  /** Nothing to wait for, nearly always. */
  const takeTurn = (): Promise<void> | null => {
    if (taken) {
      return new Promise((resolve) => waiting.push(resolve));
    }
    taken = true;
    return null;
  };
  const passTurn = (): void => {
    const next = waiting.shift();
    if (next === undefined) {
      taken = false;
    } else {
      next();
    }
  };

  return {
    async run(call) {
      await takeTurn();
      try {
        if (ended) {
          throw new TransactionEndedError();
        }
        return await call();
      } finally {
        passTurn();
      }
    },
    async end() {
      ended = true;
      await takeTurn();
      passTurn();
    },
  };
}
