import type { JsonObject } from '../contract/json.ts';

export const generationPaths = ['/v1/text_to_video', '/v1/image_to_video', '/v1/video_to_video'] as const;
export type GenerationPath = (typeof generationPaths)[number];

/**
 * The member of the body that takes the URIs of the inputs.
 *
 * - `frames`: `promptImage`, a list with positions
 * - `references`: a list without
 * - `videoUri`, `promptVideo`: the member of the source video, which differs by model
 */
export type InputMember = 'none' | 'frames' | 'references' | 'videoUri' | 'promptVideo';

/** The mapping's part of `buildRequest`: everything but the URIs of the inputs, which an account has yet to give. */
export interface RequestPlan {
  readonly path: GenerationPath;
  readonly inputs: InputMember;
  /** Members of the body, in the order in which they are sent. */
  readonly fields: JsonObject;
}
