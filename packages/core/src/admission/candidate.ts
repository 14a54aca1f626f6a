import type { JobParameters, OperationType, ProblemField, ProviderManifest } from '@pixsim7/contracts';
import { priceWithFiles } from '@pixsim7/providers/contract';
import type { MappedRequest, Price, ProviderAdapter } from '@pixsim7/providers/contract';
import { costInUsd } from '../rules/cost.ts';
import type { InputFacts } from '../rules/image-conversion.ts';
import { checkInputFile } from '../rules/input-limits.ts';

/** The answer of one provider to a request: its mapping, or why it refuses. */
export interface Candidate {
  readonly adapter: ProviderAdapter;
  /** The model that was asked for at this provider; null: the one of the parameters, or its default. */
  readonly requestedModel: string | null;
  /** null: it refuses. */
  readonly mapped: MappedRequest | null;
  /** Why it refuses; empty while it does not. */
  readonly issues: readonly ProblemField[];
}

/** The same question for every provider. */
export interface Demand extends PriceBounds {
  readonly operation: OperationType;
  readonly params: JobParameters;
}

/** The price that a job may have. null: any. */
export interface PriceBounds {
  /** In the provider's own credits. */
  readonly maxCredits: number | null;
  readonly maxCostUsd: number | null;
}

/** Maps and prices a request at one provider. Spends, fetches and reads nothing. */
export function askProvider(
  adapter: ProviderAdapter,
  requestedModel: string | null,
  demand: Demand,
): Candidate {
  const { operation, params } = demand;
  const own = requestedModel === null ? params : { ...params, model: requestedModel };
  const mapping = adapter.mapParameters(operation, own);
  if (!mapping.ok) {
    return { adapter, requestedModel, mapped: null, issues: mapping.issues };
  }
  const { mapped } = mapping;
  const issues = priceIssues(mapped.price, adapter.manifest, demand);
  return { adapter, requestedModel, mapped: issues.length === 0 ? mapped : null, issues };
}

/**
 * The same after a look at the files: a provider that cannot use one of them refuses, what is changed in one before it is
 * sent becomes a warning, and a price by their length becomes known. A place whose file is not known is not judged.
 *
 * @param files by the pointer of their parameter
 */
export function showFiles(
  candidate: Candidate,
  files: ReadonlyMap<string, InputFacts>,
  bounds: PriceBounds,
): Candidate {
  const { adapter, mapped } = candidate;
  if (mapped === null) {
    return candidate;
  }
  const checks = mapped.slots.flatMap((slot) => {
    const file = files.get(slot.pointer);
    return file === undefined ? [] : [checkInputFile(slot, file, adapter.id)];
  });
  const price = priceWithFiles(mapped.price, mapped.slots, ({ pointer }) => files.get(pointer)?.durationS);
  const issues = [
    ...checks.flatMap((check) => check.issues),
    ...priceIssues(price, adapter.manifest, bounds),
  ];
  if (issues.length > 0) {
    return { ...candidate, mapped: null, issues };
  }
  const warnings = [...mapped.warnings, ...checks.flatMap((check) => check.warnings)];
  return { ...candidate, mapped: { ...mapped, price, warnings } };
}

/** In one line, for people. */
export function reasonOf({ issues }: Candidate): string {
  return issues.map(({ pointer, detail }) => `${pointer}: ${detail}`).join(' ');
}

function priceIssues(
  { credits, perInputSecond }: Price,
  { credit_unit: unit, credit_value_usd: value = null }: ProviderManifest,
  { maxCredits, maxCostUsd }: PriceBounds,
): ProblemField[] {
  // A price by the length of files is judged when they are known.
  if (perInputSecond !== undefined) {
    return [];
  }
  return [
    ...boundIssues('/max_credits', credits, maxCredits, unit),
    ...boundIssues('/max_cost_usd', costInUsd(credits, value), maxCostUsd, 'USD'),
  ];
}

function boundIssues(
  pointer: string,
  price: number | null,
  bound: number | null,
  unit: string,
): ProblemField[] {
  if (bound === null || (price !== null && price <= bound)) {
    return [];
  }
  return price === null
    ? [
        {
          pointer,
          code: 'price_unknown',
          detail: 'The price is unknown; leave out the bound to run the job.',
        },
      ]
    : [{ pointer, code: 'too_small', detail: `The price is ${price} ${unit}.`, allowed: { minimum: price } }];
}
