import type { OperationType } from '@pixsim7/contracts';
import {
  happyHorse,
  omni,
  seedance25,
  seedanceTo4k,
  seedanceTo720p,
  sixRatios,
  wan,
  wideAndTall,
  wideAndTallTo1080p,
} from './frame-sizes.ts';
import type { FrameFormat, FrameSizes } from './frame-sizes.ts';

/** The operations that Runway has here. */
export const runwayOperations = [
  'text_to_video',
  'image_to_video',
  'video_extend',
  'video_transition',
  'fusion',
] as const satisfies readonly OperationType[];
export type RunwayOperation = (typeof runwayOperations)[number];

export const runwayModels = [
  'gen4.5',
  'gen4_turbo',
  'veo3.1',
  'veo3.1_fast',
  'seedance2',
  'seedance2_fast',
  'seedance2_mini',
  'seedance2_5',
  'gemini_omni_flash',
  'gemini_omni_flash_1.1',
  'hailuo3',
  'happyhorse_1_0',
  'grok_imagine_1_5',
  'wan3',
  'wan3_prime',
  'h3_max',
] as const;
export type RunwayModel = (typeof runwayModels)[number];

/** Lengths in whole seconds: a list, a range, or no bound that Runway states. */
export type Durations =
  | readonly number[]
  | { readonly minimum: number; readonly maximum: number }
  | 'not_stated';

/** The abilities of one model. Source: Runway API reference and the typed client 4.20.1 (September 2026). */
export interface ModelFacts {
  readonly label: string;
  /** In UTF-16 units, as Runway counts; null where no limit is stated. */
  readonly longestPrompt: number | null;
  /** Operations that need a prompt. */
  readonly promptNeeded: readonly RunwayOperation[];
  readonly durations: Durations;
  /** The frame in each operation; an operation that is not here is not offered. */
  readonly frames: Readonly<Partial<Record<RunwayOperation, FrameFormat>>>;
  readonly seed: boolean;
  readonly negativePrompt: boolean;
  readonly audio: boolean;
  readonly publicFigureThreshold: boolean;
  readonly promptExpansion: boolean;
  /** Of a picture, in pixels; null where the reference states none. */
  readonly smallestSide: number | null;
  /** Image references that a fusion takes at most. */
  readonly references: number;
  /** The member that holds the video to extend: it differs by model. */
  readonly extendMember: 'videoUri' | 'promptVideo' | null;
}

/** `fusion_assets` is bounded by the generic parameters; some models take more, or state no number. */
const maxReferences = 16;

const withPrompt = [
  'text_to_video',
  'image_to_video',
  'video_extend',
  'video_transition',
  'fusion',
] as const satisfies readonly RunwayOperation[];
const promptForTextOnly = ['text_to_video', 'fusion'] as const satisfies readonly RunwayOperation[];

const pixels = (sizes: FrameSizes): FrameFormat => ({ kind: 'pixels', sizes });
const fromSource: FrameFormat = { kind: 'source' };

const plain = {
  longestPrompt: null,
  promptNeeded: withPrompt,
  durations: 'not_stated',
  seed: false,
  negativePrompt: false,
  audio: false,
  publicFigureThreshold: false,
  promptExpansion: false,
  smallestSide: null,
  references: 0,
  extendMember: null,
} as const satisfies Partial<ModelFacts>;

const veo = {
  ...plain,
  longestPrompt: 1_000,
  promptNeeded: promptForTextOnly,
  durations: [4, 6, 8],
  frames: {
    text_to_video: pixels(wideAndTallTo1080p),
    image_to_video: pixels(wideAndTallTo1080p),
    video_transition: pixels(wideAndTallTo1080p),
  },
  seed: true,
  negativePrompt: true,
  audio: true,
} as const;

const seedance = {
  ...plain,
  longestPrompt: 3_500,
  promptNeeded: promptForTextOnly,
  seed: true,
  audio: true,
  references: 9,
} as const;

const allButExtend = (format: FrameFormat) => ({
  text_to_video: format,
  image_to_video: format,
  video_transition: format,
  fusion: format,
});

const wan3 = { ...plain, audio: true, references: 10, frames: allButExtend(pixels(wan)) } as const;

const hailuoRatios = ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9'];
const hailuoResolutions = ['768p', '2k'];
const hailuoText: FrameFormat = {
  kind: 'ratio_and_resolution',
  ratios: hailuoRatios,
  resolutions: hailuoResolutions,
};
/** A text alone has nothing to adapt to, so `adaptive` needs a picture. */
const hailuoPicture: FrameFormat = { ...hailuoText, ratios: [...hailuoRatios, 'adaptive'] };

const grokRatios = ['16:9', '9:16', '1:1', '4:3', '3:4', '3:2', '2:3'];

export const modelFacts: Readonly<Record<RunwayModel, ModelFacts>> = {
  'gen4.5': {
    ...plain,
    label: 'Runway Gen-4.5',
    longestPrompt: 1_000,
    durations: { minimum: 2, maximum: 10 },
    frames: { text_to_video: pixels(wideAndTall), image_to_video: pixels(sixRatios) },
    seed: true,
    publicFigureThreshold: true,
  },
  gen4_turbo: {
    ...plain,
    label: 'Runway Gen-4 Turbo',
    longestPrompt: 1_000,
    promptNeeded: [],
    frames: { image_to_video: pixels(sixRatios) },
    seed: true,
    publicFigureThreshold: true,
  },
  'veo3.1': { ...veo, label: 'Veo 3.1' },
  'veo3.1_fast': { ...veo, label: 'Veo 3.1 Fast' },
  seedance2: { ...seedance, label: 'Seedance 2', frames: allButExtend(pixels(seedanceTo4k)) },
  seedance2_fast: {
    ...seedance,
    label: 'Seedance 2 Fast',
    frames: allButExtend(pixels(seedanceTo720p)),
  },
  seedance2_mini: {
    ...seedance,
    label: 'Seedance 2 Mini',
    frames: allButExtend(pixels(seedanceTo720p)),
  },
  seedance2_5: {
    ...seedance,
    label: 'Seedance 2.5',
    longestPrompt: 15_000,
    promptNeeded: ['video_extend'],
    frames: { ...allButExtend(pixels(seedance25)), video_extend: fromSource },
    references: maxReferences,
    extendMember: 'promptVideo',
  },
  gemini_omni_flash: {
    ...plain,
    label: 'Gemini Omni Flash',
    promptNeeded: promptForTextOnly,
    durations: { minimum: 3, maximum: 10 },
    frames: { text_to_video: pixels(wideAndTall), image_to_video: pixels(wideAndTall) },
  },
  'gemini_omni_flash_1.1': {
    ...plain,
    label: 'Gemini Omni Flash 1.1',
    durations: { minimum: 3, maximum: 10 },
    frames: { ...allButExtend(pixels(omni)), video_extend: fromSource },
    references: maxReferences,
    extendMember: 'videoUri',
  },
  hailuo3: {
    ...plain,
    label: 'Hailuo 3',
    frames: { ...allButExtend(hailuoPicture), text_to_video: hailuoText },
    references: 9,
  },
  happyhorse_1_0: {
    ...plain,
    label: 'HappyHorse 1.0',
    longestPrompt: 2_500,
    promptNeeded: promptForTextOnly,
    frames: {
      text_to_video: pixels(happyHorse),
      image_to_video: { kind: 'resolution', resolutions: ['720p', '1080p'] },
    },
  },
  grok_imagine_1_5: {
    ...plain,
    label: 'Grok Imagine 1.5',
    promptNeeded: promptForTextOnly,
    frames: {
      text_to_video: {
        kind: 'ratio_and_resolution',
        ratios: grokRatios,
        resolutions: ['480p', '720p', '1080p'],
      },
      image_to_video: { kind: 'resolution', resolutions: ['480p', '720p', '1080p'] },
      // With references it makes no more than 720p.
      fusion: { kind: 'ratio_and_resolution', ratios: grokRatios, resolutions: ['480p', '720p'] },
    },
    references: maxReferences,
  },
  wan3: { ...wan3, label: 'Wan 3' },
  wan3_prime: { ...wan3, label: 'Wan 3 Prime' },
  h3_max: {
    ...plain,
    label: 'H3 Max',
    smallestSide: 256,
    frames: {
      text_to_video: { kind: 'resolution', resolutions: ['480p', '768p'] },
      image_to_video: { kind: 'resolution', resolutions: ['480p', '768p'] },
      video_transition: { kind: 'resolution', resolutions: ['480p', '768p'] },
    },
    seed: true,
    promptExpansion: true,
  },
};

/** Models of an operation, in the order of the list above. */
export function modelsOf(operation: RunwayOperation): readonly RunwayModel[] {
  return runwayModels.filter((model) => modelFacts[model].frames[operation] !== undefined);
}

/** @throws TypeError when the model does not offer the operation */
export function frameOf(operation: RunwayOperation, model: RunwayModel): FrameFormat {
  const format = modelFacts[model].frames[operation];
  if (format === undefined) {
    throw new TypeError(`${model} does not offer ${operation}.`);
  }
  return format;
}
