import type { JobParameters, ModelManifest, Warning } from '@pixsim7/contracts';
import { findModel } from '../contract/find-model.ts';
import { inputSlots } from '../contract/input-slots.ts';
import type { MapParameters, MappingResult } from '../contract/mapping.ts';
import { checkParameters } from '../contract/parameters.ts';
import { totalDurationS } from '../contract/transition-segments.ts';
import { pikaManifest } from './manifest.ts';
import { modelsOf } from './models.ts';
import type { PikaModel } from './models.ts';
import { requestFields } from './request-fields.ts';
import type { RequestPlan } from './request-plan.ts';
import { priceOf } from './tariffs.ts';
import { checkTransitions, transitionsOf } from './transitions.ts';

/** Checks parameters against the manifest and turns them into a priced request for Pika. Runs in a browser. */
export const mapParameters: MapParameters<RequestPlan> = (operation, params) => {
  const found = findModel(pikaManifest, operation, params);
  if (!found.ok) {
    return found;
  }
  const model = modelsOf(operation).find((candidate) => candidate.model === found.model.model);
  if (model === undefined) {
    throw new TypeError(`The manifest names ${found.model.model}, which has no facts.`);
  }
  return mapForModel(model, found.model, params);
};

function mapForModel(
  model: PikaModel,
  manifest: ModelManifest,
  params: JobParameters,
): MappingResult<RequestPlan> {
  const check = checkParameters(manifest, params);
  const { values } = check;
  const special =
    model.operation === 'video_transition' ? checkTransitions(params, values) : { issues: [], warnings: [] };
  const issues = [...check.issues, ...special.issues];
  if (issues.length > 0) {
    return { ok: false, issues };
  }

  const transitions = transitionsOf(values);
  const outputDurationS =
    model.operation === 'video_transition' ? totalDurationS(transitions) : (values.duration ?? null);
  return {
    ok: true,
    mapped: {
      operation: model.operation,
      model: model.model,
      slots: inputSlots(
        model.operation,
        manifest,
        values,
        transitions.map(({ prompt, durationS }) => ({ prompt: prompt ?? values.prompt ?? null, durationS })),
      ),
      price: { ...priceOf(model, values), unit: pikaManifest.credit_unit },
      warnings: [...check.warnings, ...special.warnings, ...referenceWarnings(values)],
      durationKey: `${model.model} ${model.operation} ${values.quality} ${outputDurationS}s`,
      outputDurationS,
      plan: { model, fields: requestFields(model, values) },
    },
  };
}

/** The prompt of a fusion is sent as it was written; whoever cites a reference in it has to know that Pika does not. */
function referenceWarnings(values: JobParameters): Warning[] {
  const cited = (values.fusion_assets ?? [])
    .map((asset) => `@${asset.name}`)
    .filter((name) => values.prompt?.includes(name) === true);
  if (cited.length === 0) {
    return [];
  }
  return [
    {
      pointer: '/params/prompt',
      code: 'not_used',
      detail: `Pika does not know references by name: ${cited.join(', ')} is read as a plain word. Describe what they show.`,
    },
  ];
}
