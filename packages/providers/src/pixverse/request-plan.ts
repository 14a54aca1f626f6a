import type { VideoPath } from '@pixsim7/pixverse';
import type { JsonObject } from '../contract/json.ts';

/** Every path that starts a generation here; the SDK has more. */
export const generationPaths = [
  '/video/text/generate',
  '/video/img/generate',
  '/video/transition/generate',
  '/video/multi_transition/generate',
  '/video/extend/generate',
  '/video/fusion/generate',
] as const satisfies readonly VideoPath[];
export type GenerationPath = (typeof generationPaths)[number];

/** The mapping's part of `buildRequest`: everything but the ids of the inputs, which an account has yet to give. */
export interface RequestPlan {
  /** Named here, because `video_transition` has two. */
  readonly path: GenerationPath;
  /** Fields of the body, in the order in which they are sent. */
  readonly fields: JsonObject;
}
