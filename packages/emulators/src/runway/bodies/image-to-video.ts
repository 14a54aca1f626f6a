import * as members from './members.ts';
import * as ratios from './ratios.ts';
import { either, isObject, listOf, media, number, oneOf, optional, required, text } from './shape.ts';
import type { Check, Member, Shape } from './shape.ts';

/** One picture, or a list of pictures with positions; some models take a list without positions as references. */
function promptImage(positions: readonly ('first' | 'last')[], maxReferences = 0): Member {
  const framed = listOf({ uri: required(media), position: required(oneOf(positions)) }, positions.length);
  const loose = listOf({ uri: required(media) }, maxReferences);
  const list: Check = (value, path) => {
    const isLoose =
      Array.isArray(value) && value.every((entry) => isObject(entry) && entry['position'] === undefined);
    return isLoose && maxReferences > 0
      ? loose(value, path)
      : [...framed(value, path), ...positionIssues(value, path)];
  };
  return required(either(media, list));
}

/** Each position once, and a last frame needs a first one. */
const positionIssues: Check = (value, path) => {
  const given = Array.isArray(value)
    ? value.map((entry: unknown) => (isObject(entry) ? entry['position'] : undefined))
    : [];
  const isFine = given.includes('first') && new Set(given).size === given.length;
  return given.length === 0 || isFine
    ? []
    : [{ code: 'custom', path, message: 'A first frame is needed, and each position can be taken once' }];
};

const first = promptImage(['first']);
const firstAndLast = promptImage(['first', 'last']);

const veo: Shape = {
  promptImage: firstAndLast,
  promptText: optional(text(1000)),
  duration: optional(oneOf([4, 6, 8])),
  ratio: required(oneOf(ratios.veoRatios)),
  seed: members.seed,
  negativePrompt: members.negativePrompt,
  audio: members.audio,
};
const seedance = (sizes: readonly string[]): Shape => ({
  promptImage: promptImage(['first', 'last'], 9),
  promptText: optional(text(3500)),
  duration: members.secondsOrAuto,
  ratio: optional(oneOf(sizes)),
  seed: members.seed,
  audio: members.audio,
  referenceAudio: members.referenceAudio,
});
const wan: Shape = {
  promptImage: promptImage(['first', 'last'], 10),
  promptText: required(text()),
  duration: members.seconds,
  ratio: optional(oneOf(ratios.wanRatios)),
  audio: members.audio,
  referenceAudio: members.referenceAudio,
  referenceVideos: members.referenceVideos,
};

/** `POST /v1/image_to_video`, by model. */
export const imageToVideoShapes: Readonly<Record<string, Shape>> = {
  'gen4.5': {
    promptImage: first,
    promptText: required(text(1000)),
    duration: required(number(2, 10)),
    ratio: required(oneOf(ratios.genRatios)),
    seed: members.seed,
    contentModeration: members.contentModeration,
    outputFormat: members.outputFormat,
  },
  gen4_turbo: {
    promptImage: first,
    promptText: optional(text(1000)),
    duration: members.seconds,
    ratio: required(oneOf(ratios.genRatios)),
    seed: members.seed,
    contentModeration: members.contentModeration,
  },
  'veo3.1': veo,
  'veo3.1_fast': veo,
  hailuo3: {
    promptImage: promptImage(['first', 'last'], 9),
    promptText: required(text()),
    duration: members.seconds,
    ratio: optional(oneOf(ratios.hailuoRatios)),
    resolution: optional(oneOf(['768p', '2k'])),
    referenceAudio: members.referenceAudio,
  },
  happyhorse_1_0: {
    promptImage: first,
    promptText: optional(text(2500)),
    duration: members.seconds,
    resolution: optional(oneOf(['720p', '1080p'])),
  },
  seedance2: seedance(ratios.seedanceRatios),
  seedance2_fast: seedance(ratios.seedanceSmallRatios),
  seedance2_mini: seedance(ratios.seedanceSmallRatios),
  seedance2_5: { ...seedance(ratios.seedance25Ratios), promptText: optional(text(15000)) },
  gemini_omni_flash: {
    promptImage: first,
    promptText: optional(text()),
    duration: members.threeToTenSeconds,
    ratio: optional(oneOf(ratios.landscapeOrPortrait)),
  },
  'gemini_omni_flash_1.1': {
    promptImage: firstAndLast,
    promptText: required(text()),
    duration: members.threeToTenSecondsOrAuto,
    ratio: optional(oneOf(ratios.omniRatios)),
  },
  grok_imagine_1_5: {
    promptImage: first,
    promptText: optional(text()),
    duration: members.seconds,
    resolution: optional(oneOf(['480p', '720p', '1080p'])),
  },
  wan3: wan,
  wan3_prime: wan,
  h3_max: {
    promptImage: firstAndLast,
    promptText: required(text()),
    duration: members.seconds,
    resolution: optional(oneOf(['480p', '768p'])),
    seed: members.seed,
    promptExpansionMode: members.promptExpansionMode,
  },
};
