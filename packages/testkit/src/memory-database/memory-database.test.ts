import { describe, expect, it } from 'vitest';
import { buildAccount, buildJob } from '../builders/index.ts';
import { describeDatabaseContract } from '../contracts/index.ts';
import { MemoryDatabase } from './memory-database.ts';
import { MemoryStore } from './memory-store.ts';
import type { RowChange } from './tables.ts';

describeDatabaseContract('memory', async () => {
  const database = new MemoryDatabase();
  return { database, close: () => database.close() };
});

describe('MemoryDatabase', () => {
  it('gives out rows that nobody can change', async () => {
    const database = new MemoryDatabase();
    const job = buildJob({ metadata: { colour: 'red' } });
    await database.transaction((transaction) => transaction.jobs.insert(job, []));
    const stored = await database.transaction((transaction) => transaction.jobs.get(job.id));
    expect(Object.isFrozen(stored)).toBe(true);
    expect(Object.isFrozen(stored?.metadata)).toBe(true);
    expect(stored).not.toBe(job);
  });

  it('refuses a repository after its transaction', async () => {
    const database = new MemoryDatabase();
    const escaped = await database.transaction(async (transaction) => transaction.jobs);
    await expect(
      escaped.list({ workspaceId: buildJob().workspaceId }, { limit: 1, after: null }),
    ).rejects.toThrow('has ended');
  });

  it('shares a store between databases, which are the processes of a cluster', async () => {
    const store = new MemoryStore();
    const [left, right] = [new MemoryDatabase(store), new MemoryDatabase(store)];
    const account = buildAccount();
    await left.transaction((transaction) => transaction.accounts.insert(account));
    await left.close();
    const found = await right.transaction((transaction) => transaction.accounts.get(account.id));
    expect(found).toEqual(account);
  });

  it('tells an observer what a commit changed, and nothing of a rollback', async () => {
    const store = new MemoryStore();
    const seen: RowChange[] = [];
    store.observe((changes) => seen.push(...changes));
    const database = new MemoryDatabase(store);
    const account = buildAccount();
    await database.transaction((transaction) => transaction.accounts.insert(account));
    const refused = database.transaction(async (transaction) => {
      await transaction.accounts.update(account, { priority: 7 });
      throw new Error('changed my mind');
    });
    await expect(refused).rejects.toThrow('changed my mind');
    expect(seen).toEqual([{ table: 'accounts', key: account.id, before: null, after: account }]);
  });
});
