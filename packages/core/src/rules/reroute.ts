import type { ProviderCallErrorRecord } from '@pixsim7/providers/contract';
import type { Instant, JobRoute } from '../model/index.ts';
import { changeCandidate, openCandidates } from './choose-route.ts';
import type { RejectionDecision } from './outcomes.ts';

/**
 * The meaning of a certain rejection for a job that may run elsewhere. Only a reason that lies in the provider or in its
 * accounts sends it on, and a refused file: its limits are the provider's own. A refused value and a failed safety check lie
 * in the job itself: to ask one provider after the other until one lets it pass would be a way around the checks, so they
 * end it as they end any job.
 *
 * It ends: a provider that said no for good leaves the list, and the number of rejections is bounded (`maxRejections`).
 *
 * @param decision what the rejection would mean if there were no other provider
 */
export function rerouteAfterRejection(
  route: JobRoute,
  providerId: string,
  error: ProviderCallErrorRecord,
  decision: RejectionDecision,
  now: Instant,
): { readonly route: JobRoute; readonly decision: RejectionDecision } {
  const reason = error.message;
  const elsewhere = openCandidates(route).some((candidate) => candidate.providerId !== providerId);
  switch (error.retry) {
    case 'never':
      return {
        route: changeCandidate(route, providerId, {
          state: decision.kind === 'fail' ? 'rejected' : 'possible',
          reason,
        }),
        decision,
      };
    case 'other_provider':
      return {
        route: changeCandidate(route, providerId, { state: 'rejected', reason }),
        decision: elsewhere ? { kind: 'wait', until: now } : decision,
      };
    case 'other_account':
      // As many of its accounts refused as may be asked: this provider is through, the next one is asked.
      return decision.kind === 'fail'
        ? {
            route: changeCandidate(route, providerId, { state: 'rejected', reason }),
            decision: elsewhere ? { kind: 'wait', until: now } : decision,
          }
        : { route: changeCandidate(route, providerId, { state: 'possible', reason }), decision };
    case 'later': {
      if (decision.kind === 'fail') {
        return { route: changeCandidate(route, providerId, { state: 'rejected', reason }), decision };
      }
      const rests = { state: 'possible', reason, restsUntil: decision.until } as const;
      return {
        route: changeCandidate(route, providerId, rests),
        decision: elsewhere ? { kind: 'wait', until: now } : decision,
      };
    }
  }
}
