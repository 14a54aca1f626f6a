import type { ProblemField } from '@pixsim7/contracts';
import { jsonPointer } from './json-pointer.ts';

/** No request of ours nests deeper than 4; deeper values could only exhaust the stack of who walks them. */
const deepest = 32;
/** PostgreSQL stores neither NUL nor half a surrogate pair, in text or in jsonb. */
const unstorableText = /[\0\p{Surrogate}]/u;

/** Finds what a schema lets through and the database could not store; null when there is nothing. */
export function findUnstorable(value: unknown): ProblemField | null {
  const places: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value, path: [] }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { value: current, path } = place;
    if (path.length > deepest) {
      return {
        pointer: jsonPointer(path),
        code: 'not_allowed',
        detail: `Nested deeper than ${deepest} levels.`,
      };
    }
    if (typeof current === 'string' && unstorableText.test(current)) return badText(path);
    if (typeof current !== 'object' || current === null) continue;
    for (const [key, child] of Object.entries(current)) {
      if (unstorableText.test(key)) return badText(path);
      places.push({ value: child, path: [...path, key] });
    }
  }
  return null;
}

function badText(path: readonly string[]): ProblemField {
  return {
    pointer: jsonPointer(path),
    code: 'not_allowed',
    detail: 'Contains a NUL character or half a surrogate pair, which cannot be stored.',
  };
}
