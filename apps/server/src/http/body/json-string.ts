import { malformed } from './json-refusals.ts';

/** A JSON string, by its place in the bytes. */
export interface StringToken {
  /** Offset behind the opening quote. */
  readonly start: number;
  /** Offset of the closing quote. */
  readonly end: number;
  readonly isAscii: boolean;
  readonly hasEscapes: boolean;
  /** Offsets every 4 MB where the string can be split: never inside an escape. */
  readonly cuts: readonly number[];
}

/** Lets other work run in the event loop. */
export type Pause = () => Promise<void>;

/** Read without a pause: 4 MB take about 20 ms. */
export const partBytes = 4 * 1024 ** 2;

const quote = 0x22;
const backslash = 0x5c;
const letterU = 0x75;
// Lookup tables, because a body of 32 MB can have 5 million escapes.
const isSimpleEscape = tableOf('"\\/bfnrt');
const isHexDigit = tableOf('0123456789abcdefABCDEF');

/**
 * Finds the end of a string, and checks what decoding relies on: valid escapes and no control characters.
 *
 * @param start offset behind the opening quote
 * @throws RequestError malformed_request
 */
export async function scanString(bytes: Buffer, start: number, pause: Pause): Promise<StringToken> {
  let isAscii = true;
  let hasEscapes = false;
  let nextCut = start + partBytes;
  const cuts: number[] = [];
  for (let index = start; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === quote) {
      return { start, end: index, isAscii, hasEscapes, cuts };
    }
    if (index >= nextCut) {
      cuts.push(index);
      nextCut = index + partBytes;
      await pause();
    }
    if (byte === backslash) {
      hasEscapes = true;
      const length = escapeLength(bytes, index);
      if (length === 0) {
        throw malformed(bytes, index, 'A string contains an invalid escape.');
      }
      index += length - 1;
    } else if (byte < 0x20) {
      throw malformed(bytes, index, 'A string contains an unescaped control character.');
    } else if (byte >= 0x80) {
      isAscii = false;
    }
  }
  throw malformed(bytes, start - 1, 'A string is not closed.');
}

/** Length of the escape at a backslash; 0 when it is invalid. */
function escapeLength(bytes: Buffer, index: number): number {
  if (isSimpleEscape[bytes[index + 1] ?? 0] === 1) {
    return 2;
  }
  const isUnicode =
    bytes[index + 1] === letterU &&
    isHexDigit[bytes[index + 2] ?? 0] === 1 &&
    isHexDigit[bytes[index + 3] ?? 0] === 1 &&
    isHexDigit[bytes[index + 4] ?? 0] === 1 &&
    isHexDigit[bytes[index + 5] ?? 0] === 1;
  return isUnicode ? 6 : 0;
}

/** The value of a string. */
export function decodeString(bytes: Buffer, { start, end, isAscii, hasEscapes }: StringToken): string {
  const encoding = isAscii ? 'latin1' : 'utf8';
  if (!hasEscapes) {
    return bytes.toString(encoding, start, end);
  }
  return JSON.parse(`"${bytes.toString(encoding, start, end)}"`) as string;
}

/** The same for an ASCII string of many megabytes. Copying 28 MB takes 10 to 140 ms, decoding 5 million escapes as long again. */
export async function decodeLongString(bytes: Buffer, token: StringToken, pause: Pause): Promise<string> {
  await pause();
  if (!token.hasEscapes) {
    return decodeString(bytes, token);
  }
  let text = '';
  const bounds = [token.start, ...token.cuts, token.end];
  for (const [index, end] of bounds.slice(1).entries()) {
    text += decodeString(bytes, { ...token, start: bounds[index] ?? token.start, end });
    await pause();
  }
  return text;
}

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) {
    table[character.charCodeAt(0)] = 1;
  }
  return table;
}
