import { stringifyLossless } from '../http/lossless-json.ts';
import type { JsonObject } from '../http/lossless-json.ts';
import { PixverseRefusal } from '../pixverse/error-codes.ts';
import { parseFields } from '../pixverse/fields.ts';
import type { GenerationPlan, Planner, References } from '../pixverse/operations/plan.ts';
import type { MediaUpload } from '../pixverse/store.ts';
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
  mediaType: 'video',
  width: 641,
  height: 361,
  seconds: 2.5,
};

export interface KnownReferences {
  readonly videos?: Readonly<Record<string, Recipe>>;
  readonly media?: Readonly<Record<string, Partial<MediaUpload>>>;
}

/** Knows the images 11 to 19 (600x400), the video 21, the media 31, the template 41, and what is given. */
export function referencesOf({ videos = {}, media = {} }: KnownReferences = {}): References {
  return {
    image(id) {
      if (!/^1[1-9]$/.test(id)) {
        throw new PixverseRefusal(400032);
      }
      return { id, apiKey: 'sk-me', file: `${id}.png`, width: 600, height: 400 };
    },
    video(id) {
      const recipe = { '21': sourceRecipe, ...videos }[id];
      if (recipe === undefined) {
        throw new PixverseRefusal(500008);
      }
      return { recipe };
    },
    media(id) {
      const changed = { '31': {}, ...media }[id];
      if (changed === undefined) {
        throw new PixverseRefusal(500008);
      }
      return { ...uploadedVideo, ...changed };
    },
    template(id) {
      if (id !== '41') {
        throw new PixverseRefusal(500070);
      }
    },
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
