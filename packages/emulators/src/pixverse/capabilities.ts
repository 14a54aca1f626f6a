// The offer of each model, written down from the PixVerse API reference (model capability matrix). Where its sources differ the
// choice is named here.

export const operations = [
  'text_to_video',
  'image_to_video',
  'transition',
  'multi_transition',
  'extend',
  'fusion',
  'lip_sync',
  'sound_effect',
  'restyle',
  'swap',
  'mimic',
  'modify',
  'upscale',
  'avatar',
  'agent',
  'image_to_image',
] as const;
/** Named as the usage ledger names them in `creation_type`. */
export type Operation = (typeof operations)[number];

/** Kinds of charges in the ledger: a mask selection is charged, but makes no video. */
export const creationTypes = [...operations, 'swap_mask'] as const;
export type CreationType = (typeof creationTypes)[number];

export const creditsStatuses = ['consume', 'refund'] as const;
export type CreditsStatus = (typeof creditsStatuses)[number];

export const models = ['v3.5', 'v4', 'v4.5', 'v5', 'v5.5', 'v5.6', 'v6', 'v6-max', 'c1'] as const;
export type Model = (typeof models)[number];

export const qualities = ['360p', '540p', '720p', '1080p'] as const;
export type Quality = (typeof qualities)[number];

/** Pixels of the long side. */
export const longSideOf: Readonly<Record<Quality, number>> = {
  '360p': 640,
  '540p': 1024,
  '720p': 1280,
  '1080p': 1920,
};

export const motionModes = ['normal', 'fast'] as const;
export type MotionMode = (typeof motionModes)[number];

const commonRatios = ['16:9', '4:3', '1:1', '3:4', '9:16'];
const newerRatios = [...commonRatios, '2:3', '3:2', '21:9'];
const anySecondTo15 = Array.from({ length: 15 }, (_, index) => index + 1);

export interface ModelCapabilities {
  readonly operations: readonly Operation[];
  /** Whole seconds. */
  readonly durations: readonly number[];
  /** The longest at 1080p, in seconds. */
  readonly longestAt1080p: number;
  readonly aspectRatios: readonly string[];
  /** Values that `motion_mode` may have; none means that the field is refused. */
  readonly motionModes: readonly MotionMode[];
  readonly cameraMovement: boolean;
  readonly style: boolean;
  readonly audio: boolean;
  readonly multiClip: boolean;
  readonly thinking: boolean;
  /** The older fields `sound_effect_*` and `lip_sync_tts_*` inside a generation. */
  readonly inlineSound: boolean;
  /** The most image references in a fusion; 0 where there is no fusion. */
  readonly references: number;
  /** Fusion's own switch differs: v5.5 has audio but not in fusion. */
  readonly fusionAudio: boolean;
}

const v35: ModelCapabilities = {
  operations: ['text_to_video', 'image_to_video', 'transition', 'multi_transition', 'extend'],
  durations: [5, 8],
  longestAt1080p: 5,
  aspectRatios: commonRatios,
  motionModes,
  cameraMovement: false,
  style: true,
  audio: false,
  multiClip: false,
  thinking: false,
  inlineSound: true,
  references: 0,
  fusionAudio: false,
};

// Newer pages refuse 8 s of 1080p only for v3.5, but v4 and v4.5 have no price for it, so it is refused for them too.
const v4: ModelCapabilities = { ...v35, cameraMovement: true };

const v45: ModelCapabilities = { ...v4, operations: [...v4.operations, 'fusion'], references: 3 };

const v5: ModelCapabilities = {
  ...v45,
  longestAt1080p: 8,
  motionModes: [],
  cameraMovement: false,
};

const v55: ModelCapabilities = {
  operations: ['text_to_video', 'image_to_video', 'transition', 'extend', 'fusion'],
  durations: [5, 8, 10],
  longestAt1080p: 8,
  aspectRatios: commonRatios,
  motionModes: [],
  cameraMovement: false,
  style: false,
  audio: true,
  multiClip: true,
  // The reference names v5.5 only; four sellers offer it on v6, and one on v5.6.
  thinking: true,
  inlineSound: false,
  references: 7,
  fusionAudio: false,
};

const v56: ModelCapabilities = {
  ...v55,
  operations: ['text_to_video', 'image_to_video', 'transition', 'fusion'],
  multiClip: false,
  thinking: false,
  fusionAudio: true,
};

const c1: ModelCapabilities = {
  ...v56,
  durations: anySecondTo15,
  longestAt1080p: 15,
  aspectRatios: newerRatios,
};

const v6: ModelCapabilities = {
  ...c1,
  // The V6 page leaves fusion out, newer references list it.
  operations: ['text_to_video', 'image_to_video', 'transition', 'extend', 'fusion'],
  // Without effect, but the reference's own v6 example sends "normal".
  motionModes: ['normal'],
  style: true,
  multiClip: true,
  thinking: true,
};

// Sold by several integrators, for these two operations; no official page lists it. Everything else is taken to be as on v6.
const v6Max: ModelCapabilities = {
  ...v6,
  operations: ['text_to_video', 'image_to_video'],
  references: 0,
  fusionAudio: false,
};

export const capabilitiesOf: Readonly<Record<Model, ModelCapabilities>> = {
  'v3.5': v35,
  v4,
  'v4.5': v45,
  v5,
  'v5.5': v55,
  'v5.6': v56,
  v6,
  'v6-max': v6Max,
  c1,
};

export const styles = ['anime', '3d_animation', 'clay', 'comic', 'cyberpunk', 'day', 'realistic'] as const;

export const cameraMovements = [
  'horizontal_left',
  'horizontal_right',
  'vertical_up',
  'vertical_down',
  'zoom_in',
  'zoom_out',
  'auto_camera',
  'crane_up',
  'quickly_zoom_in',
  'quickly_zoom_out',
  'smooth_zoom_in',
  'camera_rotation',
  'robo_arm',
  'super_dolly_out',
  'whip_pan',
  'hitchcock',
  'left_follow',
  'right_follow',
  'pan_left',
  'pan_right',
  'fix_bg',
] as const;

export const thinkingTypes = ['enabled', 'disabled', 'auto'] as const;

export const limits = {
  promptCharacters: 5000,
  largestSeed: 2_147_483_647,
  multiTransition: { fewestImages: 2, maxImages: 7, longestSeconds: 30 },
  extendSource: { shorterThanSeconds: 40 },
  referenceNameBytes: 30,
  omni: { maxImages: 10, maxVideos: 2, longestSeconds: 15 },
  /** Of every request that works on an existing video. */
  sourceLongestSide: 1920,
  restyleSourceSeconds: 16,
  mimicSourceSeconds: 30,
  ttsCharacters: 200,
  soundEffectCharacters: 2048,
  modify: { maxImages: 3, maxMasks: 3 },
} as const;
