import type { Scene } from '../../render/recipe.ts';
import { cameraMovements, styles, thinkingTypes } from '../capabilities.ts';
import { PixverseRefusal } from '../error-codes.ts';
import type { Fields } from '../fields.ts';
import { priceOf } from '../prices.ts';
import type { Template } from '../templates.ts';
import {
  labelOf,
  linesOf,
  planDefaults,
  readAspectRatio,
  readBasics,
  readDuration,
  readMotionMode,
  readPrompt,
  readSwitch,
  sizeOf,
} from './plan.ts';
import type { Basics, GenerationPlan, Planner, References } from './plan.ts';

/** POST /video/text/generate */
export const planTextToVideo: Planner = (fields, references) => {
  const basics = readBasics(fields, 'text_to_video');
  const ratio = readAspectRatio(fields, basics);
  const template = readTemplate(fields, references, basics);
  return planClip('text_to_video', fields, template, basics, ratio, { kind: 'gradient' });
};

/** POST /video/img/generate, also for effects (`template_id`). The picture decides the aspect ratio. */
export const planImageToVideo: Planner = (fields, references) => {
  const basics = readBasics(fields, 'image_to_video');
  const template = readTemplate(fields, references, basics);
  const images = readImageIds(fields, template).map((id) => references.image(id));
  const first = images[0];
  if (first === undefined) {
    throw new PixverseRefusal(400011, 'img_id');
  }
  const scene: Scene =
    images.length === 1
      ? { kind: 'picture', picture: first.file }
      : { kind: 'composition', background: null, subjects: images.map(({ file }) => file) };
  return planClip('image_to_video', fields, template, basics, first, scene);
};

/** `img_ids` is for effects, which say how many pictures they take. */
function readImageIds(fields: Fields, template: Template | null): readonly string[] {
  const one = fields.id('img_id');
  const several = fields.ids('img_ids');
  if (several !== null && (one !== null || template === null)) {
    throw new PixverseRefusal(400017, 'api_gen_img_ids');
  }
  const ids = several ?? (one === null ? [] : [one]);
  if (template !== null && ids.length > 0 && ids.length !== template.images) {
    throw new PixverseRefusal(400017, `the template takes ${template.images} images`);
  }
  return ids;
}

/** The effect to apply: activated, for video, and of a quality that it offers. */
function readTemplate(fields: Fields, references: References, { quality }: Basics): Template | null {
  const id = fields.id('template_id');
  if (id === null) {
    return null;
  }
  const template = references.template(id);
  if (template.makes !== 'video') {
    throw new PixverseRefusal(400017, 'the template makes images');
  }
  if (!template.qualities.includes(quality)) {
    throw new PixverseRefusal(500071, id);
  }
  return template;
}

function planClip(
  operation: 'text_to_video' | 'image_to_video',
  fields: Fields,
  template: Template | null,
  basics: Basics,
  ratio: { width: number; height: number },
  scene: Scene,
): GenerationPlan {
  const { model, quality } = basics;
  // A template brings its own length, but a duration has to be there.
  const asked = template === null ? readDuration(fields, basics) : fields.requiredInteger('duration');
  const seconds = template?.seconds ?? asked;
  const motionMode = readMotionMode(fields, basics, seconds);
  const prompt = readPrompt(fields);
  const { audio, multiClip, hasAudio } = readSound(fields, basics, template !== null);
  return {
    ...planDefaults,
    operation,
    prompt,
    negativePrompt: basics.negativePrompt,
    seed: basics.seed,
    style: readLook(fields, basics, operation, template !== null),
    resolution: linesOf(quality),
    credits: priceOf({ model, quality, seconds, audio, multiClip, motionMode }),
    recipe: {
      ...sizeOf(quality, ratio),
      label: labelOf(operation, model),
      hasSound: hasAudio,
      segments: [{ seconds, caption: prompt, ...scene }],
    },
  };
}

/** Checks style, camera and thinking, and returns the style. */
function readLook(
  fields: Fields,
  { model, capabilities }: Basics,
  operation: 'text_to_video' | 'image_to_video',
  isTemplate: boolean,
): string {
  const style = fields.oneOf('style', styles);
  if (style !== null && !capabilities.style) {
    throw new PixverseRefusal(400017, `model ${model} has no style`);
  }
  const camera = fields.oneOf('camera_movement', cameraMovements);
  if (camera !== null && (!capabilities.cameraMovement || isTemplate)) {
    throw new PixverseRefusal(400017, 'camera_movement is for v4 and v4.5, without a template');
  }
  if (camera === 'auto_camera' && operation !== 'text_to_video') {
    throw new PixverseRefusal(400017, 'camera_movement auto_camera is for text-to-video');
  }
  if (fields.oneOf('thinking_type', thinkingTypes) !== null && !capabilities.thinking) {
    throw new PixverseRefusal(400017, `model ${model} has no thinking_type`);
  }
  return style ?? '';
}

/** The switches that have a price, and whether the file has sound. */
function readSound(
  fields: Fields,
  { capabilities }: Basics,
  isTemplate: boolean,
): { audio: boolean; multiClip: boolean; hasAudio: boolean } {
  const audio = readSwitch(fields, 'generate_audio_switch', capabilities.audio);
  const multiClip = readSwitch(fields, 'generate_multi_clip_switch', capabilities.multiClip);
  const effect = readSwitch(fields, 'sound_effect_switch', capabilities.inlineSound || isTemplate);
  const speech = readSwitch(fields, 'lip_sync_tts_switch', capabilities.inlineSound);
  return { audio, multiClip, hasAudio: audio || effect || speech };
}
