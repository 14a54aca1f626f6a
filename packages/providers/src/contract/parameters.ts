import { didYouMean } from '@pixsim7/contracts';
import type {
  JobParameterName,
  JobParameters,
  ModelManifest,
  ParameterSpecification,
  ProblemField,
  Rule,
  Warning,
} from '@pixsim7/contracts';
import { utf8Length } from './utf8-length.ts';

type Scalar = string | number | boolean;

export interface ParameterCheck {
  /** The parameters with the model's defaults filled in. */
  readonly values: JobParameters;
  readonly issues: readonly ProblemField[];
  readonly warnings: readonly Warning[];
}

/**
 * Checks parameters against what a manifest says of a model: which exist, their values and bounds, and the rules between
 * them. Nothing is moved to a nearest value. Issues are complete: all of them, not the first.
 */
export function checkParameters(model: ModelManifest, params: JobParameters): ParameterCheck {
  const issues: ProblemField[] = [];
  const warnings: Warning[] = [];
  const values: Record<string, unknown> = {};

  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || name === 'model' || name === 'provider_options') {
      continue;
    }
    const specification = model.parameters[name as JobParameterName];
    if (specification === undefined) {
      issues.push({
        pointer: `/params/${name}`,
        code: 'not_supported',
        detail: `${model.label} does not take ${name} here; leave it out.`,
        allowed: Object.keys(model.parameters).sort(),
      });
    } else {
      checkValue(specification, `/params/${name}`, value, issues, warnings);
    }
    values[name] = value;
  }
  for (const [name, specification] of Object.entries(model.parameters)) {
    if (values[name] !== undefined) {
      continue;
    }
    if (specification.default !== undefined) {
      values[name] = specification.default;
    } else if (specification.required) {
      issues.push({
        pointer: `/params/${name}`,
        code: 'required',
        detail: `${name} is required.`,
        ...(specification.values === undefined ? {} : { allowed: specification.values }),
      });
    }
  }
  for (const group of model.one_of ?? []) {
    checkGroup(group, values, issues);
  }
  const options = checkProviderOptions(model, params.provider_options ?? {}, issues, warnings);
  for (const rule of model.rules) {
    checkRule(rule, values, params, issues);
  }

  return {
    values: {
      ...(values as JobParameters),
      model: model.model,
      ...(Object.keys(options).length === 0 ? {} : { provider_options: options }),
    },
    issues,
    warnings,
  };
}

function checkGroup(
  group: readonly JobParameterName[],
  values: Readonly<Record<string, unknown>>,
  issues: ProblemField[],
): void {
  const [first, second] = group.filter((name) => values[name] !== undefined);
  const names = group.join(' or ');
  if (first === undefined) {
    issues.push({ pointer: `/params/${group[0]}`, code: 'required', detail: `${names} is required.` });
  } else if (second !== undefined) {
    issues.push({ pointer: `/params/${second}`, code: 'not_allowed', detail: `Give ${names}, not both.` });
  }
}

function checkProviderOptions(
  model: ModelManifest,
  options: Record<string, unknown>,
  issues: ProblemField[],
  warnings: Warning[],
): Record<string, unknown> {
  const pointerOf = (name: string) =>
    `/params/provider_options/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const values = { ...options };
  for (const [name, value] of Object.entries(options)) {
    const pointer = pointerOf(name);
    const specification = Object.hasOwn(model.provider_options, name)
      ? model.provider_options[name]
      : undefined;
    if (specification === undefined) {
      issues.push({
        pointer,
        code: 'not_supported',
        detail: `${model.label} has no option ${name} here.${didYouMean(name, Object.keys(model.provider_options))}`,
        allowed: Object.keys(model.provider_options).sort(),
      });
    } else {
      checkValue(specification, pointer, value, issues, warnings);
    }
  }
  for (const [name, specification] of Object.entries(model.provider_options)) {
    if (values[name] !== undefined) {
      continue;
    }
    if (specification.default !== undefined) {
      values[name] = specification.default;
    } else if (specification.required) {
      issues.push({
        pointer: pointerOf(name),
        code: 'required',
        // An option is a word of the provider's own, so what it is for is said along with it.
        detail: `${name} is required.${specification.description === undefined ? '' : ` ${specification.description}`}`,
        ...allowedOf(specification),
      });
    }
  }
  return values;
}

function checkValue(
  specification: ParameterSpecification,
  pointer: string,
  value: unknown,
  issues: ProblemField[],
  warnings: Warning[],
): void {
  if (!hasType(specification, value)) {
    issues.push({
      pointer,
      code: 'wrong_type',
      detail: `Must be ${/^[aeiou]/.test(specification.type) ? 'an' : 'a'} ${specification.type}.`,
      ...allowedOf(specification),
    });
    return;
  }
  if (specification.values !== undefined && !specification.values.includes(value as Scalar)) {
    issues.push({
      pointer,
      code: 'not_allowed',
      detail: `Must be one of ${specification.values.join(', ')}.${didYouMean(String(value), specification.values.map(String))}`,
      allowed: specification.values,
    });
    return;
  }
  if (typeof value === 'number') {
    checkRange(specification, pointer, value, issues);
  }
  if (typeof value === 'string') {
    checkLength(specification, pointer, value, issues, warnings);
  }
  if (Array.isArray(value)) {
    checkCount(specification, pointer, value.length, issues);
  }
}

function checkRange(
  specification: ParameterSpecification,
  pointer: string,
  value: number,
  issues: ProblemField[],
): void {
  const { minimum, maximum } = specification;
  if ((minimum !== undefined && value < minimum) || (maximum !== undefined && value > maximum)) {
    issues.push({
      pointer,
      code: 'out_of_range',
      detail: `Must be from ${minimum ?? '-∞'} to ${maximum ?? '∞'}.`,
      ...allowedOf(specification),
    });
  }
}

function checkLength(
  specification: ParameterSpecification,
  pointer: string,
  value: string,
  issues: ProblemField[],
  warnings: Warning[],
): void {
  if (specification.required && value.trim() === '') {
    issues.push({ pointer, code: 'required', detail: 'Must not be empty.' });
    return;
  }
  // Counting the characters of a data URL of 28 MB takes seconds and 250 MB, and sources have no length bound.
  const { max_length: max, warn_over_length: long, warn_over_bytes: longBytes } = specification;
  if (max === undefined && long === undefined && longBytes === undefined) {
    return;
  }
  const length = Array.from(value).length;
  const bytes = longBytes === undefined ? 0 : utf8Length(value);
  if (max !== undefined && length > max) {
    issues.push({
      pointer,
      code: 'too_long',
      detail: `${length} characters; at most ${max}.`,
      allowed: { max_length: max },
    });
  } else if (long !== undefined && length > long) {
    warnings.push({
      pointer,
      code: 'long_text',
      detail: `${length} characters; some versions of this model document a limit of ${long}.`,
    });
  } else if (longBytes !== undefined && bytes > longBytes) {
    warnings.push({
      pointer,
      code: 'long_text',
      detail: `${bytes} bytes in UTF-8; some documents of this provider name a limit of ${longBytes}.`,
    });
  }
}

function checkCount(
  specification: ParameterSpecification,
  pointer: string,
  count: number,
  issues: ProblemField[],
): void {
  const { min_items: minimum, max_items: maximum } = specification;
  if ((minimum !== undefined && count < minimum) || (maximum !== undefined && count > maximum)) {
    issues.push({
      pointer,
      code: 'wrong_count',
      detail: `${count} given; from ${minimum ?? 0} to ${maximum ?? 'any number'} are taken.`,
      allowed: { min_items: minimum, max_items: maximum },
    });
  }
}

function checkRule(
  rule: Rule,
  values: Record<string, unknown>,
  params: JobParameters,
  issues: ProblemField[],
): void {
  const applies = Object.entries(rule.when).every(([name, condition]) =>
    condition === 'present' ? values[name] !== undefined : condition.includes(values[name] as Scalar),
  );
  if (!applies) {
    return;
  }
  for (const [name, allowed] of Object.entries(rule.allow ?? {})) {
    if (values[name] !== undefined && !allowed.includes(values[name] as Scalar)) {
      issues.push({ pointer: `/params/${name}`, code: 'not_allowed', detail: rule.message, allowed });
    }
  }
  for (const name of rule.forbid ?? []) {
    if (params[name] !== undefined) {
      issues.push({ pointer: `/params/${name}`, code: 'not_supported', detail: rule.message });
    }
  }
  for (const name of rule.require ?? []) {
    if (values[name] === undefined) {
      issues.push({ pointer: `/params/${name}`, code: 'required', detail: rule.message });
    }
  }
}

function hasType(specification: ParameterSpecification, value: unknown): boolean {
  switch (specification.type) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return Number.isSafeInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}

function allowedOf(specification: ParameterSpecification): { allowed?: unknown } {
  if (specification.values !== undefined) {
    return { allowed: specification.values };
  }
  if (specification.minimum !== undefined || specification.maximum !== undefined) {
    return { allowed: { minimum: specification.minimum, maximum: specification.maximum } };
  }
  return {};
}
