import type { ProblemField, ProviderManifest } from '@pixsim7/contracts';
import { ProviderCallError } from '@pixsim7/providers/contract';
import type { AccountRow } from '../model/index.ts';
import { RequestError, invalidParameters } from '../model/request-error.ts';
import type { Transaction, Vault } from '../ports/index.ts';
import { accessAccount } from '../read/account-access.ts';
import { canonicalJson } from '../rules/index.ts';

/** Whether the credentials are given that the provider's manifest names, and no others. @throws RequestError */
export function checkCredentials(
  wanted: ProviderManifest['credentials'],
  given: Readonly<Record<string, string>>,
): void {
  const names = wanted.map((entry) => entry.name);
  const issues: ProblemField[] = [
    ...wanted
      .filter((entry) => entry.optional !== true && given[entry.name] === undefined)
      .map((entry) => ({
        pointer: `/credentials/${entry.name}`,
        code: 'required',
        detail: entry.description,
      })),
    ...Object.keys(given)
      .filter((name) => !names.includes(name))
      .map((name) => ({
        pointer: `/credentials/${name}`,
        code: 'not_supported',
        detail: 'This provider has no credential with that name.',
        allowed: names,
      })),
  ];
  if (issues.length > 0) {
    throw invalidParameters(issues);
  }
}

/**
 * The same key twice would have twice the slots that its provider allows. What is optional does not make another key.
 *
 * @throws RequestError state_conflict
 */
export async function assertCredentialsAreNew(
  transaction: Transaction,
  vault: Vault,
  account: AccountRow,
  credentials: Readonly<Record<string, string>>,
  specification: ProviderManifest['credentials'],
): Promise<void> {
  const optional = specification.filter((entry) => entry.optional === true).map((entry) => entry.name);
  const keyOf = (given: Readonly<Record<string, string>> | null): string =>
    canonicalJson(
      given === null
        ? null
        : Object.fromEntries(Object.entries(given).filter(([name]) => !optional.includes(name))),
    );
  const wanted = keyOf(credentials);
  // Of two processes that start with the same key in their environment, the second one finds the account of the first.
  await transaction.accounts.lockCredentials(account.providerId);
  for (const other of await transaction.accounts.list({
    workspaceId: account.workspaceId,
    providerId: account.providerId,
  })) {
    if (other.id === account.id || other.baseUrl !== account.baseUrl) {
      continue;
    }
    if (keyOf(openedCredentials(vault, other)) !== wanted) {
      continue;
    }
    throw new RequestError('state_conflict', `These credentials already belong to the account ${other.id}.`, {
      errors: [{ pointer: '/credentials', code: 'not_unique', detail: `Change ${other.id} instead.` }],
    });
  }
}

/** null for credentials that this server cannot open any more; they are equal to none. */
function openedCredentials(vault: Vault, account: AccountRow): Readonly<Record<string, string>> | null {
  try {
    return accessAccount(vault, account).credentials;
  } catch (error) {
    if (error instanceof ProviderCallError) {
      return null;
    }
    throw error;
  }
}
