import type { JobParameters } from '@pixsim7/contracts';
import { withoutUndefined } from '../contract/json.ts';
import type { JsonValue } from '../contract/json.ts';
import { frameFields } from './frame-sizes.ts';
import { frameOf, modelFacts } from './models.ts';
import type { RunwayModel, RunwayOperation } from './models.ts';
import type { RequestPlan } from './request-plan.ts';

/** Turns checked values into a body in Runway's names. A parameter that is not set is not sent. */
export function planOf(operation: RunwayOperation, model: RunwayModel, values: JobParameters): RequestPlan {
  const fields = withoutUndefined({
    model,
    ...(operation === 'video_extend' ? { mode: 'extend' } : {}),
    promptText: values.prompt,
    ...frameFields(frameOf(operation, model), values.quality, values.aspect_ratio),
    duration: values.duration,
    seed: values.seed,
    negativePrompt: values.negative_prompt,
    // Always said: a model may make sound by itself, and that changes the price.
    audio: values.audio,
    ...optionFields(values.provider_options ?? {}),
  });
  switch (operation) {
    case 'text_to_video':
      return { path: '/v1/text_to_video', inputs: 'none', fields };
    case 'image_to_video':
    case 'video_transition':
      return { path: '/v1/image_to_video', inputs: 'frames', fields };
    case 'fusion':
      return { path: '/v1/text_to_video', inputs: 'references', fields };
    case 'video_extend':
      return { path: '/v1/video_to_video', inputs: modelFacts[model].extendMember ?? 'none', fields };
  }
}

/** Checked against the manifest before, which knows strings only. */
function optionFields(options: Readonly<Record<string, unknown>>): Record<string, JsonValue | undefined> {
  const threshold = options['public_figure_threshold'] as string | undefined;
  return {
    contentModeration: threshold === undefined ? undefined : { publicFigureThreshold: threshold },
    promptExpansionMode: options['prompt_expansion_mode'] as string | undefined,
  };
}
