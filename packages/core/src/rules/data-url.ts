/** The data of a data URL is not valid base64. */
export class DataUrlError extends Error {
  override readonly name = 'DataUrlError';
  readonly code = 'invalid_data_url';
}

/** Media type and parameters take a few dozen characters. */
const maxHeaderLength = 1_000;
/** A multiple of four, so every chunk but the last is whole bytes. */
const chunkLength = 64 * 1024;

// Typed arrays, because each of up to 28 million characters is looked up.
const invalid = 0;
const data = 1;
const space = 2;
const padding = 3;
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z0-9+/_-]/u.test(character)) {
    return data;
  }
  if (/[\t\n\f\r ]/u.test(character)) {
    return space;
  }
  return character === '=' ? padding : invalid;
});
const noDigit = 255;
const hexDigits = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? noDigit : digit;
});
const percent = 0x25;

/**
 * Decodes a base64 data URL in chunks: decoding 28 million characters at once blocks the process for a third of a second. The
 * declared media type is ignored, because the type is detected from the bytes.
 *
 * As in browsers (WHATWG, "data: URL processor"), white space in the data is ignored, and characters may be percent-encoded,
 * as `%2B` for a plus sign. Padding is optional, and the URL-safe alphabet is accepted.
 *
 * @returns null when it is not a base64 data URL
 * @throws DataUrlError while iterating, when the data is not valid base64
 */
export function dataUrlBytes(url: string): Generator<Uint8Array, void> | null {
  const comma = url.slice(0, maxHeaderLength).indexOf(',');
  if (comma < 0 || !/^data:[^,]*; *base64 *$/iu.test(url.slice(0, comma))) {
    return null;
  }
  return base64Bytes(url, comma + 1);
}

/** Checks every character: Node's decoder skips invalid ones, and garbage would become a shorter file. */
function* base64Bytes(text: string, from: number): Generator<Uint8Array, void> {
  const chunk = Buffer.alloc(chunkLength);
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
      if (filled === chunkLength) {
        yield Buffer.from(chunk.toString('latin1'), 'base64');
        filled = 0;
      }
      chunk[filled] = code;
      filled += 1;
    } else if (kind !== space) {
      throw new DataUrlError(`Character ${index + 1} is not valid base64.`);
    }
  }
  // One character is six bits, less than a byte, so data of such a length was cut off. Only empty data leaves nothing here.
  if (filled === 0 || filled % 4 === 1 || paddings > 2) {
    throw new DataUrlError('The base64 is cut off.');
  }
  yield Buffer.from(chunk.toString('latin1', 0, filled), 'base64');
}

/** The code of `%XX`. Invalid digits give a code beyond ASCII, which is never valid base64. */
function percentDecoded(text: string, index: number): number {
  const high = hexDigits[text.charCodeAt(index + 1)] ?? noDigit;
  const low = hexDigits[text.charCodeAt(index + 2)] ?? noDigit;
  return high * 16 + low;
}

export function isDataUrl(source: string): boolean {
  return /^data:/iu.test(source);
}
