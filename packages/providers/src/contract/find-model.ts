import type { JobParameters, ModelManifest, OperationType, ProviderManifest } from '@pixsim7/contracts';
import type { MappingResult } from './mapping.ts';

type Refused = Extract<MappingResult, { ok: false }>;

/**
 * The model that a request runs on: the one it names, or the default of the operation. The first thing that a mapping does;
 * what is not offered is refused with what is.
 */
export function findModel(
  manifest: ProviderManifest,
  operation: OperationType,
  params: JobParameters,
): { readonly ok: true; readonly model: ModelManifest } | Refused {
  const offer = manifest.operations.find((candidate) => candidate.operation_type === operation);
  if (offer === undefined) {
    return refuse({
      pointer: '/operation_type',
      code: 'not_supported',
      detail: `${manifest.name} does not offer ${operation as string} here.`,
      allowed: manifest.operations.map((candidate) => candidate.operation_type),
    });
  }
  const name = params.model ?? offer.default_model;
  const model = offer.models.find((candidate) => candidate.model === name);
  if (model === undefined) {
    return refuse({
      pointer: '/params/model',
      code: 'not_allowed',
      detail: `${manifest.name} does not offer ${operation} with ${name}.`,
      allowed: offer.models.map((candidate) => candidate.model),
    });
  }
  return { ok: true, model };
}

function refuse(issue: Refused['issues'][number]): Refused {
  return { ok: false, issues: [issue] };
}
