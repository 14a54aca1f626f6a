import type { ResolvedInput } from '../contract/adapter.ts';
import type { JsonObject } from '../contract/json.ts';
import type { InputSlot, MappedRequest, MappingResult } from '../contract/mapping.ts';

/** The request of a mapping that found nothing wrong; throws with the issues of one that did. */
export function mappedOf<Plan>(result: MappingResult<Plan>): MappedRequest<Plan> {
  if (!result.ok) {
    throw new Error(JSON.stringify(result.issues));
  }
  return result.mapped;
}

/** Pointer and code of each issue; none of a mapping that found nothing wrong. */
export function issuesOf(result: MappingResult): string[] {
  return result.ok ? [] : result.issues.map(({ pointer, code }) => `${pointer} ${code}`);
}

/** The first place of a request that a file has to fill. */
export function firstSlotOf(result: MappingResult): InputSlot {
  const [slot] = mappedOf(result).slots;
  if (slot === undefined) {
    throw new Error('The request has no slot.');
  }
  return slot;
}

/** Resolved inputs by the name of their slot. */
export function inputsOf(references: Readonly<Record<string, JsonObject>>): Map<string, ResolvedInput> {
  return new Map(
    Object.entries(references).map(([name, reference]) => [
      name,
      { reference, reusable: true, expiresAt: null },
    ]),
  );
}
