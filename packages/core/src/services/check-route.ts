import {
  automaticProvider,
  isIdentifier,
  type CreateJobRequest,
  type ProblemField,
  type RequestedCandidate,
  type UserId,
} from '@pixsim7/contracts';
import type { InputSlot, MappedRequest, ProviderAdapter } from '@pixsim7/providers/contract';
import type { AssetRow, JobRoute, RouteCandidate } from '../model/index.ts';
import { checkInputFile } from '../rules/input-limits.ts';
import { unusableInput } from '../rules/usable-input.ts';
import { priceIssue } from './admission.ts';
import type { AssetService } from './asset-service.ts';
import type { CoreDependencies } from './dependencies.ts';
import { invalidParameters, RequestError } from './request-error.ts';

/** What one provider says to a request: what it would make of it, or why it refuses. */
interface CheckedCandidate {
  readonly adapter: ProviderAdapter;
  readonly requestedModel: string | null;
  readonly mapped: MappedRequest | null;
  readonly issues: readonly ProblemField[];
}

/** A request that at least one provider would take. */
export interface CheckedRoute {
  readonly requested: readonly RequestedCandidate[] | null;
  readonly candidates: readonly CheckedCandidate[];
}

export function isAutomatic(request: CreateJobRequest): boolean {
  return request.provider_id === automaticProvider;
}

/**
 * Maps and prices a request at every provider that may run it, without spending or fetching anything. Who refuses stays
 * in the list with its reasons.
 *
 * @throws RequestError when nobody takes it, with the reasons of all
 */
export async function checkRoute(
  dependencies: CoreDependencies,
  request: CreateJobRequest,
): Promise<CheckedRoute> {
  const { registry } = dependencies;
  const issues = formIssues(request, registry.ids());
  if (issues.length > 0) throw invalidParameters(issues);
  const requested = request.candidates ?? null;
  const named = requested ?? (await providersWithAccounts(dependencies)).map((id) => ({ provider_id: id }));
  const candidates = named.map(({ provider_id: id, model }: RequestedCandidate): CheckedCandidate => {
    const adapter = registry.get(id);
    const params = model === undefined ? request.params : { ...request.params, model };
    const requestedModel = model ?? null;
    const offersIt = adapter.manifest.operations.some(
      (operation) => operation.operation_type === request.operation_type,
    );
    if (!offersIt) return { adapter, requestedModel, mapped: null, issues: [notOffered(request)] };
    const mapping = adapter.mapParameters(request.operation_type, params);
    if (!mapping.ok) return { adapter, requestedModel, mapped: null, issues: mapping.issues };
    const tooDear = priceIssue(mapping.mapped.price.credits, request.max_credits);
    return tooDear === null
      ? { adapter, requestedModel, mapped: mapping.mapped, issues: [] }
      : { adapter, requestedModel, mapped: null, issues: [tooDear] };
  });
  return assertTaken({ requested, candidates });
}

/** What is wrong with the way in which the choice is described. */
function formIssues(request: CreateJobRequest, known: readonly string[]): ProblemField[] {
  const issues: ProblemField[] = [];
  if (request.account_id !== undefined) {
    issues.push({
      pointer: '/account_id',
      code: 'not_allowed',
      detail: 'An account belongs to one provider; name that provider, or leave the account out.',
    });
  }
  (request.candidates ?? []).forEach(({ provider_id: id }, index, all) => {
    const pointer = `/candidates/${index}/provider_id`;
    if (!known.includes(id)) {
      issues.push({ pointer, code: 'not_allowed', detail: `There is no provider ${id}.`, allowed: known });
    } else if (all.findIndex((other) => other.provider_id === id) < index) {
      issues.push({ pointer, code: 'not_unique', detail: `${id} stands in the list already.` });
    }
  });
  return issues;
}

/** Providers with an account that is switched on and not refused; all of them while there is no such account at all. */
async function providersWithAccounts({ database, registry }: CoreDependencies): Promise<string[]> {
  const accounts = await database.transaction((transaction) => transaction.accounts.list({}));
  const usable = accounts.filter(({ enabled, status }) => enabled && status !== 'disabled');
  const withAccounts = registry.ids().filter((id) => usable.some(({ providerId }) => providerId === id));
  return withAccounts.length > 0 ? withAccounts : registry.ids();
}

function notOffered(request: CreateJobRequest): ProblemField {
  return {
    pointer: '/operation_type',
    code: 'not_allowed',
    detail: `It does not offer ${request.operation_type}.`,
  };
}

/** @throws RequestError with the reasons of every provider, each under its name */
function assertTaken(route: CheckedRoute): CheckedRoute {
  if (route.candidates.some(({ mapped }) => mapped !== null)) return route;
  const errors = route.candidates.flatMap(({ adapter, issues }) =>
    issues.map((issue) => ({ ...issue, detail: `${adapter.id}: ${issue.detail}` })),
  );
  // Whoever can make it at all is too dear: then the bound is what has to change.
  const [first] = errors.filter(({ pointer }) => pointer === '/max_credits');
  if (first !== undefined) {
    const isPriced = errors.some(({ pointer, code }) => pointer === '/max_credits' && code === 'too_small');
    throw new RequestError(
      isPriced ? 'max_credits_exceeded' : 'price_unknown',
      'No provider that could make this stays within max_credits.',
      { errors },
    );
  }
  throw invalidParameters(errors);
}

/** The places that files have to fill, over all providers: one for each parameter, whoever reads it. */
export function slotsOf({ candidates }: CheckedRoute): InputSlot[] {
  const byPointer = new Map<string, InputSlot>();
  for (const slot of candidates.flatMap(({ mapped }) => mapped?.slots ?? [])) {
    const known = byPointer.get(slot.pointer);
    if (known === undefined || roomOf(slot) > roomOf(known)) byPointer.set(slot.pointer, slot);
  }
  return [...byPointer.values()];
}

/** The provider that takes the largest file decides what is fetched; the others check it afterwards. */
function roomOf({ specification }: InputSlot): number {
  return specification.max_bytes ?? Infinity;
}

/**
 * Leaves out the providers that cannot use one of the files.
 *
 * @throws RequestError when nobody is left
 */
export function checkRouteFiles(route: CheckedRoute, files: ReadonlyMap<string, AssetRow>): CheckedRoute {
  const candidates = route.candidates.map((candidate): CheckedCandidate => {
    const issues = (candidate.mapped?.slots ?? []).flatMap((slot) => {
      const asset = files.get(slot.pointer);
      return asset === undefined ? [] : checkInputFile(slot, asset);
    });
    return issues.length === 0 ? candidate : { ...candidate, mapped: null, issues };
  });
  return assertTaken({ ...route, candidates });
}

/** The assets that a request names by id, each checked against every provider. @throws RequestError */
export async function checkNamedFiles(
  { database }: CoreDependencies,
  ownerId: UserId,
  route: CheckedRoute,
): Promise<{ readonly route: CheckedRoute; readonly files: Map<string, AssetRow> }> {
  const files = new Map<string, AssetRow>();
  const unusables: ProblemField[] = [];
  for (const { pointer, source } of slotsOf(route)) {
    if (!isIdentifier('asset', source)) continue;
    const asset = await database.transaction((transaction) => transaction.assets.get(source));
    const unusable = unusableInput(source, asset, ownerId);
    if (unusable !== null) unusables.push({ pointer: `/params${pointer}`, ...unusable });
    else if (asset !== null) files.set(pointer, asset);
  }
  if (unusables.length > 0) throw invalidParameters(unusables);
  return { route: checkRouteFiles(route, files), files };
}

/** Makes every input an asset, once for all providers. @throws RequestError */
export async function fillRoute(
  dependencies: CoreDependencies,
  assets: AssetService,
  ownerId: UserId,
  checked: CheckedRoute,
): Promise<{ readonly route: CheckedRoute; readonly files: ReadonlyMap<string, AssetRow> }> {
  const { route, files } = await checkNamedFiles(dependencies, ownerId, checked);
  for (const slot of slotsOf(route)) {
    if (files.has(slot.pointer)) continue;
    const pointer = `/params${slot.pointer}`;
    files.set(slot.pointer, await assets.importSource(ownerId, slot.source, pointer, slot.specification));
  }
  return { route: checkRouteFiles(route, files), files };
}

/** The route as a job stores it, before anything was chosen. */
export function openRoute({ requested, candidates }: CheckedRoute): JobRoute {
  return {
    requested,
    candidates: candidates.map(({ adapter, requestedModel, mapped, issues }): RouteCandidate => {
      const common = {
        providerId: adapter.id,
        requestedModel,
        unit: adapter.manifest.credit_unit,
        restsUntil: null,
      };
      if (mapped === null) {
        const reason = issues.map(({ pointer, detail }) => `${pointer}: ${detail}`).join(' ');
        return { ...common, state: 'refused', reason, offer: null };
      }
      const { credits } = mapped.price;
      const value = adapter.manifest.credit_value_usd ?? null;
      const costUsd = credits === null || value === null ? null : toMicroUsd(credits * value);
      return {
        ...common,
        state: 'possible',
        reason: 'Not asked yet.',
        offer: { model: mapped.model, credits, costUsd },
      };
    }),
  };
}

/** Without the dust of binary fractions: 35 credits of 0.01 USD are 0.35, not 0.35000000000000003. */
function toMicroUsd(amount: number): number {
  return Math.round(amount * 1_000_000) / 1_000_000;
}
