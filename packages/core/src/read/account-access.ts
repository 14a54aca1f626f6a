import { AuthenticationError } from '@pixsim7/providers/contract';
import type { AccountAccess } from '@pixsim7/providers/contract';
import type { AccountRow } from '../model/index.ts';
import { VaultError } from '../ports/index.ts';
import type { Vault } from '../ports/index.ts';
import { parseCredentials } from '../rules/credentials.ts';

/**
 * Opens the credentials of an account for one call. The result is never logged or stored.
 *
 * @throws AuthenticationError when the seal does not open: for the job that is the same as refused credentials, and the
 *   account says what to do
 */
export function accessAccount(vault: Vault, account: AccountRow): AccountAccess {
  return { accountId: account.id, credentials: openCredentials(vault, account), baseUrl: account.baseUrl };
}

function openCredentials(vault: Vault, account: AccountRow): Record<string, string> {
  try {
    return parseCredentials(vault.open(account.id, account.sealedCredentials));
  } catch (error) {
    if (!(error instanceof VaultError)) {
      throw error;
    }
    throw new AuthenticationError({
      code: 'credentials_invalid',
      message:
        'The stored credentials cannot be decrypted, because the secret key has changed. Enter them again.',
      retry: 'other_account',
      accountEffect: 'disabled',
      charged: 'no',
      cause: error,
    });
  }
}
