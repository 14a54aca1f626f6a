/** The data of a data URL is not what its header says. */
export class DataUrlError extends Error {
  override readonly name = 'DataUrlError';
  readonly code = 'invalid_data_url';
}

/** Media type and parameters take a few dozen characters. */
const maxHeaderLength = 1_000;
/** A multiple of four, so that every piece but the last one is whole bytes. */
const pieceLength = 64 * 1024;

// Numbers in typed arrays, because every character of 28 million is looked up.
const invalid = 0;
const data = 1;
const space = 2;
const padding = 3;
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z0-9+/_-]/u.test(character)) return data;
  if (/[\t\n\f\r ]/u.test(character)) return space;
  return character === '=' ? padding : invalid;
});
const noDigit = 255;
const hexDigits = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? noDigit : digit;
});
const percent = 0x25;

/**
 * The bytes of a base64 data URL, in pieces: to decode 28 million characters at once would stop the process for a third of
 * a second. null when it is not such a URL. The declared type is ignored: the bytes say what they are.
 *
 * Read as browsers read it (WHATWG, "data: URL processor"): white space anywhere in the data means nothing, and characters
 * may be percent-encoded, as `%2B` for a plus. Padding may be left out, and the URL-safe alphabet is taken too.
 *
 * @throws DataUrlError from the pieces, when the data is not base64
 */
export function dataUrlBytes(url: string): Generator<Uint8Array, void> | null {
  const comma = url.slice(0, maxHeaderLength).indexOf(',');
  if (comma < 0 || !/^data:[^,]*; *base64 *$/iu.test(url.slice(0, comma))) return null;
  return base64Bytes(url, comma + 1);
}

/** Node's own decoder skips what it does not know, so that garbage would become a shorter file. */
function* base64Bytes(text: string, from: number): Generator<Uint8Array, void> {
  const piece = Buffer.alloc(pieceLength);
  let filled = 0;
  let paddings = 0;
  for (let index = from; index < text.length; index += 1) {
    let code = text.charCodeAt(index);
    if (code === percent) {
      code = percentDecoded(text, index);
      index += 2;
    }
    const kind = code < 128 ? kinds[code] : invalid;
    if (kind === padding) {
      paddings += 1;
    } else if (kind === data && paddings === 0) {
      if (filled === pieceLength) {
        yield Buffer.from(piece.toString('latin1'), 'base64');
        filled = 0;
      }
      piece[filled] = code;
      filled += 1;
    } else if (kind !== space) {
      throw new DataUrlError(`Character ${index + 1} does not belong to base64.`);
    }
  }
  // Six bits alone are no byte: a text of such a length was cut off. Only a text without data leaves the piece empty.
  if (filled === 0 || filled % 4 === 1 || paddings > 2) throw new DataUrlError('The base64 is cut off.');
  yield Buffer.from(piece.toString('latin1', 0, filled), 'base64');
}

/** The code that `%XX` stands for; one beyond ASCII, which is never valid here, when it stands for none. */
function percentDecoded(text: string, index: number): number {
  const high = hexDigits[text.charCodeAt(index + 1)] ?? noDigit;
  const low = hexDigits[text.charCodeAt(index + 2)] ?? noDigit;
  return high * 16 + low;
}
