import { readFileSync, statSync } from 'node:fs';
import sharp from 'sharp';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { mediaLimits } from '../../limits.ts';
import { withFileBytes } from '../file-bytes.ts';
import type { Reading } from '../protocol.ts';
import type { ImageFormat } from '../start-of-file.ts';
import { readBitmap, readBitmapHeader } from './bitmap-file.ts';
import type { RawPicture } from './bitmap-file.ts';
import { decodingMemory, encodingMemory, shrinkingMemory } from './decoding-memory.ts';
import type { PictureWork } from './decoding-memory.ts';
import { decodeHeicPicture, heicDecodingBytes, planHeic } from './heic-picture.ts';

// A child reads a file once: a cache would only take memory. Two threads would decode two lines at a time and keep twice as much.
sharp.cache(false);
sharp.concurrency(1);

/** Pictures with more pixels are refused by their header before any of this. */
const options: SharpOptions = { limitInputPixels: mediaLimits.pixels * 2, sequentialRead: true };

/** The header of an image, without decoding it. @throws the error of the library, or Flaw */
export async function readHeader(path: string, format: ImageFormat): Promise<Metadata> {
  if (format !== 'bmp') {
    return (await openWithSharp(path, format, 'none')).metadata();
  }
  const { width, height } = withFileBytes(path, readBitmapHeader);
  return sharp({ create: { width: 1, height: 1, channels: 3, background: 'black' } })
    .metadata()
    .then((header) => ({ ...header, width, height, autoOrient: { width, height } }));
}

/** `failOn`: how much damage the decoder passes over. */
export async function openWithSharp(
  path: string,
  format: ImageFormat,
  failOn: 'none' | 'error',
): Promise<Sharp> {
  if (format === 'avif' && isSequence(path)) {
    // libvips knows moving AVIF only by the name of the format that it contains.
    const bytes = readFileSync(path);
    bytes.write('avif', 8, 'latin1');
    return sharp(bytes, { ...options, failOn });
  }
  return sharp(path, { ...options, failOn });
}

/** Whether an AVIF or HEIC file says that it is a sequence of pictures. */
export function isSequence(path: string): boolean {
  return withFileBytes(path, (file) => /^(?:avis|hevc|msf1)$/u.test(file.at(8, 4).toString('latin1')));
}

export interface PictureRequest {
  readonly work: PictureWork;
  /** Longest side of what is wanted. */
  readonly maxSidePx: number;
  /** The format that it is encoded in. */
  readonly mimeType: string;
}

/**
 * The first picture of an image file, upright, at least as large as wanted unless memory is short, and not decoded yet.
 *
 * @returns null when decoding it would take more memory than may be used
 */
export async function openPicture(
  path: string,
  format: ImageFormat,
  header: Metadata,
  request: PictureRequest,
  reading: Reading,
): Promise<Sharp | null> {
  if (format === 'heic') {
    const decoder = heicDecodingBytes(decodingMemory(format, header, request.work), statSync(path).size);
    // The memory of the decoder is free again before lines of a JPEG or PNG come out.
    const encoder = request.mimeType === 'image/webp' ? encodedBytes(header, request) : 0;
    const maxBytes = reading.decodingBytes - encoder;
    const plan = planHeic(header, decoder, { maxSidePx: request.maxSidePx, maxBytes });
    await reading.reserve(plan.bytes + encoder);
    return sharpOf(await decodeHeicPicture(path, header.icc, plan));
  }
  const bytes = Math.ceil(
    decodingMemory(format, header, request.work) +
      shrinkingMemory(format, header, request.maxSidePx) +
      encodedBytes(header, request),
  );
  if (bytes > reading.decodingBytes) {
    return null;
  }
  await reading.reserve(bytes);
  if (format === 'bmp') {
    return sharpOf(withFileBytes(path, readBitmap));
  }
  // Everything that decodes is shown. Whether the file is whole was checked when it came in.
  return (await openWithSharp(path, format, 'none')).autoOrient();
}

function encodedBytes(header: Metadata, { maxSidePx, mimeType }: PictureRequest): number {
  const scale = Math.min(1, maxSidePx / Math.max(header.width, header.height));
  return encodingMemory(mimeType, header.width * header.height * scale ** 2, header.channels);
}

function sharpOf({ data, width, height, channels }: RawPicture): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}
