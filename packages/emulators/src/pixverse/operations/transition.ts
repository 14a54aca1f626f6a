import { priceOf } from '../prices.ts';
import {
  labelOf,
  linesOf,
  planDefaults,
  readBasics,
  readDuration,
  readMotionMode,
  readPrompt,
  readSwitch,
  sizeOf,
} from './plan.ts';
import type { Planner } from './plan.ts';

/** POST /video/transition/generate */
export const planTransition: Planner = (fields, references) => {
  const basics = readBasics(fields, 'transition');
  const { model, quality, capabilities } = basics;
  const first = references.image(fields.requiredId('first_frame_img'));
  const last = references.image(fields.requiredId('last_frame_img'));
  const seconds = readDuration(fields, basics);
  const motionMode = readMotionMode(fields, basics, seconds);
  const prompt = readPrompt(fields);
  const audio = readSwitch(fields, 'generate_audio_switch', capabilities.audio);
  readSwitch(fields, 'generate_multi_clip_switch', false);
  return {
    ...planDefaults,
    operation: 'transition',
    prompt,
    negativePrompt: basics.negativePrompt,
    seed: basics.seed,
    resolution: linesOf(quality),
    credits: priceOf({ model, quality, seconds, audio, multiClip: false, motionMode }),
    recipe: {
      ...sizeOf(quality, first),
      label: labelOf('transition', model),
      hasSound: audio,
      segments: [{ seconds, caption: prompt, kind: 'crossfade', from: first.file, to: last.file }],
    },
  };
};
