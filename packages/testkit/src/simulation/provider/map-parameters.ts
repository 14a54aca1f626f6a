import type { InputRole, JobParameters } from '@pixsim7/contracts';
import { checkParameters, priceByTariff } from '@pixsim7/providers/contract';
import type { InputSlot, MapParameters } from '@pixsim7/providers/contract';
import { simulatedModel, simulatedOperations } from './manifest.ts';

/** The mapping of the simulated provider: what its manifest says and no more. */
export const mapSimulatedParameters: MapParameters = (operationType, params) => {
  const model = simulatedOperations.find((operation) => operation.operation_type === operationType)
    ?.models[0];
  if (model === undefined) {
    throw new Error(`The simulated provider has no ${operationType}.`);
  }
  const { values, issues, warnings } = checkParameters(model, params);
  if (issues.length > 0) {
    return { ok: false, issues };
  }
  const slot = (role: InputRole, position: number, source: string, pointer: string): InputSlot => {
    const specification = model.inputs.find((candidate) => candidate.role === role);
    if (specification === undefined) {
      throw new Error(`The simulated ${operationType} has no ${role}.`);
    }
    return {
      name: `${role}/${position}`,
      role,
      position,
      source,
      pointer,
      specification,
      referenceName: values.fusion_assets?.[position]?.name ?? null,
      segmentPrompt: null,
      segmentDurationS: null,
    };
  };
  const price = priceByTariff(model.tariff, values);
  return {
    ok: true,
    mapped: {
      operation: operationType,
      model: simulatedModel,
      slots: sources(params).map(({ role, source, pointer }, position) =>
        slot(role, position, source, pointer),
      ),
      price: { ...price, unit: 'credits' },
      warnings,
      durationKey: `${simulatedModel} ${operationType} ${String(values.duration)}s`,
      outputDurationS: values.duration ?? null,
      plan: { price: price.credits ?? 0, prompt: values.prompt ?? '' },
    },
  };
};

function sources(params: JobParameters): { role: InputRole; source: string; pointer: string }[] {
  return [
    ...(params.image_url === undefined
      ? []
      : [{ role: 'first_frame' as const, source: params.image_url, pointer: '/image_url' }]),
    ...(params.video_url === undefined
      ? []
      : [{ role: 'source' as const, source: params.video_url, pointer: '/video_url' }]),
    ...(params.image_urls ?? []).map((source, index) => ({
      role: 'keyframe' as const,
      source,
      pointer: `/image_urls/${index}`,
    })),
    ...(params.fusion_assets ?? []).map(({ type, image_url: source }, index) => ({
      role: type,
      source,
      pointer: `/fusion_assets/${index}/image_url`,
    })),
  ];
}
