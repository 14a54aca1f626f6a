import { RequestError } from '@pixsim7/core';
import type { z } from 'zod';
import { findUnstorable } from './storable.ts';
import { validationError } from './validation-problem.ts';

/** What the validator says about one part of a request: its body, query, path or headers. */
type Validation = { readonly target: string } & (
  | { readonly success: true; readonly data: unknown }
  | {
      readonly success: false;
      readonly data?: unknown;
      readonly error: { readonly issues: readonly z.core.$ZodIssue[] };
    }
);

/**
 * Refuses what does not match its schema, and valid parameters that could not be stored. Bodies were checked for that when
 * they were read.
 *
 * @param bodySchema of the route, to say which fields it takes; null when it takes no body
 * @throws RequestError invalid_params
 */
export function refuseInvalid(validation: Validation, bodySchema: z.ZodType | null): void {
  if (!validation.success) throw validationError(bodySchema, validation.data, validation.error.issues);
  const unstorable = validation.target === 'json' ? null : findUnstorable(validation.data);
  if (unstorable !== null) {
    throw new RequestError('invalid_params', `${unstorable.pointer}: ${unstorable.detail}`, {
      errors: [unstorable],
    });
  }
}
