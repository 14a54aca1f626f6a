import type { ModelManifest, OperationType, ProviderManifest } from '@pixsim7/contracts';

/** The model of an operation by its name; throws where it is not offered. */
export function modelOf(manifest: ProviderManifest, operation: OperationType, name: string): ModelManifest {
  const found = everyModelOf(manifest).find((entry) => entry.operation === operation && entry.name === name);
  if (found === undefined) {
    throw new Error(`${operation} is not offered with ${name}`);
  }
  return found.model;
}

/** Every model of every operation, as the rows of a table test. */
export function everyModelOf(
  manifest: ProviderManifest,
): { operation: OperationType; name: string; model: ModelManifest }[] {
  return manifest.operations.flatMap((offer) =>
    offer.models.map((model) => ({ operation: offer.operation_type, name: model.model, model })),
  );
}

/** The parameters and options whose default is outside their own values or bounds. */
export function defaultsOutsideBounds(model: ModelManifest): unknown[] {
  return [...Object.values(model.parameters), ...Object.values(model.provider_options)].filter(
    ({ default: value, values, minimum = -Infinity, maximum = Infinity }) =>
      value !== undefined &&
      ((values !== undefined && !values.includes(value)) ||
        Number(value) < minimum ||
        Number(value) > maximum),
  );
}
