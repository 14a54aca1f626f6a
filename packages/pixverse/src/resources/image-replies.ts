import { asJsonObject } from '../envelope.ts';
import type { JsonValue } from '../lossless-json/index.ts';
import { readPixVerseId } from '../pixverse-id.ts';
import type { PixVerseId } from '../pixverse-id.ts';
import { readItems, readNumber, readText } from './read-fields.ts';

/** An uploaded image; its id is used in requests. */
export interface UploadedImage {
  readonly img_id: PixVerseId;
  readonly img_url?: string | undefined;
}

export function readUploadedImage(reply: JsonValue | undefined): UploadedImage | undefined {
  const fields = asJsonObject(reply);
  const imageId = readPixVerseId(fields?.['img_id']);
  return imageId === undefined ? undefined : { img_id: imageId, img_url: readText(fields?.['img_url']) };
}

/** The answer to the generation of an image: PixVerse has accepted it and works on it. */
export interface SubmittedImage {
  readonly image_id: PixVerseId;
  /** Credits charged. */
  readonly credits?: number | undefined;
}

export function readSubmittedImage(reply: JsonValue | undefined): SubmittedImage | undefined {
  const fields = asJsonObject(reply);
  const imageId = readPixVerseId(fields?.['image_id']);
  return imageId === undefined
    ? undefined
    : { image_id: imageId, credits: readNumber(fields?.['credits']) ?? readNumber(fields?.['credit']) };
}

/** The inputs of a generated image, as PixVerse keeps them. Fields whose type is not documented are left out. */
export interface ImageSources {
  readonly duration_type?: string | undefined;
  readonly model_evaluator?: string | undefined;
  readonly customer_img_paths?: readonly string[] | undefined;
  readonly gen_img_req_img_ids?: readonly PixVerseId[] | undefined;
}

function readImageSources(value: JsonValue | undefined): ImageSources | undefined {
  const fields = asJsonObject(value);
  return fields === undefined
    ? undefined
    : {
        duration_type: readText(fields['duration_type']),
        model_evaluator: readText(fields['model_evaluator']),
        customer_img_paths: readItems(fields['customer_img_paths'], readText),
        gen_img_req_img_ids: readItems(fields['gen_img_req_img_ids'], readPixVerseId),
      };
}

/** State of a generated image. Everything but `image_id` and `status` may be missing. */
export interface Image {
  readonly image_id: PixVerseId;
  /** Raw code; see `describeVideoStatus`. The page lists no codes: a client of 2026 uses those of videos (grade B). */
  readonly status: number;
  /** Valid only with status 1. Its lifetime is not documented: download at once. */
  readonly url?: string | undefined;
  readonly prompt?: string | undefined;
  readonly prompt_translate?: string | undefined;
  readonly seed?: number | undefined;
  readonly template_id?: PixVerseId | undefined;
  readonly outputWidth?: number | undefined;
  readonly outputHeight?: number | undefined;
  /** Format not documented. */
  readonly create_time?: string | undefined;
  readonly modify_time?: string | undefined;
  readonly credits?: number | undefined;
  readonly customer_paths?: ImageSources | undefined;
}

export function readImage(reply: JsonValue | undefined): Image | undefined {
  const fields = asJsonObject(reply);
  const imageId = readPixVerseId(fields?.['image_id']);
  const status = readNumber(fields?.['status']);
  if (fields === undefined || imageId === undefined || status === undefined) {
    return undefined;
  }
  return {
    image_id: imageId,
    status,
    url: readText(fields['url']),
    prompt: readText(fields['prompt']),
    prompt_translate: readText(fields['prompt_translate']),
    seed: readNumber(fields['seed']),
    template_id: readPixVerseId(fields['template_id']),
    outputWidth: readNumber(fields['outputWidth']),
    outputHeight: readNumber(fields['outputHeight']),
    create_time: readText(fields['create_time']),
    modify_time: readText(fields['modify_time']),
    credits: readNumber(fields['credits']) ?? readNumber(fields['credit']),
    customer_paths: readImageSources(fields['customer_paths']),
  };
}
