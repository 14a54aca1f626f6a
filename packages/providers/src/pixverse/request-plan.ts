import { VIDEO_OPERATION_PATHS } from '@pixsim7/pixverse';
import type { VideoPath } from '@pixsim7/pixverse';
import type { JsonObject } from '../contract/json.ts';

/** A picture by template has results of its own; masks come with the answer. */
export const imagePath = '/image/template/generate';
export const maskPath = '/video/mask/selection';

/** A path at which something is made and paid for. */
export type GenerationPath = VideoPath | typeof imagePath | typeof maskPath;

/** Every path that starts a generation of a video. */
export const videoPaths: readonly VideoPath[] = Object.values(VIDEO_OPERATION_PATHS);

/** The mapping's part of `buildRequest`: everything but the ids of the inputs, which an account has yet to give. */
export interface RequestPlan {
  /** Named here, because `video_transition` has two. */
  readonly path: GenerationPath;
  /** Fields of the body, in the order in which they are sent. */
  readonly fields: JsonObject;
}
