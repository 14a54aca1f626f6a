import { describe, expect, it } from 'vitest';
import { createBench } from '@pixsim7/testkit/bench';
import { VaultError } from '../ports/index.ts';
import type { Database, Vault } from '../ports/index.ts';
import { resealAccounts } from './reseal-accounts.ts';

/** Seals with the name of its key before the text; opens what a key of `known` sealed. */
function namedVault(current: string, known: readonly string[]): Vault {
  return {
    seal: (rowId, text) => `${current}|${rowId}|${text}`,
    open(rowId, sealed) {
      const [key = '', row, text = ''] = sealed.split('|');
      if (!known.includes(key) || row !== rowId) {
        throw new VaultError('No key opens this.');
      }
      return text;
    },
    isCurrent: (sealed) => sealed.startsWith(`${current}|`),
  };
}

const running = new AbortController().signal;

async function setUp(count: number) {
  const bench = createBench();
  const old = namedVault('old', ['old']);
  const ids = [];
  for (let index = 0; index < count; index += 1) {
    const { id } = await bench.addAccount();
    const account = await bench.account(id);
    await bench.write((transaction) =>
      transaction.accounts.update(account, { sealedCredentials: old.seal(id, `text ${index}`) }),
    );
    ids.push(id);
  }
  return { bench, ids, database: bench.database };
}

describe('resealAccounts', () => {
  it('seals every account anew, over many pages and the removed ones too, and changes nothing else', async () => {
    const { bench, ids, database } = await setUp(120);
    const removed = await bench.account(ids[7] ?? ('' as never));
    await bench.write((transaction) =>
      transaction.accounts.update(removed, { deletedAt: 1, enabled: false }),
    );
    const vault = namedVault('new', ['new', 'old']);
    expect(await resealAccounts({ database, vault }, running)).toEqual({
      resealed: 120,
      current: 0,
      unreadable: [],
    });
    for (const [index, id] of ids.entries()) {
      const account = await bench.account(id);
      expect(account.sealedCredentials).toBe(`new|${id}|text ${index}`);
      expect(account.updatedAt).toBe(removed.updatedAt);
    }
    expect(await resealAccounts({ database, vault }, running)).toMatchObject({ resealed: 0, current: 120 });
  });

  it('goes on where it was broken off', async () => {
    const { bench, database } = await setUp(5);
    const breaking = new AbortController();
    const vault = namedVault('new', ['new', 'old']);
    let seals = 0;
    const dying: Vault = {
      ...vault,
      seal(rowId, text) {
        seals += 1;
        if (seals === 3) {
          breaking.abort(new Error('killed'));
        }
        return vault.seal(rowId, text);
      },
    };
    await expect(resealAccounts({ database, vault: dying }, breaking.signal)).rejects.toThrow('killed');
    expect(await resealAccounts({ database, vault }, running)).toMatchObject({ resealed: 2, current: 3 });
    expect((await bench.read((transaction) => transaction.accounts.list({}))).length).toBe(5);
  });

  it('names what no key opens and leaves it as it is', async () => {
    const { bench, ids, database } = await setUp(3);
    const [lost = '' as never] = ids;
    const account = await bench.account(lost);
    await bench.write((transaction) =>
      transaction.accounts.update(account, { sealedCredentials: 'other|x|y' }),
    );
    const report = await resealAccounts({ database, vault: namedVault('new', ['new', 'old']) }, running);
    expect(report).toEqual({ resealed: 2, current: 0, unreadable: [lost] });
    expect((await bench.account(lost)).sealedCredentials).toBe('other|x|y');
  });

  it('does not undo credentials that somebody enters meanwhile', async () => {
    const { bench, ids, database } = await setUp(1);
    const [id = '' as never] = ids;
    const vault = namedVault('new', ['new', 'old']);
    let transactions = 0;
    const racing: Pick<Database, 'transaction'> = {
      async transaction(work) {
        transactions += 1;
        // After the page, before the transaction of the account.
        if (transactions === 2) {
          const account = await bench.account(id);
          const sealedCredentials = vault.seal(id, 'entered');
          await bench.write((transaction) => transaction.accounts.update(account, { sealedCredentials }));
        }
        return database.transaction(work);
      },
    };
    await resealAccounts({ database: racing as Database, vault }, running);
    expect(vault.open(id, (await bench.account(id)).sealedCredentials)).toBe('entered');
  });
});
