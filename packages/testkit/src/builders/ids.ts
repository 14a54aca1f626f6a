import { identifierPrefixes } from '@pixsim7/contracts';
import type { Identifier, IdentifierKind } from '@pixsim7/contracts';

let lastNumber = 0;

/** A number that no other call in this test run returned. */
export function nextNumber(): number {
  lastNumber += 1;
  return lastNumber;
}

/** A well-formed id that sorts by the order in which the ids were made. */
export function buildId<Kind extends IdentifierKind>(kind: Kind): Identifier<Kind> {
  const body = String(nextNumber()).padStart(26, '0');
  return `${identifierPrefixes[kind]}_${body}` as Identifier<Kind>;
}
