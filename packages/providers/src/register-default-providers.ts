import type { AdapterDependencies } from './contract/adapter.ts';
import { ProviderRegistry } from './contract/registry.ts';
import { createPikaAdapter } from './pika/index.ts';
import { createPixverseAdapter } from './pixverse/index.ts';
import { createRunwayAdapter } from './runway/index.ts';

/**
 * Fills a registry with the providers that ship with PixSim7. A new provider is one line here.
 *
 * @example
 * const registry = registerDefaultProviders({ fetch, createUuid: () => crypto.randomUUID() });
 * registry.get('pixverse').manifest.operations;
 * @throws Error when the registry has one of them already
 */
export function registerDefaultProviders(
  dependencies: AdapterDependencies,
  registry: ProviderRegistry = new ProviderRegistry(),
): ProviderRegistry {
  return registry
    .register(createPixverseAdapter(dependencies))
    .register(createRunwayAdapter(dependencies))
    .register(createPikaAdapter(dependencies));
}
