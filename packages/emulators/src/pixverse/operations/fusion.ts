import { limits } from '../capabilities.ts';
import { PixverseRefusal } from '../error-codes.ts';
import type { Fields } from '../fields.ts';
import { priceOf } from '../prices.ts';
import type { ImageUpload } from '../store.ts';
import {
  labelOf,
  readAspectRatio,
  readBasics,
  readDuration,
  readPrompt,
  readSwitch,
  sizeOf,
} from './plan.ts';
import type { Planner, References } from './plan.ts';

const referenceTypes = ['subject', 'background'] as const;

/** POST /video/fusion/generate: a scene made of named pictures. The reference mode `omni` is not emulated. */
export const planFusion: Planner = (fields, references) => {
  const basics = readBasics(fields, 'fusion');
  const { model, quality, capabilities } = basics;
  if (fields.text('reference_mode') !== null || fields.objects('video_references') !== null) {
    throw new PixverseRefusal(400017, 'reference_mode and video_references are not emulated');
  }
  const ratio = readAspectRatio(fields, basics);
  const seconds = readDuration(fields, basics);
  const prompt = readPrompt(fields);
  const pictures = readReferences(fields, references, prompt, capabilities.references);
  const audio = readSwitch(fields, 'generate_audio_switch', capabilities.fusionAudio);
  const background = pictures.find(({ type }) => type === 'background');
  return {
    operation: 'fusion',
    prompt,
    negativePrompt: basics.negativePrompt,
    seed: basics.seed,
    style: '',
    quality,
    hasAudio: audio,
    credits: priceOf({ model, quality, seconds, audio, multiClip: false, motionMode: 'normal' }),
    recipe: {
      ...sizeOf(quality, ratio),
      label: labelOf('fusion', model),
      segments: [
        {
          kind: 'composition',
          seconds,
          caption: prompt,
          background: background?.image.file ?? null,
          subjects: pictures.filter((picture) => picture !== background).map(({ image }) => image.file),
        },
      ],
    },
    message: 'success',
    replyHasCredits: false,
  };
};

interface Reference {
  readonly type: (typeof referenceTypes)[number];
  readonly image: ImageUpload;
  readonly name: string;
}

function readReferences(
  fields: Fields,
  references: References,
  prompt: string,
  most: number,
): readonly Reference[] {
  const items = fields.objects('image_references');
  if (items === null || items.length === 0) {
    throw new PixverseRefusal(400011, 'image_references');
  }
  if (items.length > most) {
    throw new PixverseRefusal(400017, `at most ${most} image_references`);
  }
  const read = items.map((item) => ({
    type: item.requiredOneOf('type', referenceTypes),
    image: references.image(item.requiredId('img_id')),
    name: readName(item, prompt),
  }));
  if (new Set(read.map(({ name }) => name)).size < read.length) {
    throw new PixverseRefusal(400017, 'ref_name is not unique');
  }
  return read;
}

/** The prompt cites a name as `@name` with a space behind it, or at its end. */
function readName(item: Fields, prompt: string): string {
  const name = item.requiredText('ref_name');
  if (!/^[\p{L}\p{N}_ ]+$/u.test(name) || Buffer.byteLength(name) > limits.referenceNameBytes) {
    throw new PixverseRefusal(400017, `ref_name ${name}`);
  }
  if (!`${prompt} `.includes(`@${name} `)) {
    throw new PixverseRefusal(400017, `the prompt does not cite @${name}`);
  }
  return name;
}
