import type { ProblemField } from '@pixsim7/contracts';
import { RequestError } from '@pixsim7/core';
import type { z } from 'zod';
import { jsonPointer } from './json-pointer.ts';
import { knownFields } from './known-fields.ts';

type Issue = z.core.$ZodIssue;

/** The refusal of a body, a query or a header that its schema does not take: one entry per value that has to change. */
export function validationError(
  schema: z.ZodType | null,
  value: unknown,
  issues: readonly Issue[],
): RequestError {
  const errors = issues.flatMap((issue) => fieldsOf(schema, value, issue));
  return new RequestError(
    'invalid_params',
    errors.length === 1 && errors[0] !== undefined
      ? `${errors[0].pointer === '' ? 'The body' : errors[0].pointer}: ${errors[0].detail}`
      : `${errors.length} values need changing.`,
    { errors },
  );
}

function fieldsOf(schema: z.ZodType | null, value: unknown, issue: Issue): ProblemField[] {
  const pointer = jsonPointer(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const allowed = schema === null ? [] : knownFields(schema, issue.path);
    return issue.keys.map((key) => ({
      pointer: `${pointer}${jsonPointer([key])}`,
      code: 'not_supported',
      detail: `There is no field ${key} here.`,
      allowed,
    }));
  }
  const allowed = allowedBy(issue);
  const isMissing = valueAt(value, issue.path) === undefined;
  return [
    {
      pointer,
      code: isMissing ? 'required' : codeOf(issue),
      detail: isMissing ? `${String(issue.path.at(-1) ?? 'A body')} is needed.` : `${issue.message}.`,
      ...(allowed === undefined ? {} : { allowed }),
    },
  ];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (current, key) =>
      typeof current === 'object' && current !== null
        ? (current as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

/** The same words that the checks of parameters use. */
function codeOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return 'wrong_type';
    case 'too_big':
    case 'too_small':
      if (issue.origin === 'string') return issue.code === 'too_big' ? 'too_long' : 'too_short';
      return issue.origin === 'array' ? 'wrong_count' : 'out_of_range';
    case 'unrecognized_keys':
      return 'not_supported';
    case 'invalid_value':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return 'not_allowed';
  }
}

function allowedBy(issue: Issue): unknown {
  switch (issue.code) {
    case 'invalid_value':
      return issue.values;
    case 'invalid_type':
      return { type: issue.expected };
    case 'invalid_format':
      return issue.pattern === undefined ? { format: issue.format } : { pattern: issue.pattern };
    case 'too_big':
      return { [boundName(issue.origin, 'max')]: Number(issue.maximum) };
    case 'too_small':
      return { [boundName(issue.origin, 'min')]: Number(issue.minimum) };
    case 'custom':
      return issue.params?.['allowed'];
    case 'unrecognized_keys':
    case 'not_multiple_of':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
      return undefined;
  }
}

/** `max_length`, `max_items` or `maximum`: the names of a parameter's specification in a manifest. */
function boundName(origin: string, bound: 'min' | 'max'): string {
  if (origin === 'string') return `${bound}_length`;
  return origin === 'array' ? `${bound}_items` : `${bound}imum`;
}
