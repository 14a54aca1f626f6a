import type { AccountId } from '@pixsim7/contracts';
import type { CoreDependencies } from '../dependencies.ts';
import type { AccountRow } from '../model/index.ts';
import { VaultError } from '../ports/index.ts';
import type { Vault } from '../ports/index.ts';
import { retryStale } from '../write/retry-stale.ts';

const pageSize = 50;

/** Counts of credentials that were sealed again, those of removed accounts included. */
export interface ResealReport {
  /** Sealed again now. */
  readonly resealed: number;
  /** Were sealed with the current key already. */
  readonly current: number;
  /** Open with no key that the vault has. */
  readonly unreadable: readonly AccountId[];
}

/**
 * Seals everything with the current key of the vault. Each account is a transaction of its own, conditional on the row that
 * was read, so it can be broken off at any moment and begun again, and a server may change accounts meanwhile.
 *
 * @throws the reason of the signal when it is aborted
 */
export async function resealAccounts(
  { database, vault }: Pick<CoreDependencies, 'database' | 'vault'>,
  signal: AbortSignal,
): Promise<ResealReport> {
  const unreadable: AccountId[] = [];
  let [resealed, current] = [0, 0];
  for (let after: AccountId | null = null; ;) {
    const last: AccountId | null = after;
    const page: AccountRow[] = await database.transaction((transaction) =>
      transaction.accounts.page(last, pageSize),
    );
    for (const { id, sealedCredentials } of page) {
      signal.throwIfAborted();
      if (vault.isCurrent(sealedCredentials)) {
        current += 1;
        continue;
      }
      if (await reseal({ database, vault }, id)) {
        resealed += 1;
      } else {
        unreadable.push(id);
      }
    }
    if (page.length < pageSize) {
      return { resealed, current, unreadable };
    }
    after = page.at(-1)?.id ?? null;
  }
}

/** False when no key opens it. */
function reseal(
  { database, vault }: Pick<CoreDependencies, 'database' | 'vault'>,
  id: AccountId,
): Promise<boolean> {
  return retryStale(() =>
    database.transaction(async (transaction) => {
      const account = await transaction.accounts.get(id);
      // Somebody entered new credentials meanwhile.
      if (account === null || vault.isCurrent(account.sealedCredentials)) {
        return true;
      }
      const plaintext = openOrNull(vault, id, account.sealedCredentials);
      if (plaintext === null) {
        return false;
      }
      // `updatedAt` stays: it says when a person or the provider changed the account.
      await transaction.accounts.update(account, { sealedCredentials: vault.seal(id, plaintext) });
      return true;
    }),
  );
}

function openOrNull(vault: Vault, id: AccountId, sealed: string): string | null {
  try {
    return vault.open(id, sealed);
  } catch (error) {
    if (error instanceof VaultError) {
      return null;
    }
    throw error;
  }
}
