import type { CreateJobRequest, Quote, Warning } from '@pixsim7/contracts';
import type { Price } from '@pixsim7/providers/contract';
import type { JobRoute } from '../model/index.ts';
import { loadAccountPool } from '../read/account-pool.ts';
import { costInUsd } from '../rules/cost.ts';
import { chooseRoute, forecastRoute, openCandidates } from '../rules/index.ts';
import type { AccountCandidate } from '../rules/index.ts';
import { viewRoute } from '../views/route-view.ts';
import { admit } from './admit.ts';
import type { Admitted } from './admit.ts';
import { openRoute } from './check-request.ts';
import type { AdmissionParts } from './find-files.ts';

const unknownPrice: Warning = {
  code: 'price_unknown',
  detail: 'The provider publishes no price for this; you will see it afterwards.',
};

const openPrice: Warning = {
  code: 'price_unknown',
  detail:
    'The price goes by the length of a file that a quote does not fetch. The job tells it before it spends.',
};

function whyUnpriced({ perInputSecond }: Price): Warning {
  return perInputSecond === undefined ? unknownPrice : openPrice;
}

/**
 * Prices a job of this request, and tells how every provider stands that could make it. Spends, fetches and writes
 * nothing.
 *
 * @throws RequestError exactly where the job would be refused, files behind URLs aside
 */
export function quoteRequest(parts: AdmissionParts, request: CreateJobRequest): Promise<Quote> {
  return admit(parts, request, false, (admitted) => quoteAdmitted(parts, admitted));
}

/** The price of the provider that would get it. */
async function quoteAdmitted(
  { dependencies, caller }: AdmissionParts,
  { request, unseen }: Admitted,
): Promise<Quote> {
  const { database, registry, system } = dependencies;
  const open = openRoute(request);
  const now = system.now();
  const pools = await database.transaction(async (transaction) => {
    const loaded = new Map<string, AccountCandidate[]>();
    for (const { providerId } of openCandidates(open)) {
      const pool = await loadAccountPool(transaction, registry.get(providerId), caller.workspaceId, now);
      // A full account is still the one that will take it: a quote is about money, not about now.
      loaded.set(
        providerId,
        pool.map((candidate) => ({ ...candidate, usedSlots: 0 })),
      );
    }
    return loaded;
  });
  const demand = { pinnedAccountId: request.pinnedAccountId, refusedBy: new Set<never>() };
  const decision = chooseRoute(open, pools, demand, now);
  const likely = decision.kind === 'take' ? decision.providerId : forecastRoute(open).providerId;
  const mapped = request.candidates.find(({ adapter }) => adapter.id === likely)?.mapped ?? null;
  if (mapped === null) {
    throw new Error('A provider that refuses the request was chosen.');
  }
  const { credits, unit } = mapped.price;
  const value = registry.get(likely).manifest.credit_value_usd ?? null;
  const route = viewRoute(likelyFirst(decision.route, likely), now);
  return {
    credits,
    unit,
    cost_usd: costInUsd(credits, value),
    ...(decision.kind === 'take' ? accountOf(decision.account, credits) : {}),
    warnings: [...mapped.warnings, ...unseen, ...(credits === null ? [whyUnpriced(mapped.price)] : [])],
    ...(route === null ? {} : { route }),
  };
}

function accountOf(
  { account, spendable }: AccountCandidate,
  credits: number | null,
): Pick<Quote, 'account_id' | 'spendable_after'> {
  return {
    account_id: account.id,
    ...(spendable === null || credits === null ? {} : { spendable_after: spendable - credits }),
  };
}

function likelyFirst(route: JobRoute, likely: string): JobRoute {
  const rank = (providerId: string): number => (providerId === likely ? 0 : 1);
  return {
    ...route,
    candidates: route.candidates.toSorted((left, right) => rank(left.providerId) - rank(right.providerId)),
  };
}
