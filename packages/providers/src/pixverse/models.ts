import type { OperationType } from '@pixsim7/contracts';

/** Operations that take a model; the others are features with none. */
export const modelOperations = [
  'text_to_video',
  'image_to_video',
  'video_extend',
  'video_transition',
  'fusion',
] as const satisfies readonly OperationType[];
export type ModelOperation = (typeof modelOperations)[number];

export const pixverseModels = ['v3.5', 'v4', 'v4.5', 'v5', 'v5.5', 'v5.6', 'v6', 'c1'] as const;
export type PixverseModel = (typeof pixverseModels)[number];

/** The abilities of one model, as far as they differ from the others. Source: PixVerse API reference, v3.5 to c1 (2026). */
export interface ModelFacts {
  /** A list of lengths, or every whole second up to `maximum`. */
  readonly durations: readonly number[] | { readonly maximum: number };
  /** Lengths at 1080p, where that is fewer. */
  readonly durationsAt1080p: readonly number[] | null;
  readonly aspectRatios: readonly string[];
  readonly motionMode: boolean;
  readonly cameraMovement: boolean;
  readonly styles: readonly string[];
  /** Operations that can make sound with the picture. */
  readonly audio: readonly ModelOperation[];
  readonly multiClip: boolean;
  readonly thinking: boolean;
  /** Sound effects and speech made in the same call. */
  readonly inlineSound: boolean;
  /** Transitions through more than two images. */
  readonly multiTransition: boolean;
  readonly extend: boolean;
  /** References that a fusion takes at most; 0 where fusion is not offered. */
  readonly fusionReferences: number;
}

const ratios = ['16:9', '4:3', '1:1', '3:4', '9:16'];
const moreRatios = [...ratios, '2:3', '3:2', '21:9'];
const styles = ['anime', '3d_animation', 'clay', 'comic', 'cyberpunk'];
const framesAndText: ModelOperation[] = ['text_to_video', 'image_to_video', 'video_transition'];

/** Facts that v3.5 to v5 share. */
const classic = {
  durations: [5, 8],
  // v4 and v4.5 have no price for 8 s at 1080p, and older pages refuse it for every model.
  durationsAt1080p: [5],
  aspectRatios: ratios,
  motionMode: true,
  cameraMovement: false,
  // Older pages document the style for v3.5 alone; it is passed on and has no default.
  styles,
  audio: [],
  multiClip: false,
  thinking: false,
  inlineSound: true,
  multiTransition: true,
  extend: true,
  fusionReferences: 0,
} as const satisfies ModelFacts;

/** Facts that v5.5 and later share. */
const recent = {
  ...classic,
  motionMode: false,
  styles: [],
  audio: framesAndText,
  inlineSound: false,
  multiTransition: false,
  fusionReferences: 7,
} as const satisfies ModelFacts;

const perSecond = {
  ...recent,
  durations: { maximum: 15 },
  durationsAt1080p: null,
  aspectRatios: moreRatios,
} as const satisfies ModelFacts;

export const modelFacts: Readonly<Record<PixverseModel, ModelFacts>> = {
  'v3.5': classic,
  v4: { ...classic, cameraMovement: true },
  'v4.5': { ...classic, cameraMovement: true, fusionReferences: 3 },
  v5: { ...classic, durationsAt1080p: null, motionMode: false, fusionReferences: 3 },
  'v5.5': {
    ...recent,
    durations: [5, 8, 10],
    durationsAt1080p: [5, 8],
    multiClip: true,
    thinking: true,
  },
  'v5.6': {
    ...recent,
    durations: [5, 8, 10],
    durationsAt1080p: [5, 8],
    audio: [...framesAndText, 'fusion'],
    extend: false,
  },
  v6: {
    ...perSecond,
    styles: [...styles, 'realistic'],
    audio: [...framesAndText, 'video_extend', 'fusion'],
    multiClip: true,
  },
  c1: { ...perSecond, audio: [...framesAndText, 'fusion'], extend: false },
};

/** Models of an operation, oldest first. */
export function modelsOf(operation: ModelOperation): readonly PixverseModel[] {
  switch (operation) {
    case 'text_to_video':
    case 'image_to_video':
    case 'video_transition':
      return pixverseModels;
    case 'video_extend':
      return pixverseModels.filter((model) => modelFacts[model].extend);
    case 'fusion':
      return pixverseModels.filter((model) => modelFacts[model].fusionReferences > 0);
  }
}
