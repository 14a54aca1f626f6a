import { accountStatuses } from '@pixsim7/contracts';
import type { AccountStatus, Health } from '@pixsim7/contracts';
import type { AccountState } from '@pixsim7/core';

type Check = Health['checks'][string];

/** The health of each provider, by the state of its accounts. Counts only: `/health` is open to everybody. */
export function providerChecks(
  providerIds: readonly string[],
  accounts: readonly AccountState[],
): Record<string, Check> {
  return Object.fromEntries(
    providerIds.map((id) => [id, checkOf(accounts.filter((account) => account.provider_id === id))]),
  );
}

function checkOf(accounts: readonly AccountState[]): Check {
  const enabled = accounts.filter((account) => account.enabled);
  if (enabled.length === 0) {
    return { status: 'not_configured', detail: 'No account in use.' };
  }
  const count = (status: AccountStatus): number =>
    enabled.filter((account) => account.status === status).length;
  const active = count('active');
  const reasons = accountStatuses.flatMap((status) =>
    status === 'active' || count(status) === 0 ? [] : [`${count(status)} ${whyNot[status]}`],
  );
  const detail = [`Usable accounts: ${active} of ${enabled.length}`, ...reasons].join('; ') + '.';
  if (active === 0) {
    return { status: 'down', detail };
  }
  return { status: active < enabled.length ? 'degraded' : 'ok', detail };
}

const whyNot: Readonly<Record<Exclude<AccountStatus, 'active'>, string>> = {
  exhausted: 'without credits',
  cooldown: 'in a pause that the provider asked for',
  disabled: 'whose key the provider refuses',
};
