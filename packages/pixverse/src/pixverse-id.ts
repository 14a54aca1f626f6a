import { PixVerseInputError } from './errors.ts';
import { JsonNumber } from './lossless-json/index.ts';
import type { JsonValue } from './lossless-json/index.ts';

/**
 * A PixVerse identifier: an unsigned 64-bit integer as a decimal string (`'343252978602905'`). A bare JSON number on the
 * wire in both directions; never a JavaScript number, which cannot hold it (ids of 18 digits are in use).
 */
export type PixVerseId = `${bigint}`;

const UNSIGNED_DECIMAL = /^(?:0|[1-9]\d*)$/;
const LARGEST_ID = 2n ** 64n - 1n;

/** True for the canonical decimal form of an unsigned 64-bit integer: no sign, no leading zero, no exponent. */
export function isPixVerseId(text: string): text is PixVerseId {
  return text.length <= 20 && UNSIGNED_DECIMAL.test(text) && BigInt(text) <= LARGEST_ID;
}

/**
 * Brings an id that was stored as text back into the SDK's type.
 *
 * @throws {PixVerseInputError} when `text` is not an id.
 */
export function toPixVerseId(text: string): PixVerseId {
  if (!isPixVerseId(text)) {
    throw new PixVerseInputError(`not a PixVerse id (unsigned 64-bit decimal): ${JSON.stringify(text)}`);
  }
  return text;
}

/** Reads an id out of a reply. Numbers are the rule; webhooks and resellers send the same id as a string. */
export function readPixVerseId(value: JsonValue | undefined): PixVerseId | undefined {
  const text = value instanceof JsonNumber ? value.lexeme : value;
  return typeof text === 'string' && isPixVerseId(text) ? text : undefined;
}
