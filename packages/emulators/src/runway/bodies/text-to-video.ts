import * as members from './members.ts';
import * as ratios from './ratios.ts';
import { number, oneOf, optional, required, text } from './shape.ts';
import type { Shape } from './shape.ts';

const veo: Shape = {
  promptText: required(text(1000)),
  duration: optional(oneOf([4, 6, 8])),
  ratio: required(oneOf(ratios.veoRatios)),
  seed: members.seed,
  negativePrompt: members.negativePrompt,
  audio: members.audio,
};
const seedance = (sizes: readonly string[]): Shape => ({
  promptText: required(text(3500)),
  duration: members.secondsOrAuto,
  ratio: optional(oneOf(sizes)),
  seed: members.seed,
  audio: members.audio,
  references: members.references(9),
  referenceVideos: members.referenceVideos,
  referenceAudio: members.referenceAudio,
});
const wan: Shape = {
  promptText: required(text()),
  duration: members.seconds,
  ratio: optional(oneOf(ratios.wanRatios)),
  audio: members.audio,
  references: members.references(10),
  referenceVideos: members.referenceVideos,
  referenceAudio: members.referenceAudio,
};

/** `POST /v1/text_to_video`, by model. */
export const textToVideoShapes: Readonly<Record<string, Shape>> = {
  'gen4.5': {
    promptText: required(text(1000)),
    duration: required(number(2, 10)),
    ratio: required(oneOf(ratios.landscapeOrPortrait)),
    seed: members.seed,
    contentModeration: members.contentModeration,
    outputFormat: members.outputFormat,
  },
  'veo3.1': veo,
  'veo3.1_fast': veo,
  hailuo3: {
    promptText: required(text()),
    duration: members.seconds,
    ratio: optional(oneOf(ratios.hailuoRatios)),
    resolution: optional(oneOf(['768p', '2k'])),
    references: members.references(9),
    referenceVideos: members.referenceVideos,
    referenceAudio: members.referenceAudio,
  },
  happyhorse_1_0: {
    promptText: required(text(2500)),
    duration: members.seconds,
    ratio: optional(oneOf(ratios.happyHorseRatios)),
  },
  seedance2: seedance(ratios.seedanceRatios),
  seedance2_fast: seedance(ratios.seedanceSmallRatios),
  seedance2_mini: seedance(ratios.seedanceSmallRatios),
  seedance2_5: {
    ...seedance(ratios.seedance25Ratios),
    promptText: optional(text(15000)),
    references: members.references(30),
  },
  gemini_omni_flash: {
    promptText: required(text()),
    duration: members.threeToTenSeconds,
    ratio: optional(oneOf(ratios.landscapeOrPortrait)),
  },
  'gemini_omni_flash_1.1': {
    promptText: required(text()),
    duration: members.threeToTenSecondsOrAuto,
    ratio: optional(oneOf(ratios.omniRatios)),
    references: members.references(30),
    referenceVideos: members.plainReferenceVideos,
  },
  grok_imagine_1_5: {
    promptText: required(text()),
    duration: members.seconds,
    ratio: optional(oneOf(ratios.grokRatios)),
    resolution: optional(oneOf(['480p', '720p', '1080p'])),
    references: members.references(30),
    referenceAudio: members.referenceAudio,
  },
  wan3: wan,
  wan3_prime: wan,
  h3_max: {
    promptText: required(text()),
    duration: members.seconds,
    resolution: optional(oneOf(['480p', '768p'])),
    seed: members.seed,
    promptExpansionMode: members.promptExpansionMode,
  },
};
