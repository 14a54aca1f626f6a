import { PixVerseInputError } from './errors.ts';
import { JsonNumber, parseLosslessJson, stringifyLosslessJson } from './lossless-json/index.ts';
import { isPixVerseId } from './pixverse-id.ts';

/**
 * Request fields that carry a 64-bit id, or a list of them. PixVerse has endpoints that refuse quoted ids, so these are
 * written as bare numbers. `webhook_id`, `mask_id` and the speaker ids are strings in the reference and stay strings.
 */
export const ID_FIELDS = [
  'img_id',
  'img_ids',
  'first_frame_img',
  'last_frame_img',
  'source_video_id',
  'video_media_id',
  'audio_media_id',
  'template_id',
  'restyle_id',
  'agent_id',
] as const;
export type IdField = (typeof ID_FIELDS)[number];

const idFields: ReadonlySet<string> = new Set(ID_FIELDS);

/**
 * The exact JSON text the client sends for a body: compact, keys in the given order, `undefined` fields left out, ids as
 * bare numbers, everything else untouched. Persist it before submitting and hand the same text back to repeat the call.
 *
 * @example encodeBody({ img_id: '343252978602905123', prompt: 'rain' }) // {"img_id":343252978602905123,"prompt":"rain"}
 * @throws {PixVerseInputError} when an id field holds something else than an id, or JSON cannot express a value.
 */
export function encodeBody(body: object): string {
  try {
    return stringifyLosslessJson(body, (field, value) =>
      idFields.has(field) ? encodeIds(field, value) : value,
    );
  } catch (error) {
    if (error instanceof TypeError) {
      throw new PixVerseInputError(`the request body is not JSON: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/**
 * The text to send for a body given as an object, or as text made earlier by {@link encodeBody}. Text passes byte for
 * byte; it is parsed only so that text which is not a JSON object cannot become a paid call of unknown meaning.
 *
 * @throws {PixVerseInputError}
 */
export function toBodyText(body: object | string): string {
  if (typeof body !== 'string') {
    return encodeBody(body);
  }
  if (!isJsonObjectText(body)) {
    throw new PixVerseInputError('an encoded request body must be the text of a JSON object');
  }
  return body;
}

function isJsonObjectText(text: string): boolean {
  try {
    const value = parseLosslessJson(text);
    return (
      typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
    );
  } catch {
    return false;
  }
}

function encodeIds(field: string, value: unknown): unknown {
  return Array.isArray(value) ? value.map((item: unknown) => encodeId(field, item)) : encodeId(field, value);
}

function encodeId(field: string, value: unknown): JsonNumber | undefined {
  if (value === undefined) {
    return undefined;
  }
  const digits = digitsOf(value);
  if (digits === undefined || !isPixVerseId(digits)) {
    throw new PixVerseInputError(`${field} must be a PixVerse id (unsigned 64-bit decimal string)`);
  }
  return new JsonNumber(digits);
}

function digitsOf(value: unknown): string | undefined {
  if (value instanceof JsonNumber) {
    return value.lexeme;
  }
  // A safe integer is as exact as its digits; a larger JavaScript number may already have been rounded.
  if (typeof value === 'number' && Number.isSafeInteger(value)) {
    return value.toString();
  }
  return typeof value === 'string' ? value : undefined;
}
