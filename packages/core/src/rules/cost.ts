import type { ProviderRegistry } from '@pixsim7/providers/contract';

/**
 * The worth of credits in US dollars, to a millionth: 35 credits of 0.01 are 0.35, not 0.35000000000000003.
 *
 * @param value of one credit; null where the provider does not publish it
 */
export function costInUsd(credits: number | null, value: number | null): number | null {
  return credits === null || value === null ? null : Math.round(credits * value * 1_000_000) / 1_000_000;
}

/** The value of one credit of a provider in US dollars; null if it does not publish that, or is no longer known. */
export function creditValueOf(
  registry: Pick<ProviderRegistry, 'has' | 'get'>,
  providerId: string,
): number | null {
  return registry.has(providerId) ? (registry.get(providerId).manifest.credit_value_usd ?? null) : null;
}
