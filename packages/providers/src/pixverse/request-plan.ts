import type { JsonObject } from '../contract/json.ts';

/** Where a generation goes. The plan names it, because `video_transition` has two. */
export const generationPaths = [
  '/video/text/generate',
  '/video/img/generate',
  '/video/transition/generate',
  '/video/multi_transition/generate',
  '/video/extend/generate',
  '/video/fusion/generate',
] as const;
export type GenerationPath = (typeof generationPaths)[number];

/** What the mapping hands to `buildRequest`: everything but the ids of the inputs, which an account has yet to give. */
export interface RequestPlan {
  readonly path: GenerationPath;
  /** Fields of the body, in the order in which they are sent. */
  readonly fields: JsonObject;
}

/** A plan as the contract carries it. */
export function encodePlan(plan: RequestPlan): JsonObject {
  return { path: plan.path, fields: plan.fields };
}

/** @throws TypeError when the object was not made by {@link encodePlan} */
export function decodePlan(plan: JsonObject): RequestPlan {
  const path = generationPaths.find((known) => known === plan['path']);
  const fields = plan['fields'];
  if (path === undefined || typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new TypeError('The plan was not made by the PixVerse mapping.');
  }
  return { path, fields };
}
