import type { Sharp } from 'sharp';
import type { ConvertedImage, ImageTarget } from '@pixsim7/core';
import { mediaLimits } from '../../limits.ts';
import { Flaw } from '../flaw.ts';
import type { Reading } from '../protocol.ts';
import type { ImageFormat } from '../start-of-file.ts';
import { assertPixels, flawOf, nameOf } from './image-facts.ts';
import { openPicture, readHeader } from './open-picture.ts';

/** Qualities that are tried before the picture becomes smaller. */
const qualities = [92, 80];
const maxShrinks = 6;
/** Bytes shrink a little slower than pixels, so each step goes further than their ratio says. */
const margin = 0.9;
const largestStep = 0.75;

/** @throws Flaw */
export async function convertImage(
  path: string,
  format: ImageFormat,
  target: ImageTarget,
  reading: Reading,
): Promise<ConvertedImage> {
  try {
    const header = await readHeader(path, format);
    assertPixels(format, header);
    const longSide = Math.max(header.width, header.height);
    const maxSidePx = Math.max(1, Math.min(target.maxSidePx ?? longSide, longSide));
    const work = maxSidePx < longSide ? 'shrink' : 'keep_size';
    const picture = await openPicture(
      path,
      format,
      header,
      { work, maxSidePx, mimeType: target.mimeType },
      reading,
    );
    if (picture === null) {
      throw tooMuch(format, header.width * header.height);
    }
    return await encodeWithin(plain(picture, target), maxSidePx, target);
  } catch (cause) {
    throw flawOf(path, format, cause);
  }
}

/** Plain 8-bit sRGB. A JPEG has no transparency: what is transparent becomes white, as on paper. */
function plain(picture: Sharp, { mimeType }: ImageTarget): Sharp {
  const opaque = mimeType === 'image/jpeg' ? picture.flatten({ background: 'white' }) : picture;
  return opaque.toColourspace('srgb');
}

async function encodeWithin(picture: Sharp, maxSidePx: number, target: ImageTarget): Promise<ConvertedImage> {
  const maxBytes = Math.min(target.maxBytes ?? mediaLimits.outputBytes, mediaLimits.outputBytes);
  let side = maxSidePx;
  for (let shrinks = 0; shrinks <= maxShrinks; shrinks += 1) {
    let bytes = 0;
    for (const quality of target.mimeType === 'image/png' ? [100] : qualities) {
      const encoded = await encode(picture, side, target.mimeType, quality);
      bytes = encoded.bytes.byteLength;
      if (bytes <= maxBytes) {
        return encoded;
      }
    }
    side = Math.max(1, Math.floor(side * Math.min(largestStep, Math.sqrt(maxBytes / bytes) * margin)));
  }
  throw new Flaw('too_large', `The picture cannot be made to fit ${maxBytes.toLocaleString('en')} bytes.`);
}

async function encode(
  picture: Sharp,
  side: number,
  mimeType: ImageTarget['mimeType'],
  quality: number,
): Promise<ConvertedImage> {
  const sized = picture.clone().resize(side, side, { fit: 'inside', withoutEnlargement: true });
  const { data, info } = await encoderOf(sized, mimeType, quality).toBuffer({ resolveWithObject: true });
  return { bytes: data, mimeType, width: info.width, height: info.height };
}

function encoderOf(picture: Sharp, mimeType: ImageTarget['mimeType'], quality: number): Sharp {
  switch (mimeType) {
    case 'image/jpeg':
      // Coding that is optimised keeps the whole picture in memory to save 3 % of the bytes.
      return picture.jpeg({ quality, optimiseCoding: false });
    case 'image/png':
      return picture.png();
    case 'image/webp':
      return picture.webp({ quality });
  }
}

function tooMuch(format: ImageFormat, pixels: number): Flaw {
  return new Flaw(
    'too_large',
    `The ${nameOf(format)} image has ${(pixels / 1e6).toFixed(1)} million pixels and is stored in a way that takes more memory to decode than this server allows. Save it smaller, or as a baseline JPEG.`,
  );
}
