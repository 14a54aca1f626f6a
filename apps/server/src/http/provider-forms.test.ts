import { providerManifestSchema, type ProviderManifest } from '@pixsim7/contracts';
import { registerDefaultProviders } from '@pixsim7/providers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formParameters, priceByManifest } from './__tests__/form-parameters.ts';
import { openBench, type HttpBench } from './__tests__/http-bench.ts';

// A studio has the served manifest and the pure mapping, and nothing else: fields, choices and the price come from data.

const registry = registerDefaultProviders({
  fetch: () => Promise.reject(new Error('A form calls nobody.')),
  createUuid: () => 'uuid',
});
const files = { image: 'ast_image', video: 'ast_video' };

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
    if (model === undefined) throw new Error(`${operation} with ${name} is not served.`);
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
    expect(result).toMatchObject({ ok: true });
    if (!result.ok) return;
    expect(result.mapped.price).toEqual({
      credits: priceByManifest(model, params),
      unit: served.credit_unit,
    });
    // Every file field of the form has become a place for a file, of the kind that the manifest says.
    const roles = model.inputs.map(({ role }) => role);
    for (const slot of result.mapped.slots) expect(roles).toContain(slot.role);
    expect(result.mapped.slots.length > 0).toBe(model.inputs.length > 0);
  });

  it.each(models)('knows what $operation with $name cannot do without', ({ operation, name }) => {
    const model = modelOf(operation, name);
    const params = formParameters(model, files);
    for (const [parameter, { required, default: usual }] of Object.entries(model.parameters)) {
      const result = adapter.mapParameters(operation, { ...params, [parameter]: undefined });
      const isNeeded = required && usual === undefined;
      if (!isNeeded) continue;
      expect(result).toMatchObject({
        ok: false,
        issues: expect.arrayContaining([
          expect.objectContaining({ pointer: `/params/${parameter}`, code: 'required' }),
        ]),
      });
    }
  });

  it.each(models)('closes the lists of $operation with $name', ({ operation, name }) => {
    const model = modelOf(operation, name);
    const params = formParameters(model, files);
    for (const [parameter, { values }] of Object.entries(model.parameters)) {
      if (values === undefined) continue;
      const other = typeof values[0] === 'number' ? 9_999 : 'no-such-value';
      expect(adapter.mapParameters(operation, { ...params, [parameter]: other })).toMatchObject({
        ok: false,
        issues: expect.arrayContaining([
          expect.objectContaining({ pointer: `/params/${parameter}`, code: 'not_allowed' }),
        ]),
      });
    }
  });
});
