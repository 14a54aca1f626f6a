import type { ResolvedInput } from './adapter.ts';
import type { JsonObject } from './json.ts';

/**
 * The reference of the input in a slot.
 *
 * @throws TypeError when the slot has no input
 */
export function referenceOf(slotName: string, inputs: ReadonlyMap<string, ResolvedInput>): JsonObject {
  const input = inputs.get(slotName);
  if (input === undefined) {
    throw new TypeError(`The input ${slotName} has not been resolved.`);
  }
  return input.reference;
}

/**
 * One text of that reference, such as an id or a URL.
 *
 * @throws TypeError also when the reference was made for another kind of slot, or by another adapter
 */
export function referenceText(
  slotName: string,
  member: string,
  inputs: ReadonlyMap<string, ResolvedInput>,
): string {
  const value = referenceOf(slotName, inputs)[member];
  if (typeof value !== 'string') {
    throw new TypeError(`The reference of ${slotName} has no ${member}.`);
  }
  return value;
}
