import { VIDEO_OPERATION_PATHS } from '@pixsim7/pixverse';
import type { VideoPath } from '@pixsim7/pixverse';
import type { JsonObject } from '../contract/json.ts';

/** Every path that starts a generation. */
export const generationPaths: readonly VideoPath[] = Object.values(VIDEO_OPERATION_PATHS);

/** The mapping's part of `buildRequest`: everything but the ids of the inputs, which an account has yet to give. */
export interface RequestPlan {
  /** Named here, because `video_transition` has two. */
  readonly path: VideoPath;
  /** Fields of the body, in the order in which they are sent. */
  readonly fields: JsonObject;
}
