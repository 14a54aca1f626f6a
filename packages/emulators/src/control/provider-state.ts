import type { AccountState, GenerationState, ProviderState } from './controlled-provider.ts';

/** The state of a provider, with the sums over its accounts. */
export function providerState(
  generations: readonly GenerationState[],
  accounts: readonly AccountState[],
): ProviderState {
  return {
    generations,
    accounts,
    credits_left: accounts.reduce((total, account) => total + account.credits_left, 0),
    max_running: Math.max(0, ...accounts.map((account) => account.max_running)),
  };
}

/** Enough of a key to tell accounts apart, and too little to use it. */
export function keySuffix(apiKey: string): string {
  return apiKey.slice(-4);
}
