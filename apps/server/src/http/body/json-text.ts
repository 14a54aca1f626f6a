import { malformed } from './json-refusals.ts';

/** A text between its quotes. */
export interface TextToken {
  readonly start: number;
  /** Of the closing quote. */
  readonly end: number;
  readonly isAscii: boolean;
  readonly hasEscapes: boolean;
  /** Offsets every 4 MB at which it may be cut: never inside an escape. */
  readonly cuts: readonly number[];
}

/** Lets others run before something that takes long. */
export type Breathe = () => Promise<void>;

const pieceBytes = 4 * 1024 ** 2;

const quote = 0x22;
const backslash = 0x5c;
const letterU = 0x75;
// Tables, because a body of 32 MB can be 5 million escapes.
const isSimpleEscape = tableOf('"\\/bfnrt');
const isHexDigit = tableOf('0123456789abcdefABCDEF');

/**
 * Finds the end of the text that begins behind a quote, and checks everything that decoding it relies on: its escapes, and
 * that no control character stands in it.
 *
 * @param start offset behind the quote
 * @throws RequestError malformed_request
 */
export function scanText(bytes: Buffer, start: number): TextToken {
  let isAscii = true;
  let hasEscapes = false;
  let nextCut = start + pieceBytes;
  const cuts: number[] = [];
  for (let index = start; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === quote) return { start, end: index, isAscii, hasEscapes, cuts };
    if (index >= nextCut) {
      cuts.push(index);
      nextCut = index + pieceBytes;
    }
    if (byte === backslash) {
      hasEscapes = true;
      const length = escapeLength(bytes, index);
      if (length === 0) throw malformed(bytes, index, 'A text contains an escape that JSON does not have.');
      index += length - 1;
    } else if (byte < 0x20) {
      throw malformed(bytes, index, 'A text contains a control character, which JSON writes as an escape.');
    } else if (byte >= 0x80) {
      isAscii = false;
    }
  }
  throw malformed(bytes, start - 1, 'A text has no end.');
}

/** 0 when it is none. */
function escapeLength(bytes: Buffer, index: number): number {
  if (isSimpleEscape[bytes[index + 1] ?? 0] === 1) return 2;
  const isUnicode =
    bytes[index + 1] === letterU &&
    isHexDigit[bytes[index + 2] ?? 0] === 1 &&
    isHexDigit[bytes[index + 3] ?? 0] === 1 &&
    isHexDigit[bytes[index + 4] ?? 0] === 1 &&
    isHexDigit[bytes[index + 5] ?? 0] === 1;
  return isUnicode ? 6 : 0;
}

/** The text as it is meant. */
export function decodeText(bytes: Buffer, { start, end, isAscii, hasEscapes }: TextToken): string {
  const encoding = isAscii ? 'latin1' : 'utf8';
  if (!hasEscapes) return bytes.toString(encoding, start, end);
  return JSON.parse(`"${bytes.toString(encoding, start, end)}"`) as string;
}

/**
 * The same for a text of many megabytes, all ASCII: to copy 28 MB takes 10 to 140 ms, and to resolve 5 million escapes
 * as long again.
 */
export async function decodeLongText(bytes: Buffer, token: TextToken, breathe: Breathe): Promise<string> {
  await breathe();
  if (!token.hasEscapes) return decodeText(bytes, token);
  let text = '';
  const bounds = [token.start, ...token.cuts, token.end];
  for (const [index, end] of bounds.slice(1).entries()) {
    text += decodeText(bytes, { ...token, start: bounds[index] ?? token.start, end });
    await breathe();
  }
  return text;
}

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}
