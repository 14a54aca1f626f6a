import type { Account, List } from '@pixsim7/contracts';
import { accessAccount } from '@pixsim7/core';
import type { Logger, Vault } from '@pixsim7/core';
import { openPostgresDatabase } from '@pixsim7/infra';
import type { PostgresLook } from '@pixsim7/infra';
import { ProviderCallError } from '@pixsim7/providers';
import type { AccountAccess, ProviderRegistry } from '@pixsim7/providers';
import type { EnvironmentAccount } from '../config/account-environment.ts';
import { ok, problem, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const name = 'account';

/** Asks the provider for the balance, which is free and needs the key. Writes nothing down. */
export async function checkKey(
  registry: ProviderRegistry,
  providerId: string,
  label: string,
  open: () => AccountAccess,
): Promise<Finding> {
  const who = `${providerId} "${label}"`;
  try {
    const adapter = registry.get(providerId);
    const access = open();
    if (adapter.balance === undefined) {
      return ok(name, `${who}: not tried, because its provider does not report balances.`);
    }
    const { amount, unit } = await adapter.balance(access);
    return amount > 0
      ? ok(name, `${who}: the key works, ${amount} ${unit}.`)
      : warning(name, `${who}: the key works, no ${unit} are left.`, 'Buy some; until then jobs wait.');
  } catch (error) {
    if (!(error instanceof ProviderCallError)) {
      throw error;
    }
    const isRefused = error.class === 'AuthenticationError';
    return isRefused
      ? problem(
          name,
          `${who}: ${error.message}`,
          'Enter its credentials again, or set SECRET_KEY to the key that encrypted them.',
        )
      : warning(name, `${who}: ${error.message}`, 'Try again later.');
  }
}

/** Accounts that the next start would take from the environment. */
export function checkEnvironmentAccounts(
  registry: ProviderRegistry,
  accounts: readonly EnvironmentAccount[],
): Promise<Finding[]> {
  return Promise.all(
    accounts.map(({ providerId, credentials, baseUrl }) =>
      checkKey(registry, providerId, 'From the environment', () => ({
        accountId: 'from-the-environment',
        credentials,
        baseUrl,
      })),
    ),
  );
}

/** Accounts in a PostgreSQL whose tables are up to date, so opening it changes nothing. */
export async function checkStoredAccounts(
  address: PostgresLook,
  parts: {
    readonly registry: ProviderRegistry;
    readonly vault: Vault;
    readonly logger: Logger;
    readonly now: () => number;
  },
): Promise<Finding[]> {
  const { registry, vault, logger, now } = parts;
  const database = await openPostgresDatabase({
    ...address,
    logger,
    now,
    poolSize: 1,
    applicationName: 'pixsim7-doctor',
  });
  try {
    const accounts = await database.transaction((transaction) => transaction.accounts.list({}));
    const enabled = accounts.filter((account) => account.enabled && registry.has(account.providerId));
    if (enabled.length === 0) {
      return [noAccount()];
    }
    return await Promise.all(
      enabled.map((account) =>
        checkKey(registry, account.providerId, account.label, () => accessAccount(vault, account)),
      ),
    );
  } finally {
    await database.close();
  }
}

/** Accounts of a running server: it is asked to read each balance, as it does by itself every ten minutes. */
export async function checkAccountsOfServer(
  url: string,
  apiKey: string,
  fetch: typeof globalThis.fetch,
): Promise<Finding[]> {
  const ask = async <Body>(path: string, method = 'GET'): Promise<Body | null> => {
    const reply = await fetch(`${url}/api/v1/accounts${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}` },
    });
    return reply.ok ? ((await reply.json()) as Body) : null;
  };
  const list = await ask<List<Account>>('');
  if (list === null) {
    return [
      warning(
        name,
        'The running server does not accept the API key in these settings.',
        'Set API_KEY or DATA_DIR to those of that server.',
      ),
    ];
  }
  const enabled = list.data.filter((account) => account.enabled);
  if (enabled.length === 0) {
    return [noAccount()];
  }
  const refreshed = await Promise.all(
    enabled.map(async (account) => (await ask<Account>(`/${account.id}/refresh`, 'POST')) ?? account),
  );
  return refreshed.map(judgeAccount);
}

function judgeAccount({ provider_id, label, status, reason, balance }: Account): Finding {
  const who = `${provider_id} "${label}"`;
  switch (status) {
    case 'active':
      return ok(
        name,
        `${who}: active${balance.amount === undefined ? '' : `, ${balance.amount} ${balance.unit}`}.`,
      );
    case 'cooldown':
      return ok(name, `${who}: pauses as the provider asked.`);
    case 'exhausted':
      return warning(name, `${who}: no credits are left.`, 'Buy some; until then jobs wait.');
    case 'disabled':
      return problem(name, `${who}: ${reason ?? 'refused by the provider'}`, 'Enter its credentials again.');
  }
}

function noAccount(): Finding {
  return warning(
    name,
    'There is no account in use.',
    'Add one with POST /api/v1/accounts, or use the sandbox.',
  );
}
