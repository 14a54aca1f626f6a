import type { Metadata } from 'sharp';
import { mediaLimits, smallWorkBytes } from '../../limits.ts';
import type { ImageFormat } from '../start-of-file.ts';

/** Steps on a picture. Some decoders decode a small one at once when it is made small here. */
export type PictureWork = 'shrink' | 'keep_size';

/**
 * Memory that decoding a picture takes, in bytes, from what its header says. Measured with pictures of 12 and 100 megapixels:
 * decoders that work line by line take the same for every size, the others a number of bytes for each pixel.
 */
export function decodingMemory(format: ImageFormat, header: Metadata, work: PictureWork): number {
  const pixels = header.width * header.height;
  const perPixel = bytesPerPixel(format, header, work);
  const turned = (header.orientation ?? 1) > 4 && work === 'keep_size' ? 3.5 : 0;
  return Math.ceil(smallWorkBytes + pixels * (perPixel + turned));
}

function bytesPerPixel(format: ImageFormat, header: Metadata, work: PictureWork): number {
  const sample = header.depth === 'ushort' ? 2 : 1;
  const raw = header.channels * sample;
  switch (format) {
    case 'jpeg':
      // A progressive picture is complete only at its last line: until then its coefficients are kept, two bytes each.
      return header.isProgressive ? coefficients(header) * 2 : 0;
    case 'png':
      return header.isProgressive ? raw * 1.2 : 0;
    case 'webp':
      return work === 'shrink' ? 4 : 8;
    case 'gif':
      return 4.5;
    case 'tiff':
      // A strip may be the whole picture.
      return raw * 1.2;
    case 'avif':
      return 16;
    case 'heic':
      return header.bitsPerSample !== undefined && header.bitsPerSample > 8 ? 8 : 4;
    case 'bmp':
      return 4;
  }
}

function coefficients(header: Metadata): number {
  if (header.channels === 1) {
    return 1;
  }
  if (header.channels === 4) {
    return 4;
  }
  switch (header.chromaSubsampling) {
    case '4:2:0':
      return 1.5;
    case '4:2:2':
      return 2;
    case undefined:
    default:
      return 3;
  }
}

/**
 * Lines that wait between the decoder and the picture that becomes smaller: 1,900 bytes for each pixel of a line and channel,
 * measured with lines of 4,200 to 20,000 pixels. A JPEG is decoded to at most twice the size that is wanted.
 */
export function shrinkingMemory(format: ImageFormat, header: Metadata, maxSidePx: number): number {
  const longSide = Math.max(header.width, header.height);
  if (maxSidePx >= longSide) {
    return 0;
  }
  const decodedShare = format === 'jpeg' ? Math.min(1, (2 * maxSidePx) / longSide) : 1;
  return header.width * decodedShare * header.channels * 1_900;
}

/**
 * WebP is encoded from the whole picture; JPEG and PNG line by line, so only what comes out is kept. Noise hardly shrinks as
 * PNG, and becomes half a byte for each pixel as JPEG.
 */
export function encodingMemory(mimeType: string, pixels: number, channels: number): number {
  switch (mimeType) {
    case 'image/webp':
      return pixels * 6;
    case 'image/png':
      return Math.min(pixels * channels, mediaLimits.outputBytes);
    default:
      return Math.min(pixels * 0.5, mediaLimits.outputBytes);
  }
}
