import { describe, expect, it } from 'vitest';
import { operationTypes, providerManifestSchema } from '@pixsim7/contracts';
import type { JobParameters, ModelManifest, OperationType } from '@pixsim7/contracts';
import type { ProviderAdapter } from '@pixsim7/providers';
import type { ProviderUnderTest } from './provider-under-test.ts';

/** The manifest and the mapping, which need no network. */
export function describeManifest(provider: ProviderUnderTest): void {
  const adapter = provider.createAdapter({
    fetch: () => Promise.reject(new Error('The mapping must not call anybody.')),
    createUuid: () => {
      throw new Error('The mapping must not draw ids.');
    },
  });
  const models = adapter.manifest.operations.flatMap((offer) =>
    offer.models.map((model) => ({ operation: offer.operation_type, name: model.model, model })),
  );

  /** That there are some for each operation is a test of its own. */
  const minimalOf = (operation: OperationType): JobParameters => provider.minimalParameters[operation] ?? {};

  describe('manifest', () => {
    it('is what the schema says, and survives JSON', () => {
      expect(providerManifestSchema.parse(JSON.parse(JSON.stringify(adapter.manifest)))).toEqual(
        adapter.manifest,
      );
      expect(adapter.id).toBe(adapter.manifest.id);
    });

    it('has an implementation for what it promises', () => {
      expect(adapter.cancel === undefined).toBe(adapter.manifest.behaviour.cancel === 'none');
      expect(adapter.webhook !== undefined).toBe(adapter.manifest.behaviour.webhook);
    });

    it('runs no unlisted model unasked', () => {
      for (const { operation, name, model } of models) {
        if (model.lifecycle !== 'unlisted') {
          continue;
        }
        expect(adapter.mapParameters(operation, { ...minimalOf(operation), model: name }).ok).toBe(false);
      }
    });

    it('has a sample for each operation', () => {
      const sampled = new Set(provider.samples.map((sample) => sample.operation));
      expect([...sampled].sort()).toEqual(
        adapter.manifest.operations.map((offer) => offer.operation_type).sort(),
      );
    });

    it('has minimal parameters for each operation, and for no other', () => {
      expect(Object.keys(provider.minimalParameters).sort()).toEqual(
        adapter.manifest.operations.map((offer) => offer.operation_type).sort(),
      );
    });

    it('offers its default model', () => {
      for (const offer of adapter.manifest.operations) {
        expect(offer.models.map(({ model }) => model)).toContain(offer.default_model);
      }
    });
  });

  describe('mapping', () => {
    it.each(models)(
      '$operation with $name is valid and priced by its defaults',
      ({ operation, name, model }) => {
        const mapped = mapDefaults(adapter, operation, {
          ...minimalOf(operation),
          ...requiredOptionsOf(model),
          model: name,
        });
        expect(mapped.model).toBe(name);
        expect(mapped.price.unit).toBe(adapter.manifest.credit_unit);
        // A model without a tariff has no price; one with a tariff has one for its own defaults, or will
        // have it when the files are known.
        const { credits, perInputSecond } = mapped.price;
        expect(credits !== null || perInputSecond !== undefined).toBe(model.tariff !== null);
        expect(mapped.durationKey).toContain(name);
      },
    );

    it.each(models)(
      '$operation with $name takes every value that its manifest lists',
      ({ operation, name, model }) => {
        const refused = valuesOf(model).filter(([parameter, value]) => {
          const params = {
            ...minimalOf(operation),
            ...requiredOptionsOf(model),
            model: name,
            [parameter]: value,
          };
          const result = adapter.mapParameters(operation, params);
          // A rule between parameters may refuse a value for another one's sake, and then it says for which.
          return !result.ok && !isRuledOut(model, parameter, value);
        });
        expect(refused).toEqual([]);
      },
    );

    it.each(provider.samples)(
      '$name: is the same twice and leaves its input alone',
      ({ operation, params }) => {
        const before = structuredClone(params);
        const once = adapter.mapParameters(operation, deepFreeze(structuredClone(params)));
        expect(adapter.mapParameters(operation, params)).toEqual(once);
        expect(params).toEqual(before);
        expect(JSON.parse(JSON.stringify(once))).toEqual(once);
      },
    );

    it.each(provider.samples)('$name: has slots that point at their values', ({ operation, params }) => {
      const mapped = mapDefaults(adapter, operation, params);
      expect(new Set(mapped.slots.map((slot) => slot.name)).size).toBe(mapped.slots.length);
      expect(mapped.slots.map((slot) => slot.position)).toEqual(mapped.slots.map((_, index) => index));
      for (const slot of mapped.slots) {
        expect(valueAt(params, slot.pointer)).toBe(slot.source);
      }
    });

    it('addresses an unknown model, and names the known ones', () => {
      for (const offer of adapter.manifest.operations) {
        const params = { ...minimalOf(offer.operation_type), model: 'no-such-model' };
        expect(adapter.mapParameters(offer.operation_type, params)).toMatchObject({
          ok: false,
          issues: [
            {
              pointer: '/params/model',
              code: 'not_allowed',
              allowed: offer.models.map(({ model }) => model),
            },
          ],
        });
      }
    });

    const offered = new Set(adapter.manifest.operations.map((offer) => offer.operation_type));
    const missing = operationTypes.filter((operation) => !offered.has(operation));
    if (missing.length > 0) {
      it.each(missing)('addresses %s, which the provider does not offer', (operation) => {
        expect(adapter.mapParameters(operation, {})).toMatchObject({
          ok: false,
          issues: [{ pointer: '/operation_type', allowed: [...offered] }],
        });
      });
    }

    it('addresses an unknown operation', () => {
      expect(adapter.mapParameters('no_such_operation' as OperationType, {})).toMatchObject({
        ok: false,
        issues: [{ pointer: '/operation_type' }],
      });
    });
  });
}

function mapDefaults(adapter: ProviderAdapter, operation: OperationType, params: JobParameters) {
  const result = adapter.mapParameters(operation, params);
  if (!result.ok) {
    throw new Error(JSON.stringify(result.issues));
  }
  return result.mapped;
}

/** Options that a model does not run without, at the first value that its manifest lists for them. */
export function requiredOptionsOf(model: ModelManifest): JobParameters {
  const required = Object.entries(model.provider_options).flatMap(([name, { required, values }]) =>
    required && values !== undefined ? [[name, values[0]] as const] : [],
  );
  return required.length === 0 ? {} : { provider_options: Object.fromEntries(required) };
}

function valuesOf(model: ModelManifest): [string, unknown][] {
  return Object.entries(model.parameters).flatMap(([parameter, specification]) =>
    (specification.values ?? []).map((value): [string, unknown] => [parameter, value]),
  );
}

/** Whether a rule is about this value: as the condition, or as what a condition that holds by default leaves out. */
function isRuledOut(model: ModelManifest, parameter: string, value: unknown): boolean {
  return model.rules.some((rule) => {
    const condition = rule.when[parameter as keyof JobParameters];
    const allowed = rule.allow?.[parameter as keyof JobParameters];
    return (
      (Array.isArray(condition) && (condition as unknown[]).includes(value)) ||
      (allowed !== undefined && !(allowed as unknown[]).includes(value))
    );
  });
}

function valueAt(params: JobParameters, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], params);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
  }
  return Object.freeze(value);
}
