import { isUtf8 } from 'node:buffer';

const lineFeed = 0x0a;

/** Where a byte stands, as an editor shows it: line and column from 1, columns in characters. */
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

/** Offset of the first character that is not UTF-8; null when all are. */
export function findNotUtf8(bytes: Uint8Array): number | null {
  if (isUtf8(bytes)) return null;
  // By halves, because a decoder in JavaScript would take half a second for the largest body.
  let good = 0;
  let end = bytes.length;
  while (end - good > shortest) {
    const middle = good + Math.floor((end - good) / 2);
    const next = lastGoodEnd(bytes, good, middle);
    if (next === null) end = middle;
    else good = next;
  }
  while (good < bytes.length) {
    const next = [1, 2, 3, 4].find((length) => isUtf8(bytes.subarray(good, good + length)));
    if (next === undefined) break;
    good += next;
  }
  return good;
}

/** Below this number of bytes one character is tried after the other. */
const shortest = 64;

/** The end of the last whole character up to an offset, or null when there is something else than UTF-8 before it. */
function lastGoodEnd(bytes: Uint8Array, start: number, offset: number): number | null {
  // A character has 4 bytes at most, so the offset can stand in the middle of one.
  return (
    [offset, offset - 1, offset - 2, offset - 3].find((end) => isUtf8(bytes.subarray(start, end))) ?? null
  );
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
