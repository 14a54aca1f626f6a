import type { AGENT_IDS, AgentAspectRatio, AgentQuality, Quality } from '../models.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import type { Speech, VideoSource } from './request-parts.ts';

// Grade B throughout: a client of 2026 checks these bodies so, the pages of the reference were not seen.

/** Body of `POST /video/avatar/generate`: a portrait that speaks. Grade B. */
export type AvatarRequest = Speech & {
  readonly img_id: PixVerseId;
  readonly quality: Quality;
};

/** An uploaded image, by its id or by the address that the upload answered. */
export type AgentImageReference =
  | { readonly img_id: PixVerseId; readonly img_url?: undefined }
  | { readonly img_url: string; readonly img_id?: undefined };

/** A video by its id, or by the address that its upload answered. */
export type AgentVideoReference =
  | (VideoSource & { readonly video_url?: undefined })
  | { readonly video_url: string; readonly source_video_id?: undefined; readonly video_media_id?: undefined };

interface FilmFields {
  readonly quality?: AgentQuality | undefined;
  readonly aspect_ratio?: AgentAspectRatio | undefined;
}

/** Images in the pace of a video of 2 to 30 seconds. */
export interface ViralRecreationRequest extends FilmFields {
  readonly agent_id: typeof AGENT_IDS.viralRecreation;
  readonly prompt: string;
  /** 1 to 5. */
  readonly img_references: readonly AgentImageReference[];
  readonly video_references: readonly [AgentVideoReference];
}

/** A listing on the web, or pictures of it with a prompt. */
type Listing =
  | {
      readonly product_url: string;
      readonly img_references?: undefined;
      readonly prompt?: undefined;
    }
  | {
      /** At least 5; at most 60 with `pro` and 20 with `fast`. */
      readonly img_references: readonly AgentImageReference[];
      readonly prompt?: string | undefined;
      readonly product_url?: undefined;
    };

type Tour =
  | { readonly model: 'fast'; readonly mode?: undefined; readonly duration?: undefined }
  | { readonly model: 'pro'; readonly mode?: 'property_tour' | undefined; readonly duration?: undefined }
  | { readonly model: 'pro'; readonly mode: 'ad_house_tour'; readonly duration: 15 | 30 };

/** A film about a house that is for sale. */
export type RealEstateRequest = FilmFields &
  Listing &
  Tour & {
    readonly agent_id: typeof AGENT_IDS.realEstate;
  };

/** Body of `POST /video/agent/generate`. Grade B. */
export type AgentRequest = ViralRecreationRequest | RealEstateRequest;

/** Body of `POST /video/music_mv_agent/generate`: a film as long as the music. Grade B. */
export interface MusicVideoRequest {
  readonly mv_agent_type: 'vibe_mv' | 'vibe_mv_v3_custom';
  /** Uploaded music that `POST /audio/verification` has accepted. */
  readonly audio_media_id: PixVerseId;
  readonly aspect_ratio: Exclude<AgentAspectRatio, '21:9'>;
  readonly quality: AgentQuality;
  readonly seed?: number | undefined;
  /** Less than 5000 characters. */
  readonly lyric_text?: string | undefined;
  /** `custom` needs one of the two images. */
  readonly mv_style?: string | undefined;
  /** One image of who appears. */
  readonly img_references?: readonly [AgentImageReference] | undefined;
  /** One image of the look. */
  readonly style_img_references?: readonly [AgentImageReference] | undefined;
  readonly caption_switch?: boolean | undefined;
  readonly lip_sync_switch?: boolean | undefined;
  readonly instrumental_switch?: boolean | undefined;
}
