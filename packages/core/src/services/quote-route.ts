import type { Quote } from '@pixsim7/contracts';
import type { JobRoute } from '../model/index.ts';
import { chooseRoute, forecastRoute, openCandidates, type AccountCandidate } from '../rules/index.ts';
import { viewRoute } from '../views/route-view.ts';
import { loadAccountPool } from './account-pool.ts';
import { quoteOf } from './admission.ts';
import { openRoute, type CheckedRoute } from './check-route.ts';
import type { CoreDependencies } from './dependencies.ts';

/**
 * The quote of a request that leaves the choice to the rules: the price of the provider that would get it, and how every
 * other one stands.
 */
export async function quoteRoute(
  { database, registry, system }: CoreDependencies,
  checked: CheckedRoute,
): Promise<Quote> {
  const route = openRoute(checked);
  const now = system.now();
  const pools = await database.transaction(async (transaction) => {
    const loaded = new Map<string, AccountCandidate[]>();
    for (const { providerId } of openCandidates(route)) {
      // A full account is still the one that will take it: a quote is about money, not about now.
      const pool = await loadAccountPool(transaction, registry.get(providerId));
      loaded.set(
        providerId,
        pool.map((candidate) => ({ ...candidate, usedSlots: 0 })),
      );
    }
    return loaded;
  });
  const decision = chooseRoute(route, pools, new Set(), now);
  const likely = decision.kind === 'take' ? decision.providerId : forecastRoute(route)?.providerId;
  const mapped = checked.candidates.find(({ adapter }) => adapter.id === likely)?.mapped ?? null;
  if (mapped === null) throw new Error('A checked route has a provider that takes the request.');
  const account =
    decision.kind === 'take'
      ? { id: decision.account.account.id, spendable: decision.account.spendable }
      : null;
  return { ...quoteOf(mapped, account), route: viewRoute(likelyFirst(decision.route, likely), now) };
}

function likelyFirst(route: JobRoute, likely: string | undefined): JobRoute {
  const rank = (providerId: string): number => (providerId === likely ? 0 : 1);
  return {
    ...route,
    candidates: route.candidates.toSorted((left, right) => rank(left.providerId) - rank(right.providerId)),
  };
}
