import type { JsonObject } from '../contract/json.ts';

export const generationPaths = ['/v1/text_to_video', '/v1/image_to_video', '/v1/video_to_video'] as const;
export type GenerationPath = (typeof generationPaths)[number];

/**
 * Where the URIs of the inputs go.
 *
 * - `frames`: `promptImage`, a list with positions
 * - `references`: a list without
 * - `videoUri`, `promptVideo`: the member of the source video, which differs by model
 */
export const inputMembers = ['none', 'frames', 'references', 'videoUri', 'promptVideo'] as const;
export type InputMember = (typeof inputMembers)[number];

/** What the mapping hands to `buildRequest`: everything but the URIs of the inputs, which an account has yet to give. */
export interface RequestPlan {
  readonly path: GenerationPath;
  readonly inputs: InputMember;
  /** Members of the body, in the order in which they are sent. */
  readonly fields: JsonObject;
}

/** A plan as the contract carries it. */
export function encodePlan({ path, inputs, fields }: RequestPlan): JsonObject {
  return { path, inputs, fields };
}

/** @throws TypeError when the object was not made by {@link encodePlan} */
export function decodePlan(plan: JsonObject): RequestPlan {
  const path = generationPaths.find((known) => known === plan['path']);
  const inputs = inputMembers.find((known) => known === plan['inputs']);
  const fields = plan['fields'];
  if (
    path === undefined ||
    inputs === undefined ||
    typeof fields !== 'object' ||
    fields === null ||
    Array.isArray(fields)
  ) {
    throw new TypeError('The plan was not made by the Runway mapping.');
  }
  return { path, inputs, fields };
}
