import { describe, expect, it } from 'vitest';
import type { ProviderAdapter } from './adapter.ts';
import { ProviderRegistry, UnknownProviderError } from './registry.ts';

/** The registry reads nothing of an adapter but its id. */
const adapter = (id: string) => ({ id }) as ProviderAdapter;

describe('ProviderRegistry', () => {
  it('gives back what was registered, in that order', () => {
    const [first, second] = [adapter('first'), adapter('second')];
    const registry = new ProviderRegistry().register(first).register(second);
    expect(registry.get('second')).toBe(second);
    expect(registry.ids()).toEqual(['first', 'second']);
    expect(registry.list()).toEqual([first, second]);
    expect(registry.has('first')).toBe(true);
    expect(registry.has('third')).toBe(false);
  });

  it('names the known providers when asked for another', () => {
    const registry = new ProviderRegistry().register(adapter('first'));
    expect(() => registry.get('third')).toThrow(UnknownProviderError);
    expect(() => registry.get('third')).toThrow('Provider third not found. Known: first.');
    expect(() => new ProviderRegistry().get('third')).toThrow('Known: none.');
  });

  it('refuses a second adapter under one name and keeps the first', () => {
    const first = adapter('same');
    const registry = new ProviderRegistry().register(first);
    expect(() => registry.register(adapter('same'))).toThrow('registered already');
    expect(registry.get('same')).toBe(first);
  });

  it('keeps the word that leaves the choice of a provider to the rules', () => {
    const registry = new ProviderRegistry();
    expect(() => registry.register(adapter('auto'))).toThrow('No provider can be called auto.');
    expect(registry.ids()).toEqual([]);
  });

  it('does not take a name of the language for a provider', () => {
    expect(() => new ProviderRegistry().get('constructor')).toThrow(UnknownProviderError);
  });
});
