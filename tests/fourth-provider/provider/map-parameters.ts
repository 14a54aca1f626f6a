import {
  checkParameters,
  findModel,
  inputSlots,
  priceByTariff,
  withoutUndefined,
} from '@pixsim7/providers/contract';
import type { JsonObject, MapParameters } from '@pixsim7/providers/contract';
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
      slots: inputSlots(operation, model, values),
      price: { ...priceByTariff(model.tariff, values), unit: lanternManifest.credit_unit },
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
