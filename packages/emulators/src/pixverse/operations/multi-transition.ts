import type { Segment } from '../../render/recipe.ts';
import { limits } from '../capabilities.ts';
import { PixverseRefusal } from '../error-codes.ts';
import type { Fields } from '../fields.ts';
import { multiTransitionPriceOf } from '../prices.ts';
import type { ImageUpload } from '../store.ts';
import { checkedPrompt, labelOf, linesOf, planDefaults, readBasics, sizeOf } from './plan.ts';
import type { Planner, References } from './plan.ts';

/** POST /video/multi_transition/generate: from each picture to the next. */
export const planMultiTransition: Planner = (fields, references) => {
  const { model, quality, seed, negativePrompt } = readBasics(fields, 'multi_transition');
  const stops = readStops(fields, references);
  const segments: Segment[] = stops.slice(1).map((stop, index) => {
    const start = stops[index] ?? stop;
    return {
      kind: 'crossfade',
      seconds: start.seconds,
      caption: start.prompt,
      from: start.image.file,
      to: stop.image.file,
    };
  });
  const lengths = segments.map(({ seconds }) => seconds);
  if (lengths.reduce((total, seconds) => total + seconds, 0) > limits.multiTransition.longestSeconds) {
    throw new PixverseRefusal(400017, `over ${limits.multiTransition.longestSeconds} s in all`);
  }
  return {
    ...planDefaults,
    operation: 'multi_transition',
    prompt: stops
      .map(({ prompt }) => prompt)
      .filter((prompt) => prompt !== '')
      .join(' / '),
    negativePrompt,
    seed,
    resolution: linesOf(quality),
    credits: multiTransitionPriceOf(model, quality, lengths),
    recipe: {
      ...sizeOf(quality, stops[0]?.image ?? { width: 1, height: 1 }),
      label: labelOf('multi_transition', model),
      segments,
    },
    message: 'Success',
    replyCredits: 'credits',
  };
};

interface Stop {
  readonly image: ImageUpload;
  /** Until the next stop. */
  readonly seconds: number;
  readonly prompt: string;
}

function readStops(fields: Fields, references: References): Stop[] {
  const items = fields.objects('multi_transition');
  const { fewestImages, maxImages } = limits.multiTransition;
  if (items === null || items.length === 0) {
    throw new PixverseRefusal(400011, 'multi_transition');
  }
  if (items.length < fewestImages || items.length > maxImages) {
    throw new PixverseRefusal(400017, `multi_transition has ${fewestImages} to ${maxImages} items`);
  }
  return items.map((item, index) => ({
    image: references.image(item.requiredId('img_id')),
    seconds: readSeconds(item, index === items.length - 1),
    prompt: checkedPrompt(item.text('prompt') ?? ''),
  }));
}

/** Nothing follows the last picture: its duration is 0 or left out. */
function readSeconds(item: Fields, isLast: boolean): number {
  const seconds = item.integer('duration');
  if (isLast) {
    if (seconds !== null && seconds !== 0) {
      throw new PixverseRefusal(400017, 'the last item has the duration 0');
    }
    return 0;
  }
  if (seconds === null) {
    throw new PixverseRefusal(400011, 'duration');
  }
  if (seconds < 1) {
    throw new PixverseRefusal(400017, 'duration is at least 1');
  }
  return seconds;
}
