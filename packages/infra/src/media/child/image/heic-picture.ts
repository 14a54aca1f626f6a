import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import type { Metadata } from 'sharp';
import { Flaw } from '../flaw.ts';
import type { RawPicture } from './bitmap-file.ts';
import { heicColours, planesToRgb } from './heic-colours.ts';
import { decodeHeic } from './heic-decoder.ts';
import type { Plane } from './heic-decoder.ts';

/** Below this a picture of a phone is not worth sending. */
const smallestSide = 1024;
/** Three planes in the new size, and the colours that they become. */
const bytesPerNewPixel = 6;

/** A way to decode a HEIC picture within a bound of memory. */
export interface HeicPlan {
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

/**
 * The size in which a HEIC picture can be had: its own, or a smaller one when memory is short.
 *
 * @param decodingBytes memory for the decoder alone, from the header
 * @throws Flaw when the decoder alone takes too much
 */
export function planHeic(
  header: Pick<Metadata, 'width' | 'height'>,
  decodingBytes: number,
  limits: { readonly maxSidePx: number; readonly maxBytes: number },
): HeicPlan {
  const longSide = Math.max(header.width, header.height);
  const pixels = header.width * header.height;
  const room = limits.maxBytes - decodingBytes;
  const fitting = room <= 0 ? 0 : Math.sqrt(room / (pixels * bytesPerNewPixel));
  const scale = Math.min(1, limits.maxSidePx / longSide, fitting);
  if (scale * longSide < Math.min(smallestSide, longSide, limits.maxSidePx)) {
    const needed = Math.ceil((decodingBytes + bytesPerNewPixel * smallestSide ** 2) / 1024 ** 2);
    throw new Flaw(
      'too_large',
      `The HEIC image has ${(pixels / 1e6).toFixed(1)} million pixels; decoding it takes about ${needed} MB, which is more than this server allows. Save it smaller or as JPEG.`,
    );
  }
  const width = Math.max(1, Math.floor(header.width * scale));
  const height = Math.max(1, Math.floor(header.height * scale));
  return { width, height, bytes: Math.ceil(decodingBytes + width * height * bytesPerNewPixel) };
}

/** Memory of the decoder with the file in it twice: as it is, and inside WebAssembly. */
export function heicDecodingBytes(decoderBytes: number, fileBytes: number): number {
  return decoderBytes + 2 * fileBytes;
}

/** Decodes, makes each plane as large as planned, and only then makes colours. @throws Flaw */
export async function decodeHeicPicture(
  path: string,
  icc: Buffer | undefined,
  plan: HeicPlan,
): Promise<RawPicture> {
  const file = readFileSync(path);
  const { luma, blueness, redness } = decodeHeic(file);
  const colours = heicColours(file, icc);
  const resized = async (plane: Plane | null): Promise<Uint8Array | null> =>
    plane === null ? null : resizePlane(plane, plan.width, plan.height);
  const brightness = await resizePlane(luma, plan.width, plan.height);
  const data = planesToRgb(brightness, await resized(blueness), await resized(redness), colours);
  return { data, width: plan.width, height: plan.height, channels: 3 };
}

async function resizePlane(plane: Plane, width: number, height: number): Promise<Uint8Array> {
  const { data, rowPixels } = eightBits(plane);
  return sharp(data, { raw: { width: rowPixels, height: plane.height, channels: 1 } })
    .extract({ left: 0, top: 0, width: plane.width, height: plane.height })
    .resize(width, height, { fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
}

/** Cameras write 10 bits at most for a picture that 8 can show. */
function eightBits(plane: Plane): { data: Uint8Array; rowPixels: number } {
  const { data, stride, width, height, bits } = plane;
  if (bits <= 8) {
    return { data, rowPixels: stride };
  }
  const narrow = new Uint8Array(width * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const at = row * stride + column * 2;
      narrow[row * width + column] = (((data[at + 1] ?? 0) << 8) | (data[at] ?? 0)) >> (bits - 8);
    }
  }
  return { data: narrow, rowPixels: width };
}
