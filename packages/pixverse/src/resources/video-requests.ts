import type {
  AspectRatio,
  CameraMovement,
  ExtendModel,
  FusionAspectRatio,
  FusionModel,
  FusionReferenceType,
  Model,
  MotionMode,
  MultiTransitionModel,
  Quality,
  Style,
  ThinkingType,
  TransitionModel,
} from '../models.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import type { VideoSource } from './request-parts.ts';

// Field names are the wire's. The SDK adds no default and drops nothing but undefined fields: PixVerse bills what it reads.

interface CommonFields {
  /** Whole seconds: 5 or 8 up to v5, also 10 on v5.5 and v5.6, 1 to 15 on v6, v6-max and c1. */
  readonly duration: number;
  readonly quality: Quality;
  /** 0 to 2147483647. Recorded, not reproducible. */
  readonly seed?: number | undefined;
  /** Up to v4.5; `fast` needs 5 seconds and less than 1080p. */
  readonly motion_mode?: MotionMode | undefined;
  /** v5.5 and later. Raises the price. */
  readonly generate_audio_switch?: boolean | undefined;
}

/** Sound and speech made together with the video, v5 and below. */
interface InlineSoundFields {
  readonly sound_effect_switch?: boolean | undefined;
  /** Invented from the picture when empty. */
  readonly sound_effect_content?: string | undefined;
  readonly lip_sync_tts_switch?: boolean | undefined;
  /** About 140 characters; cut to the length of the video. */
  readonly lip_sync_tts_content?: string | undefined;
  readonly lip_sync_tts_speaker_id?: string | undefined;
}

interface CreativeFields extends CommonFields, InlineSoundFields {
  readonly model: Model;
  /** 5000 characters for text to video. For image to video sources say 2048, one of them in UTF-8 bytes. */
  readonly prompt: string;
  /** No longer in the current reference, still accepted. */
  readonly negative_prompt?: string | undefined;
  /** v4 and v4.5, not together with `template_id`. */
  readonly camera_movement?: CameraMovement | undefined;
  readonly style?: Style | undefined;
  /** An effect activated in the dashboard. */
  readonly template_id?: PixVerseId | undefined;
  /** v5.5, v6 and v6-max. */
  readonly generate_multi_clip_switch?: boolean | undefined;
  /** v5.5 in the reference; resellers offer it on v6 too. */
  readonly thinking_type?: ThinkingType | undefined;
  /** No longer in the current reference. */
  readonly water_mark?: boolean | undefined;
  /** Id of a webhook created in the dashboard. A string, unlike the other ids. */
  readonly webhook_id?: string | undefined;
}

/** Body of `POST /video/text/generate`. */
export interface TextToVideoRequest extends CreativeFields {
  readonly aspect_ratio: AspectRatio;
}

/** One image, or the images of a template that takes several. */
type ImageInput =
  | { readonly img_id: PixVerseId; readonly img_ids?: undefined }
  | { readonly img_ids: readonly PixVerseId[]; readonly img_id?: undefined };

/**
 * Body of `POST /video/img/generate`. With a `template_id` it makes a template video: `duration`, `prompt` and `model` must
 * be present then, but the template's own are used.
 */
export type ImageToVideoRequest = CreativeFields & ImageInput;

/** Body of `POST /video/transition/generate`: from a first to a last frame. */
export interface TransitionRequest extends CommonFields, InlineSoundFields {
  readonly model: TransitionModel;
  readonly prompt: string;
  readonly first_frame_img: PixVerseId;
  readonly last_frame_img: PixVerseId;
}

/** A key frame with the prompt of what follows it. */
export interface MultiTransitionStep {
  readonly img_id: PixVerseId;
  /** Seconds until the next image; 0 on the last step. */
  readonly duration: number;
  readonly prompt?: string | undefined;
}

/** Body of `POST /video/multi_transition/generate`: 2 to 7 images, 30 seconds at most in all. */
export interface MultiTransitionRequest {
  readonly multi_transition: readonly MultiTransitionStep[];
  readonly model: MultiTransitionModel;
  readonly quality: Quality;
  readonly motion_mode?: MotionMode | undefined;
}

/** Body of `POST /video/extend/generate`. The source is shorter than 40 seconds and at most 1920 pixels a side. */
export type ExtendRequest = CommonFields &
  VideoSource & {
    readonly model: ExtendModel;
    readonly prompt: string;
    readonly negative_prompt?: string | undefined;
    readonly style?: Style | undefined;
    readonly water_mark?: boolean | undefined;
  };

/** A picture that the prompt of a fusion cites. */
export interface FusionImageReference {
  readonly img_id: PixVerseId;
  readonly type?: FusionReferenceType | undefined;
  /** The name the prompt cites as `@name`: unique, about 30 bytes. */
  readonly ref_name?: string | undefined;
}

/** A video that the prompt of a fusion cites. */
export type FusionVideoReference = VideoSource & { readonly ref_name: string };

interface FusionFields {
  readonly model: FusionModel;
  /** Cites each reference as `@ref_name`, followed by a space. */
  readonly prompt: string;
  /** Whole seconds; 0 in omni mode with video references, where the longest of them decides. */
  readonly duration: number;
  readonly quality: Quality;
  readonly aspect_ratio: FusionAspectRatio;
  readonly seed?: number | undefined;
  readonly generate_audio_switch?: boolean | undefined;
}

interface ImageFusion extends FusionFields {
  /** 1 to 3 on v4.5 and v5, 1 to 7 on later models. */
  readonly image_references: readonly FusionImageReference[];
  readonly reference_mode?: undefined;
  readonly video_references?: undefined;
}

interface OmniFusion extends FusionFields {
  readonly reference_mode: 'omni';
  /** Up to 10. */
  readonly image_references?: readonly FusionImageReference[] | undefined;
  /** At most 2, at most 15 seconds together. */
  readonly video_references?: readonly FusionVideoReference[] | undefined;
}

/** Body of `POST /video/fusion/generate`: a video of given subjects, a background or, in omni mode (v6), given videos. */
export type FusionRequest = ImageFusion | OmniFusion;
