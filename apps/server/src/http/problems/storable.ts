import type { ProblemField } from '@pixsim7/contracts';
import { jsonPointer } from './json-pointer.ts';

/** PostgreSQL stores neither NUL nor lone surrogates, in text or in jsonb. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** Continues a sentence about a string that is not storable. */
export const unstorable = 'contains a NUL character or a lone surrogate, which cannot be stored.';

/** The first parameter of a path, query or header that the database could not store; null when there is none. */
export function findUnstorable(parameters: unknown): ProblemField | null {
  for (const [name, value] of Object.entries(parameters ?? {})) {
    if (typeof value !== 'string' || isStorable(value)) {
      continue;
    }
    return { pointer: jsonPointer([name]), code: 'not_allowed', detail: `It ${unstorable}` };
  }
  return null;
}
