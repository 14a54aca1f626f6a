import type { JobParameters, ModelManifest, ProblemField, Warning } from '@pixsim7/contracts';
import { findModel } from '../contract/find-model.ts';
import { inputSlots } from '../contract/input-slots.ts';
import type { MapParameters, MappingResult } from '../contract/mapping.ts';
import { checkParameters } from '../contract/parameters.ts';
import { priceByTariff } from '../contract/tariff.ts';
import { runwayManifest } from './manifest.ts';
import { runwayModels, runwayOperations } from './models.ts';
import type { RunwayModel, RunwayOperation } from './models.ts';
import { planOf } from './request-fields.ts';
import type { RequestPlan } from './request-plan.ts';

/** Checks parameters against the manifest and turns them into a priced request for Runway. Runs in a browser. */
export const mapParameters: MapParameters<RequestPlan> = (operation, params) => {
  const found = findModel(runwayManifest, operation, params);
  if (!found.ok) {
    return found;
  }
  const modelName = runwayModels.find((candidate) => candidate === found.model.model);
  const offered = runwayOperations.find((candidate) => candidate === operation);
  if (modelName === undefined || offered === undefined) {
    throw new TypeError(`The manifest names ${found.model.model}, which has no facts.`);
  }
  return mapForModel(offered, found.model, modelName, params);
};

function mapForModel(
  operation: RunwayOperation,
  model: ModelManifest,
  modelName: RunwayModel,
  params: JobParameters,
): MappingResult<RequestPlan> {
  const check = checkParameters(model, params);
  const { values } = check;
  const issues = [...check.issues, ...promptUnitIssues(model, values), ...emptyPromptIssues(model, values)];
  if (issues.length > 0) {
    return { ok: false, issues };
  }

  const isExtend = operation === 'video_extend';
  const quality = values.quality === undefined ? '' : ` ${values.quality}`;
  return {
    ok: true,
    mapped: {
      operation,
      model: model.model,
      slots: inputSlots(operation, model, values),
      price: { ...priceByTariff(model.tariff, values), unit: runwayManifest.credit_unit },
      warnings: [...check.warnings, ...referenceWarnings(values), ...priceWarnings(model)],
      durationKey: `${model.model} ${operation}${quality} ${values.duration}s`,
      // The result of extend is as long as the source and the new part together.
      outputDurationS: isExtend ? null : (values.duration ?? null),
      plan: planOf(operation, modelName, values),
    },
  };
}

/**
 * Runway counts UTF-16 units, the generic check counts characters: an emoji is one of these and two of those. A
 * prompt that the generic check refuses already is not refused twice.
 */
function promptUnitIssues(model: ModelManifest, values: JobParameters): ProblemField[] {
  const longest = model.parameters.prompt?.max_length;
  const { prompt } = values;
  if (longest === undefined || typeof prompt !== 'string') {
    return [];
  }
  if (prompt.length <= longest || Array.from(prompt).length > longest) {
    return [];
  }
  return [
    {
      pointer: '/params/prompt',
      code: 'too_long',
      detail: `${prompt.length} UTF-16 units, which is what Runway counts; at most ${longest}.`,
      allowed: { max_length: longest },
    },
  ];
}

/** Runway refuses an empty prompt even when it may be left out. */
function emptyPromptIssues(model: ModelManifest, { prompt }: JobParameters): ProblemField[] {
  if (model.parameters.prompt?.required === true || prompt === undefined || prompt.trim() !== '') {
    return [];
  }
  return [{ pointer: '/params/prompt', code: 'required', detail: 'Leave it out, or say something.' }];
}

function referenceWarnings({ fusion_assets: assets }: JobParameters): Warning[] {
  if (assets === undefined) {
    return [];
  }
  return [
    {
      pointer: '/params/fusion_assets',
      code: 'not_used',
      detail: 'Runway takes no names for references: the prompt goes out as it is written.',
    },
  ];
}

function priceWarnings(model: ModelManifest): Warning[] {
  if (model.tariff !== null) {
    return [];
  }
  return [
    {
      code: 'price_unknown',
      detail: `Runway publishes no price of ${model.label} for this; it names the most it will charge when it takes the job.`,
    },
  ];
}
