import type { JobParameters, ModelManifest, ProblemField, Warning } from '@pixsim7/contracts';
import { findModel } from '../contract/find-model.ts';
import { inputSlots } from '../contract/input-slots.ts';
import type { MapParameters, MappingResult, Price } from '../contract/mapping.ts';
import { checkParameters } from '../contract/parameters.ts';
import { priceByTariff } from '../contract/tariff.ts';
import { totalDurationS } from '../contract/transition-segments.ts';
import type { Feature } from './features/feature.ts';
import { featureOf } from './features/index.ts';
import { checkReferences } from './fusion-references.ts';
import { pixverseManifest } from './manifest.ts';
import { modelOperations, pixverseModels } from './models.ts';
import type { ModelOperation, PixverseModel } from './models.ts';
import { checkOptions, normaliseTemplateId, unpricedBecause } from './option-rules.ts';
import { generationFields, multiTransitionFields } from './request-fields.ts';
import type { RequestPlan } from './request-plan.ts';
import { checkSegments, foldSingleSegment, segmentsOf } from './transition-segments.ts';

/** Checks parameters against the manifest and turns them into a priced request for PixVerse. Runs in a browser. */
export const mapParameters: MapParameters<RequestPlan> = (operation, params) => {
  const found = findModel(pixverseManifest, operation, params);
  if (!found.ok) {
    return found;
  }
  const feature = featureOf(operation);
  if (feature !== null) {
    return mapFeature(feature, found.model, params);
  }
  const modelName = pixverseModels.find((candidate) => candidate === found.model.model);
  const modelOperation = modelOperations.find((candidate) => candidate === operation);
  if (modelName === undefined || modelOperation === undefined) {
    throw new TypeError(`The manifest names ${found.model.model}, which has no facts.`);
  }
  return mapForModel(modelOperation, found.model, modelName, params);
};

function mapFeature(
  { operation, path, check, fields }: Feature,
  model: ModelManifest,
  params: JobParameters,
): MappingResult<RequestPlan> {
  const { values, issues, warnings } = checkParameters(model, params);
  const all = [...issues, ...(issues.length === 0 ? (check?.(values) ?? []) : [])];
  if (all.length > 0) {
    return { ok: false, issues: all };
  }
  return {
    ok: true,
    mapped: {
      operation,
      model: model.model,
      slots: inputSlots(operation, model, values),
      price: { ...priceByTariff(model.tariff, values), unit: pixverseManifest.credit_unit },
      warnings: [...warnings, ...(model.tariff === null ? [unpublishedPrice] : [])],
      durationKey: [operation, values.quality].filter((part) => part !== undefined).join(' '),
      outputDurationS: null,
      plan: { path, fields: fields(values) },
    },
  };
}

const unpublishedPrice: Warning = {
  code: 'price_unknown',
  detail: 'PixVerse publishes no price for this. Where its answer names the charge, the job shows it.',
};

function mapForModel(
  operation: ModelOperation,
  model: ModelManifest,
  modelName: PixverseModel,
  params: JobParameters,
): MappingResult<RequestPlan> {
  const isTransition = operation === 'video_transition';
  const folded = isTransition ? foldSingleSegment(params) : { params, pointers: new Map<string, string>() };
  const check = checkParameters(model, normaliseTemplateId(folded.params));
  const { values } = check;
  const special = checkOperation(operation, model, params, values);
  const issues = withoutRepeats([...check.issues, ...special.issues, ...checkOptions(modelName, values)]).map(
    (issue) => ({ ...issue, pointer: folded.pointers.get(issue.pointer) ?? issue.pointer }),
  );
  if (issues.length > 0) {
    return { ok: false, issues };
  }

  const { price, warning } = priceOf(model, values);
  const outputDurationS = outputDurationOf(operation, values);
  return {
    ok: true,
    mapped: {
      operation,
      model: model.model,
      slots: inputSlots(operation, model, values, segmentsOf(values)),
      price,
      warnings: [...check.warnings, ...special.warnings, ...(warning === null ? [] : [warning])],
      durationKey: `${model.model} ${operation} ${values.quality} ${outputDurationS ?? values.duration}s`,
      outputDurationS,
      plan: planOf(operation, values),
    },
  };
}

interface OperationCheck {
  readonly issues: readonly ProblemField[];
  readonly warnings: readonly Warning[];
}

/** The rules of one operation that data cannot say. */
function checkOperation(
  operation: ModelOperation,
  model: ModelManifest,
  params: JobParameters,
  values: JobParameters,
): OperationCheck {
  switch (operation) {
    case 'text_to_video':
    case 'image_to_video':
    case 'video_extend':
      return { issues: [], warnings: [] };
    case 'video_transition': {
      const segments = checkSegments(model, params, values);
      return { ...segments, issues: [...segments.issues, ...multiTransitionIssues(values)] };
    }
    case 'fusion':
      return values.fusion_assets === undefined || values.prompt === undefined
        ? { issues: [], warnings: [] }
        : checkReferences(values.fusion_assets, values.prompt);
  }
}

function isMultiTransition(values: JobParameters): boolean {
  return (values.image_urls?.length ?? 0) > 2;
}

/** The multi-transition has few fields of its own: images, prompts, lengths, model and quality. */
function multiTransitionIssues(values: JobParameters): ProblemField[] {
  if (!isMultiTransition(values)) {
    return [];
  }
  const detail = 'Not available with more than two images.';
  const issues: ProblemField[] = [];
  if (values.seed !== undefined) {
    issues.push({ pointer: '/params/seed', code: 'not_supported', detail });
  }
  if (values.motion_mode === 'fast') {
    issues.push({ pointer: '/params/motion_mode', code: 'not_allowed', detail, allowed: ['normal'] });
  }
  for (const name of Object.keys(values.provider_options ?? {})) {
    issues.push({ pointer: `/params/provider_options/${name}`, code: 'not_supported', detail });
  }
  return issues;
}

function withoutRepeats(issues: readonly ProblemField[]): ProblemField[] {
  return issues.filter(
    (issue, index) =>
      issues.findIndex((other) => other.pointer === issue.pointer && other.code === issue.code) === index,
  );
}

function priceOf(model: ModelManifest, values: JobParameters): { price: Price; warning: Warning | null } {
  const unit = pixverseManifest.credit_unit;
  const reason = isMultiTransition(values)
    ? 'PixVerse does not publish the price of a transition through more than two images.'
    : unpricedBecause(values);
  if (reason !== null) {
    return { price: { credits: null, unit }, warning: { code: 'price_unknown', detail: reason } };
  }
  return { price: { ...priceByTariff(model.tariff, values), unit }, warning: null };
}

/** An effect has its own length, and what extend makes is as long as the source and the new part together. */
function outputDurationOf(operation: ModelOperation, values: JobParameters): number | null {
  if (operation === 'video_extend' || values.provider_options?.['template_id'] !== undefined) {
    return null;
  }
  if (isMultiTransition(values)) {
    return totalDurationS(segmentsOf(values));
  }
  return values.duration ?? null;
}

function planOf(operation: ModelOperation, values: JobParameters): RequestPlan {
  switch (operation) {
    case 'text_to_video':
      return { path: '/video/text/generate', fields: generationFields(values) };
    case 'image_to_video':
      return { path: '/video/img/generate', fields: generationFields(values) };
    case 'video_extend':
      return { path: '/video/extend/generate', fields: generationFields(values) };
    case 'video_transition':
      return isMultiTransition(values)
        ? { path: '/video/multi_transition/generate', fields: multiTransitionFields(values) }
        : { path: '/video/transition/generate', fields: generationFields(values) };
    case 'fusion':
      return { path: '/video/fusion/generate', fields: generationFields(values) };
  }
}
