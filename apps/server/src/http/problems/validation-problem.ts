import type { z } from 'zod';
import type { ProblemField, RequestPart } from '@pixsim7/contracts';
import { RequestError } from '@pixsim7/core';
import { issueSentence } from './issue-sentence.ts';
import { jsonPointer } from './json-pointer.ts';
import { knownFields, whereElse } from './known-fields.ts';

type Issue = z.core.$ZodIssue;

/** A part of a request that its schema refused. */
export interface RefusedPart {
  readonly in: RequestPart;
  /** Of a body; null for the other parts. */
  readonly schema: z.ZodType | null;
  readonly value: unknown;
  readonly issues: readonly Issue[];
}

/** The refusal of some values of a request. */
export function refusalOf(errors: readonly ProblemField[]): RequestError {
  const [first] = errors;
  return new RequestError(
    'invalid_params',
    errors.length === 1 && first !== undefined
      ? `${placeOf(first)}: ${first.detail}`
      : `${errors.length} values must change.`,
    { errors },
  );
}

function placeOf({ in: part = 'body', pointer }: ProblemField): string {
  if (part !== 'body') {
    return pointer.slice(1);
  }
  return pointer === '' ? 'The body' : pointer;
}

/** One entry for each value that has to change. */
export function problemFields(part: RefusedPart): ProblemField[] {
  return part.issues.flatMap((issue) => fieldsOf(part, issue));
}

function fieldsOf({ in: part, schema, value }: RefusedPart, issue: Issue): ProblemField[] {
  // A parameter or header has one name, even when it is a list.
  const path = part === 'body' ? issue.path : issue.path.slice(0, 1);
  const pointer = jsonPointer(path);
  if (issue.code === 'unrecognized_keys') {
    const allowed = schema === null ? [] : knownFields(schema, issue.path);
    return issue.keys.map((key) => ({
      in: part,
      pointer: `${pointer}${jsonPointer([key])}`,
      code: 'not_supported',
      detail: `Unknown field ${key}.${schema === null ? '' : whereElse(schema, issue.path, key)}`,
      allowed,
    }));
  }
  const allowed = allowedBy(issue);
  const given = valueAt(value, path);
  return [
    {
      in: part,
      pointer,
      code: given === undefined ? 'required' : codeOf(issue),
      detail:
        given === undefined
          ? `${String(issue.path.at(-1) ?? 'A body')} is required.`
          : issueSentence(issue, given),
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
      if (issue.origin === 'string') {
        return issue.code === 'too_big' ? 'too_long' : 'too_short';
      }
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

/** A pattern is for programs: the sentence says what it means, and the OpenAPI document has it. */
function allowedBy(issue: Issue): unknown {
  switch (issue.code) {
    case 'invalid_value':
      return issue.values;
    case 'invalid_type':
      return { type: issue.expected };
    case 'too_big':
      return { [boundName(issue.origin, 'max')]: Number(issue.maximum) };
    case 'too_small':
      return { [boundName(issue.origin, 'min')]: Number(issue.minimum) };
    case 'custom':
      return issue.params?.['allowed'];
    case 'invalid_format':
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
  if (origin === 'string') {
    return `${bound}_length`;
  }
  return origin === 'array' ? `${bound}_items` : `${bound}imum`;
}
