import { StaleRowError, UniqueViolationError } from '../ports/index.ts';
import type { Database, Transaction } from '../ports/index.ts';
import { gatherWrites } from './gather-writes.ts';
import type { PassedCall } from './gather-writes.ts';
import { shareReads } from './share-reads.ts';

/** Units of one transaction. Beyond that each one more saves hardly anything, and a lost race costs more. */
const maxUnits = 50;

type Work<Result> = (transaction: Transaction) => Promise<Result>;

interface Member {
  readonly work: Work<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A unit that only a transaction of its own can do. */
class NeedsOwnTransactionError extends Error {
  override readonly name = 'NeedsOwnTransactionError';
}

/** The work of a member, as far as it came. */
type Outcome =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'alone' };

/** Runs one unit in a transaction of its own. */
export function commitAlone<Result>(
  database: Database,
  work: Work<Result>,
  beforeOther: () => void = () => undefined,
): Promise<Result> {
  return database.transaction(async (transaction) => {
    const gathering = gatherWrites(transaction, async (call) => {
      if (call === 'other') {
        beforeOther();
      }
      await write();
    });
    const write = async (): Promise<void> => {
      if (!gathering.isEmpty()) {
        await transaction.rows.write(gathering.take());
      }
    };
    const result = await work(gathering.transaction);
    await write();
    return result;
  });
}

/**
 * Commits units of work together that come at the same moment: while one commit is under way the next ones gather, and they
 * share a transaction and its statements. A unit that comes alone is not delayed.
 *
 * A unit that loses a race for a row is left out and hears of it; the others are written. One that has to lock rows, or to
 * read what it wrote, runs in a transaction of its own.
 */
export class GroupCommit {
  readonly #database: Database;
  readonly #beforeCommit: (() => Promise<void>) | undefined;
  readonly #waiting: Member[] = [];
  #isBusy = false;

  /** @param beforeCommit awaited before each commit, so that more units come together; nothing is awaited when left out */
  constructor(database: Database, beforeCommit?: () => Promise<void>) {
    this.#database = database;
    this.#beforeCommit = beforeCommit;
  }

  /** @param work may run twice; the first time then leaves nothing behind. @throws whatever the work throws, StaleRowError */
  run<Result>(work: Work<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as Member['resolve'], reject });
      if (!this.#isBusy) {
        this.#isBusy = true;
        void this.#commitWaiting();
      }
    });
  }

  /** Commits until nobody waits. Ends early when another run of it took over. */
  async #commitWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      if (this.#beforeCommit !== undefined) {
        await this.#beforeCommit();
      }
      const members = this.#waiting.splice(0, maxUnits);
      const [only] = members;
      if (members.length > 1) {
        await this.#together(members);
      } else if (only !== undefined) {
        let isSlow = false;
        // It may wait for a lock that somebody else has for long.
        await this.#alone(only, () => {
          if (!isSlow) {
            isSlow = true;
            void this.#commitWaiting();
          }
        });
        if (isSlow) {
          return;
        }
      }
    }
    this.#isBusy = false;
  }

  async #alone({ work, resolve, reject }: Member, beforeOther?: () => void): Promise<void> {
    await commitAlone(this.#database, work, beforeOther).then(resolve, reject);
  }

  async #together(members: readonly Member[]): Promise<void> {
    let outcomes: readonly Outcome[];
    try {
      outcomes = await this.#database.transaction((transaction) => runMembers(transaction, members));
    } catch (error) {
      // One of them broke a rule of the schema, and nobody knows which.
      if (error instanceof UniqueViolationError || error instanceof StaleRowError) {
        members.forEach((member) => void this.#alone(member));
      } else {
        members.forEach(({ reject }) => reject(error));
      }
      return;
    }
    for (const [place, member] of members.entries()) {
      const outcome = outcomes[place] ?? { kind: 'alone' };
      switch (outcome.kind) {
        case 'done':
          member.resolve(outcome.result);
          break;
        case 'failed':
          member.reject(outcome.error);
          break;
        case 'alone':
          void this.#alone(member);
          break;
      }
    }
  }
}

async function runMembers(transaction: Transaction, members: readonly Member[]): Promise<Outcome[]> {
  const shared = shareReads(transaction);
  const ran = await Promise.all(members.map((member) => runMember(shared, member)));
  const toWrite = ran.filter(({ outcome, writes }) => outcome.kind === 'done' && writes !== null);
  const leftOut = await transaction.rows.writeMany(toWrite.flatMap(({ writes }) => writes ?? []));
  const lost = new Set([...leftOut].map((place) => toWrite[place]));
  return ran.map((member) =>
    lost.has(member)
      ? { kind: 'failed', error: new StaleRowError('Somebody else changed a row in the meantime.') }
      : member.outcome,
  );
}

async function runMember(transaction: Transaction, { work }: Member) {
  const gathering = gatherWrites(transaction, async (call: PassedCall) => {
    if (call === 'other' || !gathering.isEmpty()) {
      throw new NeedsOwnTransactionError();
    }
  });
  try {
    const result = await work(gathering.transaction);
    const writes = gathering.isEmpty() ? null : gathering.take();
    return { outcome: { kind: 'done', result } as Outcome, writes };
  } catch (error) {
    const outcome: Outcome =
      error instanceof NeedsOwnTransactionError ? { kind: 'alone' } : { kind: 'failed', error };
    return { outcome, writes: null };
  }
}
