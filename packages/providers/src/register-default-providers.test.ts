import { describe, expect, it } from 'vitest';
import { providerManifestSchema } from '@pixsim7/contracts';
import type { AdapterDependencies } from './contract/adapter.ts';
import { ProviderRegistry } from './contract/registry.ts';
import { registerDefaultProviders } from './register-default-providers.ts';

const dependencies: AdapterDependencies = {
  fetch: () => Promise.reject(new Error('no call is expected')),
  createUuid: () => 'uuid',
};

describe('registerDefaultProviders', () => {
  it('registers each provider under the id of its manifest', () => {
    const registry = registerDefaultProviders(dependencies);
    expect(registry.ids()).toEqual(['pixverse', 'runway', 'pika']);
    for (const adapter of registry.list()) {
      expect(adapter.id).toBe(adapter.manifest.id);
      expect(() => providerManifestSchema.parse(adapter.manifest)).not.toThrow();
    }
  });

  it('fills a registry that it is given, and gives it back', () => {
    const registry = new ProviderRegistry();
    expect(registerDefaultProviders(dependencies, registry)).toBe(registry);
    expect(() => registerDefaultProviders(dependencies, registry)).toThrow('registered already');
  });
});
