import { durationOf } from '../../render/recipe.ts';
import type { Recipe } from '../../render/recipe.ts';
import { limits } from '../capabilities.ts';
import { PixverseRefusal } from '../error-codes.ts';
import type { Fields } from '../fields.ts';
import type { MediaUpload } from '../store.ts';
import type { References } from './plan.ts';

/** An existing video that a request works on: one that was generated here, or an upload. */
export interface Source {
  /** The same for every request that names the same video. */
  readonly key: string;
  readonly recipe: Recipe;
  readonly resolution: number;
  readonly seconds: number;
  /** Of uploads, as the caller named them. */
  readonly fileNames: readonly string[];
}

/** Reads `source_video_id` or `video_media_id`, of which there has to be one. Throws `PixverseRefusal`. */
export function readSource(fields: Fields, references: References, longestSeconds = Infinity): Source {
  const videoId = fields.id('source_video_id');
  const mediaId = fields.id('video_media_id');
  if (videoId !== null && mediaId !== null) {
    throw new PixverseRefusal(400017, 'only one of source_video_id and video_media_id');
  }
  if (videoId !== null) {
    return checkedSource(sourceOfVideo(videoId, references), longestSeconds);
  }
  if (mediaId !== null) {
    return checkedSource(sourceOfUpload(references.media(mediaId)), longestSeconds);
  }
  throw new PixverseRefusal(400011, 'source_video_id or video_media_id');
}

function checkedSource(source: Source, longestSeconds: number): Source {
  if (source.seconds > longestSeconds) {
    throw new PixverseRefusal(400017, `the source is over ${longestSeconds} s`);
  }
  if (Math.max(source.recipe.width, source.recipe.height) > limits.sourceLongestSide) {
    throw new PixverseRefusal(400017, `the source is over ${limits.sourceLongestSide} pixels a side`);
  }
  return source;
}

function sourceOfVideo(id: string, references: References): Source {
  const { recipe, resolution } = references.video(id);
  return { key: `video:${id}`, recipe, resolution, seconds: durationOf(recipe), fileNames: [] };
}

/** An upload is not decoded: stripes stand for it, without its sound. Throws `PixverseRefusal` for one that is no video. */
export function sourceOfUpload(upload: MediaUpload): Source {
  if (upload.mediaType !== 'video') {
    throw new PixverseRefusal(400017, 'video_media_id is not a video');
  }
  return {
    key: `media:${upload.id}`,
    recipe: {
      // Video in 4:2:0 has even sides; an upload in another format may not.
      width: Math.max(2, Math.floor(upload.width / 2) * 2),
      height: Math.max(2, Math.floor(upload.height / 2) * 2),
      label: '',
      segments: [{ seconds: upload.seconds, caption: 'uploaded video', kind: 'placeholder' }],
    },
    resolution: Math.min(upload.width, upload.height),
    seconds: upload.seconds,
    fileNames: [upload.name ?? ''],
  };
}
