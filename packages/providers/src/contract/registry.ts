import { automaticProvider } from '@pixsim7/contracts';
import type { ProviderAdapter } from './adapter.ts';

/** The provider asked for is not registered. */
export class UnknownProviderError extends Error {
  override readonly name = 'UnknownProviderError';
  readonly code = 'unknown_provider';
  readonly providerId: string;
  readonly known: readonly string[];

  constructor(providerId: string, known: readonly string[]) {
    super(`Provider ${providerId} not found. Known: ${known.join(', ') || 'none'}.`);
    this.providerId = providerId;
    this.known = known;
  }
}

/** The providers of this process, by id, in the order of their registration. */
export class ProviderRegistry {
  readonly #adapters = new Map<string, ProviderAdapter>();

  /** @throws Error when the id is taken: two adapters under one name would make the answer depend on order */
  register(adapter: ProviderAdapter): this {
    if (adapter.id === automaticProvider) {
      throw new Error(`No provider can be called ${adapter.id}.`);
    }
    if (this.#adapters.has(adapter.id)) {
      throw new Error(`Provider ${adapter.id} is registered already.`);
    }
    this.#adapters.set(adapter.id, adapter);
    return this;
  }

  /** @throws UnknownProviderError */
  get(id: string): ProviderAdapter {
    const adapter = this.#adapters.get(id);
    if (adapter === undefined) {
      throw new UnknownProviderError(id, this.ids());
    }
    return adapter;
  }

  has(id: string): boolean {
    return this.#adapters.has(id);
  }

  ids(): string[] {
    return [...this.#adapters.keys()];
  }

  list(): ProviderAdapter[] {
    return [...this.#adapters.values()];
  }
}
