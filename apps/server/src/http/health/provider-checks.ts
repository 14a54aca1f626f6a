import type { Account, Health } from '@pixsim7/contracts';

type Check = Health['checks'][string];

/** How each provider can be used, by the state of its accounts. Counts only: `/health` is open to everybody. */
export function providerChecks(
  providerIds: readonly string[],
  accounts: readonly Account[],
): Record<string, Check> {
  return Object.fromEntries(
    providerIds.map((id) => [id, checkOf(accounts.filter((account) => account.provider_id === id))]),
  );
}

function checkOf(accounts: readonly Account[]): Check {
  const enabled = accounts.filter((account) => account.enabled);
  if (enabled.length === 0) return { status: 'not_configured', detail: 'No account in use.' };
  const active = enabled.filter((account) => account.status === 'active').length;
  const detail = `${active} of ${enabled.length} accounts active.`;
  if (active === 0) return { status: 'down', detail };
  return { status: active < enabled.length ? 'degraded' : 'ok', detail };
}
