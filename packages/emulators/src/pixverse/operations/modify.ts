import type { Scene } from '../../render/recipe.ts';
import { limits } from '../capabilities.ts';
import { PixverseRefusal } from '../error-codes.ts';
import { editPriceOf, editQualities } from '../feature-prices.ts';
import type { Fields } from '../fields.ts';
import { labelOf, linesOf, planDefaults, readPrompt, sizeOf } from './plan.ts';
import type { Planner, References } from './plan.ts';
import { readSource } from './source-video.ts';
import type { Source } from './source-video.ts';

/** POST /video/modify/generate: a prompt that cites masks as `@selection0` and pictures as `@img0`. */
export const planModify: Planner = (fields, references) => {
  const source = readSource(fields, references);
  const prompt = readPrompt(fields);
  const quality = fields.requiredOneOf('quality', editQualities);
  const images = readAtMost(fields.ids('img_ids'), 'img_ids', limits.modify.maxImages).map((id) =>
    references.image(id),
  );
  const masks = readMasks(fields, references, source);
  checkCitations(prompt, 'img', images.length);
  checkCitations(prompt, 'selection', masks);
  const scene: Scene = {
    kind: 'composition',
    background: null,
    subjects: images.map(({ file }) => file),
  };
  return {
    ...planDefaults,
    operation: 'modify',
    prompt,
    resolution: linesOf(quality),
    credits: editPriceOf(quality, source.seconds),
    recipe: {
      ...source.recipe,
      ...sizeOf(quality, source.recipe),
      label: labelOf('modify'),
      segments:
        images.length === 0
          ? source.recipe.segments.map((segment) => ({ ...segment, caption: prompt }))
          : [{ seconds: source.seconds, caption: prompt, ...scene }],
    },
    fileNames: [...source.fileNames, ...images.map(({ name = '' }) => name)],
  };
};

function readAtMost(items: readonly string[] | null, name: string, max: number): readonly string[] {
  if (items !== null && items.length > max) {
    throw new PixverseRefusal(400017, `at most ${max} ${name}`);
  }
  return items ?? [];
}

/** Masks by id have to be of this video, and of the keyframe where one is named. Returns how many there are. */
function readMasks(fields: Fields, references: References, source: Source): number {
  const max = limits.modify.maxMasks;
  const ids = readAtMost(fields.texts('mask_ids'), 'mask_ids', max);
  const urls = readAtMost(fields.texts('mask_urls'), 'mask_urls', max);
  const keyframe = fields.integer('keyframe_ids');
  for (const id of ids) {
    const selection = references.maskSelection(id);
    const isOfKeyframe = keyframe === null || selection.keyframe === keyframe;
    if (selection.sourceKey !== source.key || !isOfKeyframe) {
      throw new PixverseRefusal(400017, `mask ${id} is of another video or keyframe`);
    }
  }
  return Math.max(ids.length, urls.length);
}

function checkCitations(prompt: string, word: 'img' | 'selection', count: number): void {
  for (const [citation, number] of prompt.matchAll(new RegExp(`@${word}(\\d+)`, 'g'))) {
    if (Number(number) >= count) {
      throw new PixverseRefusal(400017, `the prompt cites ${citation}, which is not there`);
    }
  }
}
