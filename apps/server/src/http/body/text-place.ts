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
  // Halving takes 25 looks of 2 ms each for the largest body, a decoder in JavaScript half a second.
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isUtf8(bytes.subarray(0, startOfCharacter(bytes, middle)))) good = middle;
    else bad = middle;
  }
  return isUtf8(bytes.subarray(0, good)) ? good : startOfCharacter(bytes, good);
}

/** The last offset up to this one at which a character begins; a character has 4 bytes at most. */
function startOfCharacter(bytes: Uint8Array, offset: number): number {
  let start = offset;
  while (start > 0 && offset - start < 3 && isContinuation(bytes[start] ?? 0)) start -= 1;
  return start;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
