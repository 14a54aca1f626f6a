import * as members from './members.ts';
import * as ratios from './ratios.ts';
import { media, oneOf, optional, required, text } from './shape.ts';
import type { Shape } from './shape.ts';

const seedance = (sizes: readonly string[]): Shape => ({
  promptVideo: required(media),
  promptText: optional(text(3500)),
  duration: members.secondsOrAuto,
  ratio: optional(oneOf(sizes)),
  audio: members.audio,
  seed: members.seed,
  references: members.references(9),
  referenceVideos: members.referenceVideos,
  referenceAudio: members.referenceAudio,
});

const seedance25: Shape = {
  ...seedance(ratios.seedance25Ratios),
  promptText: optional(text(15000)),
  mode: optional(oneOf(['reference', 'edit'])),
  references: members.references(30),
};
const { ratio: _followsTheInput, ...seedance25Extend } = seedance25;

/** `POST /v1/video_to_video`, by model. */
export const videoToVideoShapes: Readonly<Record<string, Shape>> = {
  aleph2: {
    videoUri: required(media),
    promptText: optional(text(1000)),
    targetAspectRatio: optional(oneOf(['16:9', '4:3', '3:2', '1:1', '2:3', '3:4', '9:16', '21:9'])),
    seed: members.seed,
    contentModeration: members.contentModeration,
    outputFormat: members.outputFormat,
  },
  seedance2: seedance(ratios.seedanceRatios),
  seedance2_fast: seedance(ratios.seedanceSmallRatios),
  seedance2_mini: seedance(ratios.seedanceSmallRatios),
  seedance2_5: seedance25,
  hailuo3: {
    promptVideo: required(media),
    promptText: required(text()),
    duration: members.seconds,
    ratio: optional(oneOf(ratios.hailuoRatios)),
    resolution: optional(oneOf(['768p', '2k'])),
    references: members.references(9),
    referenceVideos: members.referenceVideos,
    referenceAudio: members.referenceAudio,
  },
  gemini_omni_flash: {
    videoUri: required(media),
    promptText: required(text()),
    references: members.references(30),
  },
  'gemini_omni_flash_1.1': {
    videoUri: required(media),
    mode: optional(oneOf(['reference', 'extend', 'edit'])),
    promptText: required(text()),
    duration: members.threeToTenSecondsOrAuto,
    ratio: optional(oneOf(ratios.omniRatios)),
    references: members.references(30),
  },
};

/** `seedance2_5` in mode `extend` needs a prompt, and takes no ratio. */
export const seedance25ExtendShape: Shape = {
  ...seedance25Extend,
  mode: required(oneOf(['extend'])),
  promptText: required(text(15000)),
};
