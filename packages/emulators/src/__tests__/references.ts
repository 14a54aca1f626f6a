import { stringifyLossless } from '../http/lossless-json.ts';
import type { JsonObject } from '../http/lossless-json.ts';
import { PixverseRefusal } from '../pixverse/error-codes.ts';
import { parseFields } from '../pixverse/fields.ts';
import type { GenerationPlan, Planner, References } from '../pixverse/operations/plan.ts';
import type { MaskSelection, MediaUpload } from '../pixverse/store.ts';
import { templateOf } from '../pixverse/templates.ts';
import type { Template } from '../pixverse/templates.ts';
import type { Recipe } from '../render/recipe.ts';

export const sourceRecipe: Recipe = {
  width: 1024,
  height: 576,
  label: 'source',
  segments: [{ kind: 'gradient', seconds: 5, caption: 'source' }],
};

const uploadedVideo: MediaUpload = {
  id: '900000000000000001',
  apiKey: 'sk-me',
  file: 'video.mp4',
  name: 'video.mp4',
  mediaType: 'video',
  width: 641,
  height: 361,
  seconds: 2.5,
};

const sound: Partial<MediaUpload> = {
  id: '51',
  name: 'speech.wav',
  mediaType: 'audio',
  width: 0,
  height: 0,
  seconds: 7.2,
};

export interface KnownReferences {
  readonly videos?: Readonly<Record<string, Recipe>>;
  readonly media?: Readonly<Record<string, Partial<MediaUpload>>>;
  /** Their names. */
  readonly images?: Readonly<Record<string, string>>;
}

/** The mask 61, of frame 3. */
const maskOfVideo21: MaskSelection = {
  id: '6',
  apiKey: 'sk-me',
  sourceKey: 'video:21',
  keyframe: 3,
  recipe: sourceRecipe,
  masks: [{ id: '61', name: 'person' }],
  credits: 2,
  createdAt: 0,
};

const templates: Readonly<Record<string, Partial<Template>>> = {
  '41': {},
  '42': { images: 2, seconds: 8, qualities: ['360p', '540p'] },
  '43': { makes: 'image', seconds: 0 },
  '44': { makes: 'image', seconds: 0, images: 2 },
};

/**
 * Knows the images 11 to 19 (600x400), the video 21 (5 s), the media 31 (a video of 2.5 s) and 51 (verified sound of 7.2 s),
 * templates (of a video 41, for two images 42; of an image 43, for two images 44), the speakers auto and 7, and what is given.
 */
export function referencesOf({ videos = {}, media = {}, images = {} }: KnownReferences = {}): References {
  return {
    image(id) {
      if (!/^1[1-9]$/.test(id)) {
        throw new PixverseRefusal(400032);
      }
      return {
        id,
        apiKey: 'sk-me',
        file: `${id}.png`,
        name: images[id] ?? `${id}.png`,
        width: 600,
        height: 400,
      };
    },
    video(id) {
      const recipe = { '21': sourceRecipe, ...videos }[id];
      if (recipe === undefined) {
        throw new PixverseRefusal(500008);
      }
      return { recipe, resolution: 540 };
    },
    media(id) {
      const changed = { '31': {}, '51': sound, ...media }[id];
      if (changed === undefined) {
        throw new PixverseRefusal(500008);
      }
      return { ...uploadedVideo, ...changed };
    },
    template(id) {
      const changed = templates[id];
      if (changed === undefined) {
        throw new PixverseRefusal(500070);
      }
      return { ...templateOf(id), ...changed };
    },
    speaker(id) {
      if (id !== 'auto' && id !== '7') {
        throw new PixverseRefusal(400017);
      }
    },
    maskSelection(maskId) {
      if (maskId !== maskOfVideo21.masks[0]?.id) {
        throw new PixverseRefusal(400017);
      }
      return maskOfVideo21;
    },
    imageAt: (url) => referencesOf().image(url.replace('http://emulator/', '')),
    mediaAt: (url) => referencesOf({ media }).media(url.replace('http://emulator/', '')),
    isVerifiedAudio: (id) => id === '51',
  };
}

export function planOf(planner: Planner, body: JsonObject, known?: KnownReferences): GenerationPlan {
  return planner(parseFields(stringifyLossless(body)), referencesOf(known));
}

/** The code that the body is refused with; 0 when it is accepted. */
export function codeOf(planner: Planner, body: JsonObject, known?: KnownReferences): number {
  try {
    planOf(planner, body, known);
    return 0;
  } catch (error) {
    if (error instanceof PixverseRefusal) {
      return error.code;
    }
    throw error;
  }
}
