import type { EditQuality } from '../models.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import type { Speech, VideoSource } from './request-parts.ts';

// Bodies of the operations on an existing video. None of them takes a model.

/** Body of `POST /video/lip_sync/generate`: new words for whoever speaks in the source. */
export type LipSyncRequest = VideoSource & Speech;

/** Body of `POST /video/sound_effect/generate`. */
export type SoundEffectRequest = VideoSource & {
  /** `true` keeps the sound that the source has. */
  readonly original_sound_switch?: boolean | undefined;
  /** Invented from the picture when empty; 2048 characters at most. One client sends `prompt` in its place. */
  readonly sound_effect_content?: string | undefined;
};

/** A look from the list of PixVerse, or one in words. */
type Look =
  | { readonly restyle_id: PixVerseId; readonly restyle_prompt?: undefined }
  | { readonly restyle_prompt: string; readonly restyle_id?: undefined };

/** Body of `POST /video/restyle/generate`. The source has at most 16 seconds, 1920 pixels a side and 50 MB. */
export type RestyleRequest = VideoSource &
  Look & {
    readonly seed?: number | undefined;
  };

/** Body of `POST /video/mask/selection`: a frame of the video, in which PixVerse looks for objects. */
export type MaskSelectionRequest = VideoSource & {
  /** Counted from 1, which is also the default. */
  readonly keyframe_id?: number | undefined;
};

/** Body of `POST /video/swap/generate`: puts an image in the place of what a mask covers. */
export type SwapRequest = VideoSource & {
  /** The frame that the mask was selected in, of the same source. */
  readonly keyframe_id: number;
  /** An id from `masks.select`. A string, unlike the other ids. */
  readonly mask_id: string;
  readonly img_id: PixVerseId;
  readonly quality: EditQuality;
};

/**
 * Body of `POST /video/mimic/generate`: the subject of the image moves as the person in the source does. The source has at
 * most 30 seconds and 1920 pixels a side.
 */
export type MotionControlRequest = VideoSource & {
  readonly img_id: PixVerseId;
  readonly quality: EditQuality;
};

/** Body of `POST /video/modify/generate`. Known from the Chinese reference, as a gateway republished it. */
export type ModifyRequest = VideoSource & {
  /** Cites masks as `@selection0` and images as `@img0`; 5000 characters at most. */
  readonly prompt: string;
  /** At most 3. */
  readonly img_ids?: readonly PixVerseId[] | undefined;
  /** Ids from `masks.select`, at most 3. */
  readonly mask_ids?: readonly string[] | undefined;
  /** At most 3 (grade B: one client sends them). */
  readonly mask_urls?: readonly string[] | undefined;
  /** The one frame that the masks were selected in; a number in spite of its name. */
  readonly keyframe_ids?: number | undefined;
  readonly quality: EditQuality;
};

/** Body of `POST /video/upscale/generate`. Grade B: known from a client of 2026, not from the reference. */
export type UpscaleRequest = VideoSource;
