import type { JobParameters, ModelManifest } from '@pixsim7/contracts';
import { checkParameters, findModel, priceByTariff, withoutUndefined } from '@pixsim7/providers/contract';
import type { InputSlot, JsonObject, MapParameters } from '@pixsim7/providers/contract';
import { lanternManifest } from './manifest.ts';

/** Checks parameters against the manifest and turns them into a priced request for Lantern. Runs in a browser. */
export const mapParameters: MapParameters<JsonObject> = (operation, params) => {
  const found = findModel(lanternManifest, operation, params);
  if (!found.ok) {
    return found;
  }
  const { model } = found;
  const { values, issues, warnings } = checkParameters(model, params);
  if (issues.length > 0) {
    return { ok: false, issues };
  }
  return {
    ok: true,
    mapped: {
      operation,
      model: model.model,
      slots: slotsOf(model, values),
      price: { credits: priceByTariff(model.tariff, values), unit: lanternManifest.credit_unit },
      warnings,
      durationKey: `${model.model} ${operation} ${values.quality} ${values.duration}s`,
      outputDurationS: values.duration ?? null,
      // The fields of the body, in Lantern's names.
      plan: withoutUndefined({
        text: values.prompt,
        seconds: values.duration,
        lines: values.quality === '720p' ? 720 : 360,
      }),
    },
  };
};

function slotsOf(model: ModelManifest, { image_url: source }: JobParameters): InputSlot[] {
  const [specification] = model.inputs;
  if (specification === undefined || source === undefined) {
    return [];
  }
  return [
    {
      name: 'first_frame',
      role: specification.role,
      position: 0,
      source,
      pointer: '/image_url',
      specification,
      referenceName: null,
      segmentPrompt: null,
      segmentDurationS: null,
    },
  ];
}
