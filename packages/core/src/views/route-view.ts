import { automaticProvider } from '@pixsim7/contracts';
import type { Route } from '@pixsim7/contracts';
import { toTimestamp } from '../model/index.ts';
import type { Instant, JobRoute } from '../model/index.ts';

/** A route as the API shows it: every provider with its price, its state and the reason. null: there was no choice. */
export function viewRoute(route: JobRoute, now: Instant): Route | null {
  if (route.isNamed === true) {
    return null;
  }
  return {
    requested: automaticProvider,
    candidates: route.candidates.map(({ providerId, offer, unit, state, reason, restsUntil }) => ({
      provider_id: providerId,
      model: offer?.model ?? null,
      credits: offer?.credits ?? null,
      unit,
      cost_usd: offer?.costUsd ?? null,
      state,
      reason,
      ...(restsUntil === null || restsUntil <= now ? {} : { until: toTimestamp(restsUntil) }),
    })),
  };
}
