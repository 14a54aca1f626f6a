import type { JobParameters } from '@pixsim7/contracts';
import { withoutUndefined } from '../contract/json.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { PikaModel } from './models.ts';
import { transitionsOf } from './transitions.ts';

/**
 * The fields of a request in Pika's names, without the files. A parameter that is not set is not sent. Lengths go as
 * numbers: the types of the official client say texts, the OpenAPI document of the same model numbers.
 */
export function requestFields(model: PikaModel, values: JobParameters): JsonObject {
  return withoutUndefined({
    prompt: values.prompt,
    negative_prompt: values.negative_prompt,
    aspect_ratio: values.aspect_ratio,
    resolution: values.quality,
    ...(model.operation === 'video_transition'
      ? { transitions: transitionFields(values) }
      : { duration: values.duration }),
    seed: values.seed,
    // Checked against the manifest, which knows a list of texts here.
    ingredients_mode: values.provider_options?.['ingredients_mode'] as string | undefined,
  });
}

function transitionFields(values: JobParameters): JsonValue[] {
  return transitionsOf(values).map(({ prompt, durationS }) => ({
    duration: durationS,
    ...(prompt === null ? {} : { prompt }),
  }));
}
