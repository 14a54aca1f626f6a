import { asJsonObject } from '../envelope.ts';
import type { JsonValue } from '../lossless-json/index.ts';
import { readPixVerseId } from '../pixverse-id.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import { readBoolean, readNumber, readText } from './read-fields.ts';

/** The answer to a generation: PixVerse has accepted it and works on it. */
export interface SubmittedVideo {
  readonly video_id: PixVerseId;
  /** Credits charged. Only newer endpoints say so; motion control spells it `credit`, which is read as this field. */
  readonly credits?: number | undefined;
}

export function readSubmittedVideo(reply: JsonValue | undefined): SubmittedVideo | undefined {
  const fields = asJsonObject(reply);
  const videoId = readPixVerseId(fields?.['video_id']);
  if (fields === undefined || videoId === undefined) {
    return undefined;
  }
  return { video_id: videoId, credits: readNumber(fields['credits']) ?? readNumber(fields['credit']) };
}

/** State of a video. Everything but `id` and `status` may be missing. */
export interface Video {
  readonly id: PixVerseId;
  /** Raw code; see `describeVideoStatus`. */
  readonly status: number;
  /** Valid only with status 1. Its lifetime is not documented: download at once. */
  readonly url?: string | undefined;
  readonly prompt?: string | undefined;
  readonly negative_prompt?: string | undefined;
  readonly seed?: number | undefined;
  readonly style?: string | undefined;
  /** Presumably bytes. */
  readonly size?: number | undefined;
  readonly resolution_ratio?: number | undefined;
  readonly outputWidth?: number | undefined;
  readonly outputHeight?: number | undefined;
  /** Format not documented. */
  readonly create_time?: string | undefined;
  readonly modify_time?: string | undefined;
  readonly has_audio?: boolean | undefined;
  readonly credits?: number | undefined;
}

export function readVideo(reply: JsonValue | undefined): Video | undefined {
  const fields = asJsonObject(reply);
  const id = readPixVerseId(fields?.['id']);
  const status = readNumber(fields?.['status']);
  if (fields === undefined || id === undefined || status === undefined) {
    return undefined;
  }
  return {
    id,
    status,
    url: readText(fields['url']),
    prompt: readText(fields['prompt']),
    negative_prompt: readText(fields['negative_prompt']),
    seed: readNumber(fields['seed']),
    style: readText(fields['style']),
    size: readNumber(fields['size']),
    resolution_ratio: readNumber(fields['resolution_ratio']),
    outputWidth: readNumber(fields['outputWidth']),
    outputHeight: readNumber(fields['outputHeight']),
    create_time: readText(fields['create_time']),
    modify_time: readText(fields['modify_time']),
    has_audio: readBoolean(fields['has_audio']),
    credits: readNumber(fields['credits']) ?? readNumber(fields['credit']),
  };
}
