import { automaticProvider, didYouMean } from '@pixsim7/contracts';
import type { AccountId, CreateJobRequest, ProblemField, RequestedCandidate } from '@pixsim7/contracts';
import type { JobRoute, RouteCandidate } from '../model/index.ts';
import { invalidParameters, RequestError } from '../model/request-error.ts';
import { costInUsd } from '../rules/cost.ts';
import { askProvider, reasonOf } from './candidate.ts';
import type { Candidate, Demand, PriceBounds } from './candidate.ts';
import type { AdmissionParts } from './find-files.ts';

/** A request that at least one provider takes, as far as it was looked at. */
export interface CheckedRequest {
  /** The request named its provider: there is one candidate, and no other will be asked. */
  readonly isNamed: boolean;
  readonly requested: readonly RequestedCandidate[] | null;
  readonly pinnedAccountId: AccountId | null;
  readonly bounds: PriceBounds;
  /** In the order of the request. Who refuses stays in the list with its reasons. */
  readonly candidates: readonly Candidate[];
}

/**
 * Maps and prices a request at every provider that may run it, without spending or fetching anything.
 *
 * @throws RequestError when nobody takes it, with the reasons of all
 */
export async function checkRequest(
  parts: Pick<AdmissionParts, 'dependencies' | 'caller'>,
  request: CreateJobRequest,
): Promise<CheckedRequest> {
  const { registry } = parts.dependencies;
  const isNamed = request.provider_id !== automaticProvider;
  const misplaced = isNamed ? namedIssues(request, registry.ids()) : automaticIssues(request, registry.ids());
  if (misplaced.length > 0) {
    throw invalidParameters(misplaced);
  }
  const named = isNamed ? [{ provider_id: request.provider_id }] : request.candidates;
  const asked = named ?? (await providersWithAccounts(parts)).map((id) => ({ provider_id: id }));
  const bounds: PriceBounds = {
    maxCredits: request.max_credits ?? null,
    maxCostUsd: request.max_cost_usd ?? null,
  };
  const demand: Demand = { operation: request.operation_type, params: request.params, ...bounds };
  return assertTaken(
    {
      isNamed,
      requested: request.candidates ?? null,
      pinnedAccountId: request.account_id ?? null,
      bounds,
      candidates: asked.map(({ provider_id: id, model }: RequestedCandidate) =>
        askProvider(registry.get(id), model ?? null, demand),
      ),
    },
    await accountIssues(parts, request),
  );
}

/**
 * The request, unless nobody takes it or something is wrong that no provider could help.
 *
 * @param broken the problems at every provider
 * @throws RequestError with every reason; those of several providers each under its name
 */
export function assertTaken(request: CheckedRequest, broken: readonly ProblemField[] = []): CheckedRequest {
  const { candidates } = request;
  const isTaken = candidates.some(({ mapped }) => mapped !== null);
  if (isTaken && broken.length === 0) {
    return request;
  }
  const errors = [
    ...broken,
    ...(isTaken ? [] : candidates.flatMap((candidate) => issuesOf(candidate, candidates))),
  ];
  const overBound = errors.filter(({ pointer }) => boundPointers.includes(pointer));
  if (overBound.length === 0) {
    throw invalidParameters(errors);
  }
  // Every provider that can make it exceeds the bound, so the bound has to change.
  const isPriced = overBound.some(({ code }) => code === 'too_small');
  throw new RequestError(
    isPriced ? 'max_credits_exceeded' : 'price_unknown',
    overBound.length === 1 && overBound[0] !== undefined
      ? `${overBound[0].pointer.slice(1)}: ${overBound[0].detail}`
      : 'No provider can make this within the bound.',
    { errors },
  );
}

/** Of what a job may cost. */
const boundPointers: readonly string[] = ['/max_credits', '/max_cost_usd'];

function issuesOf({ adapter, issues }: Candidate, all: readonly Candidate[]): ProblemField[] {
  return issues.map((issue) =>
    all.length === 1 ? issue : { ...issue, detail: `${adapter.id}: ${issue.detail}` },
  );
}

/** The route as a job has it before anything was chosen. */
export function openRoute({ isNamed, requested, candidates }: CheckedRequest): JobRoute {
  return {
    ...(isNamed ? { isNamed } : {}),
    requested,
    candidates: candidates.map((candidate): RouteCandidate => {
      const { adapter, requestedModel, mapped } = candidate;
      const common = {
        providerId: adapter.id,
        requestedModel,
        unit: adapter.manifest.credit_unit,
        restsUntil: null,
      };
      if (mapped === null) {
        return { ...common, state: 'refused', reason: reasonOf(candidate), offer: null };
      }
      const { credits } = mapped.price;
      const costUsd = costInUsd(credits, adapter.manifest.credit_value_usd ?? null);
      return {
        ...common,
        state: 'possible',
        reason: 'Not asked yet.',
        offer: { model: mapped.model, credits, costUsd },
      };
    }),
  };
}

function namedIssues({ provider_id: id, candidates }: CreateJobRequest, known: string[]): ProblemField[] {
  return [
    ...(candidates === undefined
      ? []
      : [
          {
            pointer: '/candidates',
            code: 'not_allowed',
            detail: `Only with provider_id ${automaticProvider}; this request names ${id}.`,
          },
        ]),
    ...(known.includes(id) ? [] : [unknownProvider('/provider_id', id, [...known, automaticProvider])]),
  ];
}

function automaticIssues(
  { account_id: accountId, candidates = [] }: CreateJobRequest,
  known: string[],
): ProblemField[] {
  return [
    ...(accountId === undefined
      ? []
      : [
          {
            pointer: '/account_id',
            code: 'not_allowed',
            detail: 'An account belongs to one provider; name that provider, or leave the account out.',
          },
        ]),
    ...candidates.flatMap(({ provider_id: id }, index) => {
      const pointer = `/candidates/${index}/provider_id`;
      if (!known.includes(id)) {
        return [unknownProvider(pointer, id, known)];
      }
      return candidates.findIndex((other) => other.provider_id === id) < index
        ? [{ pointer, code: 'not_unique', detail: `${id} is already in the list.` }]
        : [];
    }),
  ];
}

function unknownProvider(pointer: string, id: string, allowed: readonly string[]): ProblemField {
  const detail = `Provider ${id} not found.${didYouMean(id, allowed)}`;
  return { pointer, code: 'not_allowed', detail, allowed };
}

async function accountIssues(
  { dependencies: { database }, caller }: Pick<AdmissionParts, 'dependencies' | 'caller'>,
  { account_id: id, provider_id: providerId }: CreateJobRequest,
): Promise<ProblemField[]> {
  if (id === undefined) {
    return [];
  }
  const account = await database.transaction((transaction) => transaction.accounts.get(id));
  const isOwn = account !== null && account.workspaceId === caller.workspaceId && account.deletedAt === null;
  if (isOwn && account.providerId === providerId) {
    return [];
  }
  return [{ pointer: '/account_id', code: 'not_found', detail: `Account ${id} of ${providerId} not found.` }];
}

/** Providers with an account that is switched on and not refused; all of them while there is no such account at all. */
async function providersWithAccounts({
  dependencies: { database, registry },
  caller: { workspaceId },
}: Pick<AdmissionParts, 'dependencies' | 'caller'>): Promise<string[]> {
  const accounts = await database.transaction((transaction) => transaction.accounts.list({ workspaceId }));
  const usable = accounts.filter(({ enabled, status }) => enabled && status !== 'disabled');
  const withAccounts = registry.ids().filter((id) => usable.some(({ providerId }) => providerId === id));
  return withAccounts.length > 0 ? withAccounts : registry.ids();
}
