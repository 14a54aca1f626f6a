import type { z } from 'zod';
import type { RequestPart } from '@pixsim7/contracts';
import type { ProblemsOfRest } from './rest-of-body.ts';
import { findUnstorable } from './storable.ts';
import { problemFields, refusalOf } from './validation-problem.ts';

/** The verdict of the validator on one part of a request: its body, query, path or headers. */
type Validation = { readonly target: string } & (
  | { readonly success: true; readonly data: unknown }
  | {
      readonly success: false;
      readonly data?: unknown;
      readonly error: { readonly issues: readonly z.core.$ZodIssue[] };
    }
);

const parts: Readonly<Record<string, RequestPart>> = { query: 'query', header: 'header', param: 'path' };

/**
 * Refuses what does not match its schema, and valid parameters that could not be stored. Bodies were checked for that when
 * they were read.
 *
 * @param bodySchema of the route, to say which fields it takes; null when it takes no body
 * @param problemsOfRest finds what else is wrong with a body, so all of it is said at once
 * @throws RequestError invalid_params
 */
export async function refuseInvalid(
  validation: Validation,
  bodySchema: z.ZodType | null,
  problemsOfRest: ProblemsOfRest,
): Promise<void> {
  const part = parts[validation.target] ?? 'body';
  if (!validation.success) {
    const { issues } = validation.error;
    const schema = part === 'body' ? bodySchema : null;
    const errors = problemFields({ in: part, schema, value: validation.data, issues });
    const more = schema === null ? [] : await problemsOfRest(schema, validation.data, issues);
    throw refusalOf([...errors, ...more]);
  }
  const unstorable = part === 'body' ? null : findUnstorable(validation.data);
  if (unstorable !== null) {
    throw refusalOf([{ in: part, ...unstorable }]);
  }
}
