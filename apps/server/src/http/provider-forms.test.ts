import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerManifestSchema } from '@pixsim7/contracts';
import type { ProviderManifest } from '@pixsim7/contracts';
import { registerDefaultProviders } from '@pixsim7/providers';
import type { MappingResult } from '@pixsim7/providers';
import { formParameters, priceByManifest } from './__tests__/form-parameters.ts';
import { openBench } from './__tests__/http-bench.ts';
import type { HttpBench } from './__tests__/http-bench.ts';

// A studio has the served manifest and the pure mapping, and nothing else: fields, choices and the price come from data.

const registry = registerDefaultProviders({
  fetch: () => Promise.reject(new Error('A form calls nobody.')),
  createUuid: () => 'uuid',
});
const files = { image: 'ast_image', video: 'ast_video', audio: 'ast_audio', mask: 'ast_mask' };

describe.each(registry.ids())('the manifest that is served for %s', (id) => {
  const adapter = registry.get(id);
  let bench: HttpBench;
  let served: ProviderManifest;

  beforeAll(async () => {
    bench = await openBench();
    served = await bench.json('GET', `/api/v1/providers/${id}`);
  });
  afterAll(() => bench.close());

  /** Through the served document: what a model is called is known before, what it is is not. */
  function modelOf(operation: string, name: string) {
    const offer = served.operations.find((candidate) => candidate.operation_type === operation);
    const model = offer?.models.find((candidate) => candidate.model === name);
    if (model === undefined) {
      throw new Error(`${operation} with ${name} is not served.`);
    }
    return model;
  }

  const models = adapter.manifest.operations.flatMap((offer) =>
    offer.models.map(({ model }) => ({ operation: offer.operation_type, name: model })),
  );

  it('is the whole document', () => {
    expect(providerManifestSchema.parse(served)).toEqual(adapter.manifest);
    expect(models.length).toBeGreaterThan(0);
  });

  it.each(models)('makes a form of $operation with $name that is valid and priced', ({ operation, name }) => {
    const model = modelOf(operation, name);
    const params = formParameters(model, files);
    const result = adapter.mapParameters(operation, params);
    expect(result).toMatchObject({
      ok: true,
      mapped: { price: { credits: priceByManifest(model, params), unit: served.credit_unit } },
    });
    // Every file field of the form has become a place for a file, of a kind that the manifest names.
    const roles = model.inputs.map(({ role }) => role);
    const slots = result.ok ? result.mapped.slots : [];
    expect(slots.filter(({ role }) => !roles.includes(role))).toEqual([]);
    expect(slots.length > 0).toBe(roles.length > 0);
  });

  it.each(models)('knows what $operation with $name cannot do without', ({ operation, name }) => {
    const model = modelOf(operation, name);
    const params = formParameters(model, files);
    const needed = Object.entries(model.parameters)
      .filter(([, { required, default: usual }]) => required && usual === undefined)
      .map(([name]) => name);
    const missed = needed.filter((parameter) => {
      const result = adapter.mapParameters(operation, { ...params, [parameter]: undefined });
      return !addresses(result, `/params/${parameter}`, 'required');
    });
    expect(missed).toEqual([]);
  });

  it.each(models)('closes the lists of $operation with $name', ({ operation, name }) => {
    const model = modelOf(operation, name);
    const params = formParameters(model, files);
    const open = Object.entries(model.parameters).filter(([parameter, { values }]) => {
      if (values === undefined) {
        return false;
      }
      const other = typeof values[0] === 'number' ? 9_999 : 'no-such-value';
      const result = adapter.mapParameters(operation, { ...params, [parameter]: other });
      return !addresses(result, `/params/${parameter}`, 'not_allowed');
    });
    expect(open.map(([parameter]) => parameter)).toEqual([]);
  });
});

function addresses(result: MappingResult, pointer: string, code: string): boolean {
  return !result.ok && result.issues.some((issue) => issue.pointer === pointer && issue.code === code);
}
