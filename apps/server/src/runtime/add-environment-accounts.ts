import { RequestError } from '@pixsim7/core';
import type { Caller, Core } from '@pixsim7/core';
import type { EnvironmentAccount } from '../config/account-environment.ts';

/** An account from the environment is made once; afterwards the database has it and the environment adds nothing. */
export async function addEnvironmentAccounts(
  core: Core,
  caller: Caller,
  accounts: readonly EnvironmentAccount[],
): Promise<void> {
  const existing = (await core.accounts.list(caller, {})).data;
  for (const account of accounts) {
    const label = 'From the environment';
    const present = existing.find(
      (entry) => entry.provider_id === account.providerId && entry.label === label,
    );
    if (present !== undefined) {
      continue;
    }
    try {
      await core.accounts.create(caller, {
        provider_id: account.providerId,
        label,
        credentials: { ...account.credentials },
        ...(account.baseUrl === null ? {} : { base_url: account.baseUrl }),
      });
    } catch (error) {
      // The same key was brought by the API, or by another process that starts at the same moment.
      if (!(error instanceof RequestError) || error.code !== 'state_conflict') {
        throw error;
      }
    }
  }
}
