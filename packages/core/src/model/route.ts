import type { RequestedCandidate, RouteState } from '@pixsim7/contracts';
import type { Instant } from './instant.ts';

/** The model that a provider would run for a job, and its price. */
export interface RouteOffer {
  readonly model: string;
  /** In the provider's own credits; null: the price is not known. */
  readonly credits: number | null;
  /** The same in USD, the one measure that all providers share; null: not known. */
  readonly costUsd: number | null;
}

/** A provider that a job may run at, and how it stands. */
export interface RouteCandidate {
  readonly providerId: string;
  /** The model that was asked for at this provider; null: the one of the parameters, or its default. */
  readonly requestedModel: string | null;
  readonly state: RouteState;
  /** A sentence for people. */
  readonly reason: string;
  /** null: the provider cannot make this. */
  readonly offer: RouteOffer | null;
  readonly unit: string;
  /** Not asked again before, after a refusal that will pass. */
  readonly restsUntil: Instant | null;
}

/** The choice of a job's provider. Reasons are stored, so every choice and every wait can be explained. */
export interface JobRoute {
  /** The request named its one provider; such a route is not stored, see `rules/job-route.ts`. */
  readonly isNamed?: true;
  /** As the request named them; null: it named none. */
  readonly requested: readonly RequestedCandidate[] | null;
  /** In the order of the request. */
  readonly candidates: readonly RouteCandidate[];
}
