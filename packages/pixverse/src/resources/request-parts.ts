import type { PixVerseId } from '../pixverse-id.ts';

/** A video made by this API, or one uploaded as media. */
export type VideoSource =
  | { readonly source_video_id: PixVerseId; readonly video_media_id?: undefined }
  | { readonly video_media_id: PixVerseId; readonly source_video_id?: undefined };

/** Words as a recording that was uploaded, or as a text with the speaker who reads it. */
export type Speech =
  | {
      readonly audio_media_id: PixVerseId;
      readonly lip_sync_tts_speaker_id?: undefined;
      readonly lip_sync_tts_content?: undefined;
    }
  | {
      /** An id from `speakers.list`, or `auto`. A string, unlike the other ids. */
      readonly lip_sync_tts_speaker_id: string;
      /** 200 characters at most. */
      readonly lip_sync_tts_content: string;
      readonly audio_media_id?: undefined;
    };
