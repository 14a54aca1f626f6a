import { parseCredentials } from '../rules/credentials.ts';
import type { AccountAccess } from '@pixsim7/providers/contract';
import type { AccountRow } from '../model/index.ts';
import type { Vault } from '../ports/index.ts';

/** Opens the credentials of an account for one call. The result is never logged or stored. @throws VaultError */
export function accessAccount(vault: Vault, account: AccountRow): AccountAccess {
  return {
    accountId: account.id,
    credentials: parseCredentials(vault.open(account.id, account.sealedCredentials)),
    baseUrl: account.baseUrl,
  };
}
