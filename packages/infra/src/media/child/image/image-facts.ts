import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import type { Metadata } from 'sharp';
import { imageTraits } from '@pixsim7/core';
import type { ImageTrait, MediaFacts } from '@pixsim7/core';
import { mediaLimits } from '../../limits.ts';
import { withFileBytes } from '../file-bytes.ts';
import { Flaw } from '../flaw.ts';
import { isMachineFault } from '../machine-fault.ts';
import type { Reading } from '../protocol.ts';
import type { ImageFormat } from '../start-of-file.ts';
import { readBitmap } from './bitmap-file.ts';
import { decodingMemory } from './decoding-memory.ts';
import { decodeHeicPicture, heicDecodingBytes, planHeic } from './heic-picture.ts';
import { endsEarly, isMovingPng } from './image-end.ts';
import { isSequence, openWithSharp, readHeader } from './open-picture.ts';

/**
 * Reads the header and then decodes the picture, so a file that is cut off or damaged is noticed when it comes in. A
 * picture that takes more memory than may be used is judged by its header and its ends.
 *
 * @throws Flaw
 */
export async function readImageFacts(
  path: string,
  format: ImageFormat,
  reading: Reading,
): Promise<MediaFacts> {
  const header = await readHeader(path, format).catch((cause: unknown) => {
    throw flawOf(path, format, cause);
  });
  assertPixels(format, header);
  try {
    await decodeOnce(path, format, header, reading);
  } catch (cause) {
    throw flawOf(path, format, cause);
  }
  return {
    mediaType: 'image',
    mimeType: `image/${format}`,
    width: header.autoOrient.width,
    height: header.autoOrient.height,
    durationS: null,
    fps: null,
    codec: null,
    animated: isAnimated(path, format, header),
    imageTraits: traitsOf(header),
  };
}

function traitsOf({ depth, orientation, space }: Partial<Metadata>): ImageTrait[] {
  const found: Readonly<Record<ImageTrait, boolean>> = {
    cmyk: space === 'cmyk',
    sixteen_bit: depth !== undefined && depth !== 'uchar',
    turned: (orientation ?? 1) > 1,
  };
  return imageTraits.filter((trait) => found[trait]);
}

/** @throws Flaw above the bound */
export function assertPixels(
  format: ImageFormat,
  { width, height }: Pick<Metadata, 'width' | 'height'>,
): void {
  if (!(width > 0) || !(height > 0)) {
    throw new Flaw('damaged', `The ${nameOf(format)} image is damaged: it states no size.`);
  }
  if (width * height <= mediaLimits.pixels) {
    return;
  }
  const size = `${width.toLocaleString('en')} × ${height.toLocaleString('en')}`;
  throw new Flaw(
    'too_large',
    `The ${nameOf(format)} image has ${((width * height) / 1e6).toFixed(1)} million pixels (${size}); at most ${mediaLimits.pixels / 1e6} million are read. Send a smaller one.`,
  );
}

async function decodeOnce(
  path: string,
  format: ImageFormat,
  header: Metadata,
  reading: Reading,
): Promise<void> {
  const decoder = decodingMemory(format, header, 'shrink');
  if (format === 'heic') {
    const bytes = heicDecodingBytes(
      decoder,
      withFileBytes(path, (file) => file.size),
    );
    const small = { maxSidePx: 64, maxBytes: reading.decodingBytes };
    if (bytes + 64 ** 2 * 6 > reading.decodingBytes) {
      return assertEnd(path, format);
    }
    const plan = planHeic(header, bytes, small);
    await reading.reserve(plan.bytes);
    await decodeHeicPicture(path, header.icc, plan);
    return;
  }
  if (decoder > reading.decodingBytes) {
    return assertEnd(path, format);
  }
  await reading.reserve(decoder);
  if (format === 'bmp') {
    withFileBytes(path, readBitmap);
    return;
  }
  try {
    await (await openWithSharp(path, format, 'error')).resize(1, 1, { fit: 'fill' }).raw().toBuffer();
  } catch (error) {
    if (format !== 'jpeg' || !(await isWholeButForItsEnd(path, header))) {
      throw error;
    }
  }
}

function assertEnd(path: string, format: ImageFormat): void {
  if (withFileBytes(path, (file) => endsEarly(file, format))) {
    throw cutOff(format);
  }
}

/**
 * Some programs leave out the two bytes that end a JPEG, and every decoder shows the picture. With those bytes in place the
 * decoder says whether any of the picture itself is missing.
 */
async function isWholeButForItsEnd(path: string, { width, height }: Metadata): Promise<boolean> {
  if (!withFileBytes(path, (file) => endsEarly(file, 'jpeg') && file.size <= mediaLimits.outputBytes)) {
    return false;
  }
  const ended = Buffer.concat([readFileSync(path), Buffer.from([0xff, 0xd9])]);
  try {
    // An area is named so that every line is decoded: a picture that is decoded small says nothing of missing lines.
    const whole = sharp(ended, { failOn: 'warning', sequentialRead: true }).extract({
      left: 0,
      top: 0,
      width,
      height,
    });
    await whole.resize(1, 1, { fit: 'fill' }).raw().toBuffer();
    return true;
  } catch {
    return false;
  }
}

function isAnimated(path: string, format: ImageFormat, header: Metadata): boolean {
  switch (format) {
    case 'gif':
    case 'webp':
      return (header.pages ?? 1) > 1;
    case 'png':
      return withFileBytes(path, isMovingPng);
    case 'avif':
    case 'heic':
      return isSequence(path);
    case 'jpeg':
    case 'tiff':
    case 'bmp':
      return false;
  }
}

/** Turns what a decoder said into a sentence: cut off, when the parts of the file say so, else damaged. */
export function flawOf(path: string, format: ImageFormat, cause: unknown): unknown {
  const isKnown = cause instanceof Flaw;
  if ((isKnown && cause.flaw !== 'damaged') || isMachineFault(cause)) {
    return cause;
  }
  if (withFileBytes(path, (file) => endsEarly(file, format))) {
    return cutOff(format, cause);
  }
  if (isKnown) {
    return cause;
  }
  return new Flaw(
    'damaged',
    `The ${nameOf(format)} image is damaged and cannot be decoded. Send another copy.`,
    cause,
  );
}

function cutOff(format: ImageFormat, cause?: unknown): Flaw {
  return new Flaw(
    'cut_off',
    `The ${nameOf(format)} image is cut off at the end. Send the whole file.`,
    cause,
  );
}

export function nameOf(format: ImageFormat): string {
  return format === 'webp' ? 'WebP' : format.toUpperCase();
}
