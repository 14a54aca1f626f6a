import type { FileBytes } from '../file-bytes.ts';
import { Flaw } from '../flaw.ts';

/** Pixels in rows from the top, without padding. */
export interface RawPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
}

export interface BitmapHeader {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: 24 | 32;
  readonly pixelsAt: number;
  /** The first row in the file is the lowest one, unless the height is negative. */
  readonly isBottomUp: boolean;
}

/** The header of a BMP as screenshots are: 24 or 32 bits without compression. @throws Flaw */
export function readBitmapHeader(file: FileBytes): BitmapHeader {
  const header = file.at(0, 54);
  if (header.length < 54) {
    throw new Flaw('cut_off', 'The BMP image is cut off at the end. Send the whole file.');
  }
  const height = header.readInt32LE(22);
  const width = header.readInt32LE(18);
  const bitsPerPixel = header.readUInt16LE(28);
  const compression = header.readUInt32LE(30);
  // 3 says that masks give the order of the colours; the usual one is the only one in use.
  if (
    header.readUInt32LE(14) < 40 ||
    (bitsPerPixel !== 24 && bitsPerPixel !== 32) ||
    (compression !== 0 && compression !== 3)
  ) {
    throw new Flaw('not_supported', 'This kind of BMP image is not read. Save it as JPEG or PNG.');
  }
  if (width <= 0 || height === 0) {
    throw new Flaw('damaged', 'The BMP image is damaged: it states no size.');
  }
  return {
    width,
    height: Math.abs(height),
    bitsPerPixel,
    pixelsAt: header.readUInt32LE(10),
    isBottomUp: height > 0,
  };
}

/** @throws Flaw when rows are missing */
export function readBitmap(file: FileBytes): RawPicture {
  const { width, height, bitsPerPixel, pixelsAt, isBottomUp } = readBitmapHeader(file);
  const pixelBytes = bitsPerPixel / 8;
  // Rows are filled up to four bytes.
  const rowBytes = Math.ceil((width * pixelBytes) / 4) * 4;
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row += 1) {
    const pixels = file.at(pixelsAt + row * rowBytes, width * pixelBytes);
    if (pixels.length < width * pixelBytes) {
      throw new Flaw('cut_off', 'The BMP image is cut off at the end. Send the whole file.');
    }
    let target = (isBottomUp ? height - 1 - row : row) * width * 3;
    for (let at = 0; at < pixels.length; at += pixelBytes) {
      data[target] = pixels[at + 2] ?? 0;
      data[target + 1] = pixels[at + 1] ?? 0;
      data[target + 2] = pixels[at] ?? 0;
      target += 3;
    }
  }
  return { data, width, height, channels: 3 };
}
