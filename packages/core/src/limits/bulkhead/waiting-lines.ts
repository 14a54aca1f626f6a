import type { Destination } from '../../rules/places.ts';
import { accountKey } from './share-counts.ts';

interface Line<Waiter> {
  readonly name: string;
  readonly account: string;
  /** In the order in which they came. */
  readonly waiters: Set<Waiter>;
  /** The share that held back the first one when it was last looked at. */
  fullKey: string;
  /** The lowest is next. */
  turn: number;
}

/**
 * Those who wait, in a line for each destination. The lines take turns.
 *
 * A line is looked at only when a place of the share that holds it back, or of its account, is given back: the limit of a
 * common share depends on whether the account uses it already. With 1,000 accounts that wait for a provider that hangs, a
 * place of another provider is passed on without a look at any of them.
 */
export class WaitingLines<Waiter extends { readonly destination: Destination }> {
  readonly #lines = new Map<string, Line<Waiter>>();
  /** The lines to look at, by the key of the share that has room. */
  readonly #byKey = new Map<string, Set<Line<Waiter>>>();
  #turns = 0;

  /** @param fullKey the share that holds it back */
  add(waiter: Waiter, fullKey: string): void {
    const name = nameOf(waiter.destination);
    let line = this.#lines.get(name);
    if (line === undefined) {
      const account = accountKey(waiter.destination.account);
      line = { name, account, waiters: new Set(), fullKey, turn: this.#nextTurn() };
      this.#lines.set(name, line);
      this.#list(line);
    }
    line.waiters.add(waiter);
  }

  remove(waiter: Waiter): void {
    const line = this.#lines.get(nameOf(waiter.destination));
    if (line?.waiters.delete(waiter) !== true || line.waiters.size > 0) {
      return;
    }
    this.#lines.delete(line.name);
    this.#unlist(line);
  }

  /**
   * Removes and returns the first of the next line that may go on; null when none may.
   *
   * @param withRoom the keys of the shares of which a place was given back
   * @param fullKeyOf the share that holds somebody back; null when he may go on
   */
  takeNext(withRoom: readonly string[], fullKeyOf: (waiter: Waiter) => string | null): Waiter | null {
    let next: Line<Waiter> | null = null;
    for (const key of withRoom) {
      const line = this.#firstReady(key, fullKeyOf);
      if (line !== null && (next === null || line.turn < next.turn)) {
        next = line;
      }
    }
    const [waiter] = next?.waiters ?? [];
    if (next === null || waiter === undefined) {
      return null;
    }
    // Listed again, it stands behind the others that wait for the same share.
    this.#unlist(next);
    next.waiters.delete(waiter);
    if (next.waiters.size === 0) {
      this.#lines.delete(next.name);
    } else {
      next.turn = this.#nextTurn();
      this.#list(next);
    }
    return waiter;
  }

  #firstReady(key: string, fullKeyOf: (waiter: Waiter) => string | null): Line<Waiter> | null {
    for (const line of this.#byKey.get(key) ?? []) {
      const [first] = line.waiters;
      if (first === undefined) {
        continue;
      }
      const fullKey = fullKeyOf(first);
      if (fullKey === null) {
        return line;
      }
      if (fullKey === line.fullKey) {
        continue;
      }
      this.#unlist(line);
      line.fullKey = fullKey;
      this.#list(line);
    }
    return null;
  }

  #list(line: Line<Waiter>): void {
    for (const key of [line.fullKey, line.account]) {
      const listed = this.#byKey.get(key);
      if (listed === undefined) {
        this.#byKey.set(key, new Set([line]));
      } else {
        listed.add(line);
      }
    }
  }

  #unlist(line: Line<Waiter>): void {
    for (const key of [line.fullKey, line.account]) {
      const listed = this.#byKey.get(key);
      listed?.delete(line);
      if (listed?.size === 0) {
        this.#byKey.delete(key);
      }
    }
  }

  #nextTurn(): number {
    this.#turns += 1;
    return this.#turns;
  }
}

/** Rows with the same destination wait in the same line. */
export function nameOf({ account, hosts, provider }: Destination): string {
  return [provider, account, ...hosts].join(' ');
}
