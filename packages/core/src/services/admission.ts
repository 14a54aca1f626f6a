import {
  automaticProvider,
  isIdentifier,
  type AccountId,
  type CreateJobRequest,
  type JobParameters,
  type ProblemField,
  type Quote,
  type UserId,
} from '@pixsim7/contracts';
import type { InputSlot, MappedRequest, ProviderAdapter } from '@pixsim7/providers/contract';
import type { AccountRow, AssetRow } from '../model/index.ts';
import { checkInputFile } from '../rules/input-limits.ts';
import { unusableInput } from '../rules/usable-input.ts';
import type { AssetService } from './asset-service.ts';
import type { CoreDependencies } from './dependencies.ts';
import { invalidParameters, RequestError } from './request-error.ts';

/** A request that would be accepted, but for the files that it names by URL. */
export interface CheckedRequest {
  readonly adapter: ProviderAdapter;
  readonly mapped: MappedRequest;
  readonly pinned: AccountRow | null;
}

/**
 * Checks and prices a request without spending or fetching anything. Jobs and quotes go through the same check, so a
 * quote refuses exactly what a job would.
 *
 * @throws RequestError
 */
export async function checkRequest(
  { database, registry }: CoreDependencies,
  request: CreateJobRequest,
): Promise<CheckedRequest> {
  if (request.candidates !== undefined) {
    throw invalidParameters([
      {
        pointer: '/candidates',
        code: 'not_allowed',
        detail: `Only with provider_id ${automaticProvider}; this request names ${request.provider_id}.`,
      },
    ]);
  }
  if (!registry.has(request.provider_id)) {
    throw invalidParameters([
      {
        pointer: '/provider_id',
        code: 'not_allowed',
        detail: `There is no provider ${request.provider_id}.`,
        allowed: [...registry.ids(), automaticProvider],
      },
    ]);
  }
  const adapter = registry.get(request.provider_id);
  const mapping = adapter.mapParameters(request.operation_type, request.params);
  if (!mapping.ok) throw invalidParameters(mapping.issues);
  const pinned =
    request.account_id === undefined ? null : await loadPinned(database, adapter, request.account_id);
  const { credits } = mapping.mapped.price;
  const issue = priceIssue(credits, request.max_credits);
  if (issue !== null) {
    throw credits === null
      ? new RequestError(
          'price_unknown',
          'The price of this is not in the tables, so max_credits cannot be kept.',
          { errors: [issue] },
        )
      : new RequestError(
          'max_credits_exceeded',
          `This costs ${credits}, max_credits is ${request.max_credits}.`,
          { errors: [issue] },
        );
  }
  return { adapter, mapped: mapping.mapped, pinned };
}

/** Why a price does not stay within a bound; null when it does, or when there is none. */
export function priceIssue(credits: number | null, maxCredits: number | undefined): ProblemField | null {
  if (maxCredits === undefined || (credits !== null && credits <= maxCredits)) return null;
  const pointer = '/max_credits';
  return credits === null
    ? { pointer, code: 'price_unknown', detail: 'Leave it out to run without a bound.' }
    : { pointer, code: 'too_small', detail: `Needs ${credits}.`, allowed: { minimum: credits } };
}

async function loadPinned(
  database: CoreDependencies['database'],
  adapter: ProviderAdapter,
  accountId: AccountId,
): Promise<AccountRow> {
  const account = await database.transaction((transaction) => transaction.accounts.get(accountId));
  if (account === null || account.deletedAt !== null || account.providerId !== adapter.id) {
    throw invalidParameters([
      {
        pointer: '/account_id',
        code: 'not_found',
        detail: `There is no ${adapter.id} account ${accountId}.`,
      },
    ]);
  }
  return account;
}

/** The asset that fills a slot. */
export interface FilledSlot {
  readonly slot: InputSlot;
  readonly asset: AssetRow;
}

/**
 * Finds the assets that a request names by id and checks them; sources that are URLs are left out.
 *
 * @throws RequestError when an asset is missing or does not fit
 */
export async function checkNamedInputs(
  { database }: CoreDependencies,
  ownerId: UserId,
  slots: readonly InputSlot[],
): Promise<FilledSlot[]> {
  const issues: ProblemField[] = [];
  const filled: FilledSlot[] = [];
  for (const slot of slots) {
    const assetId = slot.source;
    if (!isIdentifier('asset', assetId)) continue;
    const asset = await database.transaction((transaction) => transaction.assets.get(assetId));
    const unusable = unusableInput(assetId, asset, ownerId);
    if (unusable !== null) issues.push({ pointer: `/params${slot.pointer}`, ...unusable });
    else if (asset !== null) {
      issues.push(...checkInputFile(slot, asset));
      filled.push({ slot, asset });
    }
  }
  if (issues.length > 0) throw invalidParameters(issues);
  return filled;
}

/**
 * Makes every input an asset: what is a URL is fetched, what is a data URL is read. All files are checked before the
 * job exists.
 *
 * @throws RequestError with a pointer to the parameter that could not be used
 */
export async function fillSlots(
  dependencies: CoreDependencies,
  assets: AssetService,
  ownerId: UserId,
  slots: readonly InputSlot[],
): Promise<FilledSlot[]> {
  const named = new Map(
    (await checkNamedInputs(dependencies, ownerId, slots)).map((entry) => [entry.slot, entry]),
  );
  const filled: FilledSlot[] = [];
  for (const slot of slots) {
    const known = named.get(slot);
    if (known !== undefined) {
      filled.push(known);
      continue;
    }
    const pointer = `/params${slot.pointer}`;
    const asset = await assets.importSource(ownerId, slot.source, pointer, slot.specification);
    const issues = checkInputFile(slot, asset);
    if (issues.length > 0) throw invalidParameters(issues);
    filled.push({ slot, asset });
  }
  return filled;
}

/** The parameters with every media source replaced by the id of its asset. */
export function canonicalParameters(params: JobParameters, filled: readonly FilledSlot[]): JobParameters {
  const canonical = copyOf(params) as Record<string, unknown>;
  for (const { slot, asset } of filled) setByPointer(canonical, slot.pointer, asset.id);
  return canonical;
}

/** Copies objects and arrays, not strings: `structuredClone` would copy a data URL of 28 MB that is replaced anyway. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}

function setByPointer(target: Record<string, unknown>, pointer: string, value: string): void {
  const path = pointer.slice(1).split('/');
  const last = path.pop();
  let place: unknown = target;
  for (const name of path) place = (place as Record<string, unknown>)[name];
  if (last === undefined || typeof place !== 'object' || place === null) {
    throw new Error(`${pointer} does not lead to a media source.`);
  }
  (place as Record<string, unknown>)[last] = value;
}

/** A quote for a request that was checked. */
export function quoteOf(
  { price, warnings }: Pick<MappedRequest, 'price' | 'warnings'>,
  account: { id: AccountId; spendable: number | null } | null,
): Quote {
  const unknownPrice =
    price.credits === null
      ? [
          {
            code: 'price_unknown',
            detail: 'The provider publishes no price for this; it will be known afterwards.',
          },
        ]
      : [];
  return {
    credits: price.credits,
    unit: price.unit,
    ...(account === null ? {} : { account_id: account.id }),
    ...(account === null || account.spendable === null || price.credits === null
      ? {}
      : { spendable_after: account.spendable - price.credits }),
    warnings: [...warnings, ...unknownPrice],
  };
}
