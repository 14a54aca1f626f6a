import { frameAlong } from '../../media/frame-size.ts';
import type { FrameSize } from '../../media/frame-size.ts';
import type { Recipe } from '../../render/recipe.ts';
import { limits, longSideOf } from '../capabilities.ts';
import { PixverseRefusal } from '../error-codes.ts';
import { omniPriceOf } from '../feature-prices.ts';
import type { Fields } from '../fields.ts';
import { priceOf } from '../prices.ts';
import type { ImageUpload } from '../store.ts';
import {
  labelOf,
  linesOf,
  planDefaults,
  readAspectRatio,
  readBasics,
  readDuration,
  readPrompt,
  readSwitch,
} from './plan.ts';
import type { Basics, Planner, References } from './plan.ts';
import { readSource } from './source-video.ts';
import type { Source } from './source-video.ts';

const referenceTypes = ['subject', 'background'] as const;
const referenceModes = ['omni'] as const;

/** POST /video/fusion/generate: a scene made of named pictures, and of named videos in the reference mode `omni`. */
export const planFusion: Planner = (fields, references) => {
  const basics = readBasics(fields, 'fusion');
  const { model, quality, capabilities } = basics;
  const isOmni = readIsOmni(fields, basics);
  const prompt = readPrompt(fields);
  const pictures = readPictures(
    fields,
    references,
    prompt,
    isOmni ? limits.omni.maxImages : capabilities.references,
  );
  const videos = isOmni ? readVideos(fields, references, prompt) : [];
  checkNames(pictures, videos, isOmni);
  const audio = readSwitch(fields, 'generate_audio_switch', capabilities.fusionAudio);
  const { seconds, credits } = readLength(fields, basics, videos, audio);
  const background = pictures.find(({ type }) => type === 'background');
  const shown = pictures.filter((picture) => picture !== background);
  const recipe: Recipe = {
    ...readFrame(fields, basics, isOmni, pictures, videos),
    label: labelOf('fusion', model),
    hasSound: audio,
    segments: [
      {
        kind: 'composition',
        seconds,
        caption: prompt,
        background: background?.image.file ?? null,
        subjects: shown.map(({ image }) => image.file),
      },
    ],
  };
  return {
    ...planDefaults,
    operation: 'fusion',
    prompt,
    negativePrompt: basics.negativePrompt,
    seed: basics.seed,
    resolution: linesOf(quality),
    credits,
    recipe,
  };
};

function readIsOmni(fields: Fields, { model }: Basics): boolean {
  const isOmni = fields.oneOf('reference_mode', referenceModes) !== null;
  if (isOmni && model !== 'v6') {
    throw new PixverseRefusal(400017, 'reference_mode omni is for v6');
  }
  if (!isOmni && fields.objects('video_references') !== null) {
    throw new PixverseRefusal(400017, 'video_references are for reference_mode omni');
  }
  return isOmni;
}

interface PictureReference {
  readonly type: (typeof referenceTypes)[number];
  readonly image: ImageUpload;
  readonly name: string;
}

interface VideoReference {
  readonly source: Source;
  readonly name: string;
}

function readPictures(
  fields: Fields,
  references: References,
  prompt: string,
  max: number,
): readonly PictureReference[] {
  const items = fields.objects('image_references') ?? [];
  if (items.length > max) {
    throw new PixverseRefusal(400017, `at most ${max} image_references`);
  }
  return items.map((item) => ({
    type: item.requiredOneOf('type', referenceTypes),
    image: references.image(item.requiredId('img_id')),
    name: readName(item, prompt),
  }));
}

function readVideos(fields: Fields, references: References, prompt: string): readonly VideoReference[] {
  const items = fields.objects('video_references') ?? [];
  const { maxVideos, longestSeconds } = limits.omni;
  if (items.length > maxVideos) {
    throw new PixverseRefusal(400017, `at most ${maxVideos} video_references`);
  }
  const videos = items.map((item) => ({
    source: readSource(item, references),
    name: readName(item, prompt),
  }));
  if (secondsOf(videos) > longestSeconds) {
    throw new PixverseRefusal(400017, `video_references are over ${longestSeconds} s together`);
  }
  return videos;
}

function secondsOf(videos: readonly VideoReference[]): number {
  return videos.reduce((total, { source }) => total + source.seconds, 0);
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

function checkNames(
  pictures: readonly PictureReference[],
  videos: readonly VideoReference[],
  isOmni: boolean,
): void {
  const names = [...pictures, ...videos].map(({ name }) => name);
  if (names.length === 0) {
    throw new PixverseRefusal(400011, isOmni ? 'image_references or video_references' : 'image_references');
  }
  if (new Set(names).size < names.length) {
    throw new PixverseRefusal(400017, 'ref_name is not unique');
  }
}

/** With video references the duration is 0: the result is as long as the longest of them. */
function readLength(
  fields: Fields,
  basics: Basics,
  videos: readonly VideoReference[],
  audio: boolean,
): { seconds: number; credits: number } {
  const { model, quality } = basics;
  if (videos.length === 0) {
    const seconds = readDuration(fields, basics);
    return {
      seconds,
      credits: priceOf({ model, quality, seconds, audio, multiClip: false, motionMode: 'normal' }),
    };
  }
  if (fields.requiredInteger('duration') !== 0) {
    throw new PixverseRefusal(400017, 'duration is 0 with video_references');
  }
  return {
    seconds: Math.max(...videos.map(({ source }) => source.seconds)),
    credits: omniPriceOf(quality, audio, secondsOf(videos)),
  };
}

/** The ratio `auto` is for omni: that of the first video, or else of the first picture. */
function readFrame(
  fields: Fields,
  basics: Basics,
  isOmni: boolean,
  pictures: readonly PictureReference[],
  videos: readonly VideoReference[],
): FrameSize {
  const first = videos[0]?.source.recipe ?? pictures[0]?.image;
  const isAuto = isOmni && first !== undefined && fields.text('aspect_ratio') === 'auto';
  return frameAlong(longSideOf[basics.quality], isAuto ? first : readAspectRatio(fields, basics));
}
