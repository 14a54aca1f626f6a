// Closed lists of the PixVerse API reference (v3.5 to c1, 2026). Which model takes which quality, duration or option is
// PixVerse's to enforce: the published matrices disagree with each other, and a refused call costs nothing.

/**
 * Models of text and image. Source: model capability matrix of the API reference, 2026. `v6-max` is not in it (grade C):
 * resellers forward the name, no page of PixVerse that has it was seen.
 */
export const MODELS = ['v3.5', 'v4', 'v4.5', 'v5', 'v5.5', 'v5.6', 'v6', 'v6-max', 'c1'] as const;
/** A model of text and image. */
export type Model = (typeof MODELS)[number];

/** Models that lead from a first to a last frame. */
export const TRANSITION_MODELS = [
  'v3.5',
  'v4',
  'v4.5',
  'v5',
  'v5.5',
  'v5.6',
  'v6',
  'c1',
] as const satisfies readonly Model[];
/** A model that leads from a first to a last frame. */
export type TransitionModel = (typeof TRANSITION_MODELS)[number];

/** Models that take several key frames. */
export const MULTI_TRANSITION_MODELS = ['v3.5', 'v4', 'v4.5', 'v5'] as const satisfies readonly Model[];
/** A model that takes several key frames. */
export type MultiTransitionModel = (typeof MULTI_TRANSITION_MODELS)[number];

/** Models that make a video longer. */
export const EXTEND_MODELS = ['v3.5', 'v4', 'v4.5', 'v5', 'v5.5', 'v6'] as const satisfies readonly Model[];
/** A model that makes a video longer. */
export type ExtendModel = (typeof EXTEND_MODELS)[number];

/** v6 is missing from the oldest of the three references, present in the newer ones. */
export const FUSION_MODELS = ['v4.5', 'v5', 'v5.5', 'v5.6', 'v6', 'c1'] as const satisfies readonly Model[];
/** A model that takes named references. */
export type FusionModel = (typeof FUSION_MODELS)[number];

/** Heights of the picture; which of them a model has is in the capability matrix. */
export const QUALITIES = ['360p', '540p', '720p', '1080p'] as const;
/** A height of the picture. */
export type Quality = (typeof QUALITIES)[number];

/** Heights of swap, motion control and modify. One page lists 1080p for motion control, its guide refuses it. */
export const EDIT_QUALITIES = ['360p', '540p', '720p'] as const satisfies readonly Quality[];
/** A height of the picture of an edited video. */
export type EditQuality = (typeof EDIT_QUALITIES)[number];

/** Heights of the agents' films (grade B). */
export const AGENT_QUALITIES = ['720p', '1080p'] as const satisfies readonly Quality[];
/** A height of the picture of an agent's film. */
export type AgentQuality = (typeof AGENT_QUALITIES)[number];

/** 2:3, 3:2 and 21:9 are for v6, v6-max and c1. Sources of 2026 disagree whether c1 has 21:9. */
export const ASPECT_RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '2:3', '3:2', '21:9'] as const;
/** A shape of the picture. */
export type AspectRatio = (typeof ASPECT_RATIOS)[number];

/** Shapes of the agents' films (grade B). */
export const AGENT_ASPECT_RATIOS = [
  '9:16',
  '16:9',
  '1:1',
  '4:3',
  '3:4',
  '21:9',
] as const satisfies readonly AspectRatio[];
/** A shape of the picture of an agent's film. */
export type AgentAspectRatio = (typeof AGENT_ASPECT_RATIOS)[number];

/** `auto` is for omni mode. */
export const FUSION_ASPECT_RATIOS = [...ASPECT_RATIOS, 'auto'] as const;
/** A shape of the picture of a fusion. */
export type FusionAspectRatio = (typeof FUSION_ASPECT_RATIOS)[number];

/** Kinds of motion; which of them a model has is in the capability matrix. */
export const MOTION_MODES = ['normal', 'fast'] as const;
/** A kind of motion. */
export type MotionMode = (typeof MOTION_MODES)[number];

/** Styles that PixVerse knows by name. */
export const STYLES = ['anime', '3d_animation', 'clay', 'comic', 'cyberpunk', 'realistic'] as const;
/** A style that PixVerse knows by name. */
export type Style = (typeof STYLES)[number];

/** Whether PixVerse rewrites the prompt. */
export const THINKING_TYPES = ['enabled', 'disabled', 'auto'] as const;
/** The extent to which PixVerse rewrites the prompt. */
export type ThinkingType = (typeof THINKING_TYPES)[number];

/** For v4 and v4.5. */
export const CAMERA_MOVEMENTS = [
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
/** A movement of the camera. */
export type CameraMovement = (typeof CAMERA_MOVEMENTS)[number];

/** Roles of a reference in a fusion. */
export const FUSION_REFERENCE_TYPES = ['subject', 'background'] as const;
/** The role of a reference in a fusion. */
export type FusionReferenceType = (typeof FUSION_REFERENCE_TYPES)[number];

/** Agents that PixVerse publishes, by the id that a request names (grade B). */
export const AGENT_IDS = { viralRecreation: '414562414124109', realEstate: '419629433597950' } as const;
/** The id of a published agent. */
export type AgentId = (typeof AGENT_IDS)[keyof typeof AGENT_IDS];

/** Kinds of media that can be uploaded. */
export const MEDIA_TYPES = ['video', 'audio'] as const;
/** A kind of media that can be uploaded. */
export type MediaType = (typeof MEDIA_TYPES)[number];

/** Kinds of speakers: those of PixVerse, those of the account, or both (grade B). */
export const SPEAKER_TYPES = ['system', 'custom', 'all'] as const;
/** A kind of speakers. */
export type SpeakerType = (typeof SPEAKER_TYPES)[number];

/** Kinds of charges in the usage ledger (grade B). */
export const CREATION_TYPES = [
  'text_to_video',
  'image_to_video',
  'transition',
  'lip_sync',
  'extend',
  'sound_effect',
  'fusion',
  'restyle',
  'multi_transition',
  'swap',
  'agent',
  'swap_mask',
  'avatar',
  'image_to_image',
  'mimic',
  'modify',
  'upscale',
] as const;
/** A kind of charge in the usage ledger. */
export type CreationType = (typeof CREATION_TYPES)[number];

/** Directions of a row in the usage ledger (grade B). */
export const CREDITS_STATUSES = ['consume', 'refund'] as const;
/** The direction of a row in the usage ledger. */
export type CreditsStatus = (typeof CREDITS_STATUSES)[number];

/** Sizes of a page that the newer lists take (grade B). */
export const PAGE_SIZES = [10, 20, 50, 100] as const;
/** A size of a page. */
export type PageSize = (typeof PAGE_SIZES)[number];
