import { durationOf } from '../../render/recipe.ts';
import type { Recipe } from '../../render/recipe.ts';
import { limits } from '../capabilities.ts';
import { PixverseRefusal } from '../error-codes.ts';
import type { Fields } from '../fields.ts';
import { priceOf } from '../prices.ts';
import type { MediaUpload } from '../store.ts';
import { labelOf, readBasics, readDuration, readMotionMode, readPrompt, readSwitch } from './plan.ts';
import type { Planner, References } from './plan.ts';

/** POST /video/extend/generate: the whole source, and then the length asked for. The picture keeps the source's size. */
export const planExtend: Planner = (fields, references) => {
  const basics = readBasics(fields, 'extend');
  const { model, quality, capabilities } = basics;
  const source = readSource(fields, references);
  const seconds = readDuration(fields, basics);
  const motionMode = readMotionMode(fields, basics, seconds);
  const prompt = readPrompt(fields);
  const audio = readSwitch(fields, 'generate_audio_switch', capabilities.audio);
  return {
    operation: 'extend',
    prompt,
    negativePrompt: basics.negativePrompt,
    seed: basics.seed,
    style: fields.text('style') ?? '',
    quality,
    hasAudio: audio,
    credits: priceOf({ model, quality, seconds, audio, multiClip: false, motionMode }),
    recipe: {
      width: source.width,
      height: source.height,
      label: labelOf('extend', model),
      segments: [...source.segments, { seconds, caption: prompt, kind: 'gradient' }],
    },
    message: 'Success',
    replyHasCredits: false,
  };
};

function readSource(fields: Fields, references: References): Recipe {
  const videoId = fields.id('source_video_id');
  const mediaId = fields.id('video_media_id');
  if (videoId !== null && mediaId !== null) {
    throw new PixverseRefusal(400017, 'only one of source_video_id and video_media_id');
  }
  let source: Recipe;
  if (videoId !== null) {
    source = references.video(videoId).recipe;
  } else if (mediaId !== null) {
    source = recipeOfUpload(references.media(mediaId));
  } else {
    throw new PixverseRefusal(400011, 'source_video_id or video_media_id');
  }
  const { shorterThanSeconds, longestSide } = limits.extendSource;
  if (durationOf(source) >= shorterThanSeconds) {
    throw new PixverseRefusal(400017, `the source is not under ${shorterThanSeconds} s`);
  }
  if (Math.max(source.width, source.height) > longestSide) {
    throw new PixverseRefusal(400017, `the source is over ${longestSide} pixels a side`);
  }
  return source;
}

function recipeOfUpload(upload: MediaUpload): Recipe {
  if (upload.mediaType !== 'video') {
    throw new PixverseRefusal(400017, 'video_media_id is not a video');
  }
  return {
    // Video in 4:2:0 has even sides; an upload in another format may not.
    width: Math.max(2, Math.floor(upload.width / 2) * 2),
    height: Math.max(2, Math.floor(upload.height / 2) * 2),
    label: '',
    segments: [{ seconds: upload.seconds, caption: 'uploaded video', kind: 'placeholder' }],
  };
}
