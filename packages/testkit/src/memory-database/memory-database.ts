import type { Database, Transaction } from '@pixsim7/core';
import { MemoryStore } from './memory-store.ts';

/**
 * The database port in memory, with real transactions: all or nothing, one after the other. Several databases over one
 * store are several processes on one database; closing one leaves the store.
 *
 * Like the embedded database it has a single connection: a transaction that waits for another one waits forever.
 */
export class MemoryDatabase implements Database {
  readonly #store: MemoryStore;
  readonly #listeners = new Set<() => void>();
  #open = true;

  constructor(store: MemoryStore = new MemoryStore()) {
    this.#store = store;
  }

  async transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    this.#assertOpen();
    return this.#store.run(work, (changes) => {
      if (!changes.some(({ table, after }) => table === 'outbox' && after !== null)) {
        return;
      }
      for (const listener of this.#listeners) {
        listener();
      }
    });
  }

  onEvents(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async ping(): Promise<void> {
    this.#assertOpen();
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#listeners.clear();
  }

  #assertOpen(): void {
    if (!this.#open) {
      throw new Error('The database is closed.');
    }
  }
}
