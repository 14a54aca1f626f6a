import { isUtf8 } from 'node:buffer';

const lineFeed = 0x0a;

/** The position of a byte as an editor shows it: line and column from 1, columns in characters. */
export function placeOf(bytes: Uint8Array, offset: number): string {
  let line = 1;
  let column = 1;
  for (let index = 0; index < offset; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === lineFeed) {
      line += 1;
      column = 1;
    } else if (!isContinuation(byte)) {
      column += 1;
    }
  }
  return `line ${line}, column ${column}`;
}

/** Offset of the first character that is not UTF-8; null when the whole text is. */
export function findNotUtf8(bytes: Uint8Array): number | null {
  if (isUtf8(bytes)) {
    return null;
  }
  // Binary search with the native check: a decoder in JavaScript takes half a second for the largest body.
  let good = 0;
  let end = bytes.length;
  while (end - good > maxLinearBytes) {
    const middle = good + Math.floor((end - good) / 2);
    const next = lastGoodEnd(bytes, good, middle);
    if (next === null) {
      end = middle;
    } else {
      good = next;
    }
  }
  while (good < bytes.length) {
    const next = [1, 2, 3, 4].find((length) => isUtf8(bytes.subarray(good, good + length)));
    if (next === undefined) {
      break;
    }
    good += next;
  }
  return good;
}

/** Up to this number of bytes, characters are checked one by one. */
const maxLinearBytes = 64;

/** The end of the last whole character up to an offset; null when something before it is not UTF-8. */
function lastGoodEnd(bytes: Uint8Array, start: number, offset: number): number | null {
  // The offset can fall inside a character, which has up to 4 bytes.
  return (
    [offset, offset - 1, offset - 2, offset - 3].find((end) => isUtf8(bytes.subarray(start, end))) ?? null
  );
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
