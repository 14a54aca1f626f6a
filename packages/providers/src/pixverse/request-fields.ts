import type { JobParameters } from '@pixsim7/contracts';
import { withoutUndefined } from '../contract/json.ts';
import type { JsonObject } from '../contract/json.ts';

/**
 * The fields that every generation but the multi-transition shares, in PixVerse's names. A parameter that is not set is not
 * sent. `seed` is required for extend by one page of the reference and optional by two others, so it is sent only when the
 * caller sets it.
 */
export function generationFields(values: JobParameters): JsonObject {
  return withoutUndefined({
    prompt: values.prompt,
    model: values.model,
    quality: values.quality,
    duration: values.duration,
    aspect_ratio: values.aspect_ratio,
    negative_prompt: values.negative_prompt,
    seed: values.seed,
    motion_mode: values.motion_mode,
    camera_movement: values.camera_movement,
    style: values.style,
    generate_audio_switch: values.audio,
    // Checked against the manifest, which knows strings and booleans only.
    ...(values.provider_options as JsonObject | undefined),
  });
}

/** The multi-transition keeps prompts and lengths with its images, where `buildRequest` puts them. */
export function multiTransitionFields(values: JobParameters): JsonObject {
  return withoutUndefined({ model: values.model, quality: values.quality });
}
