import { UnreadableMediaError, type ImageTarget } from '@pixsim7/core';
import type { Sharp } from 'sharp';
import { openImage } from './image-file.ts';

interface Converted {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly width: number;
  readonly height: number;
}

/** High enough that nobody sees it. */
const usualQuality = 92;
/** Below this a picture is made smaller instead of worse. */
const lowestQuality = 76;
/** A picture that is too large for its bytes loses a fifth of each side at a time. */
const shrinkBy = 0.8;
/** 0.8 to the power of 16 is a 35th of each side: no picture that was read is larger than that makes it. */
const maxTries = 20;

/** @throws UnreadableMediaError when the file cannot be decoded or made small enough */
export async function convertImage(path: string, target: ImageTarget): Promise<Converted> {
  const { autoOrient } = await openImage(path).metadata();
  const longSide = Math.max(autoOrient.width, autoOrient.height);
  let side = Math.min(longSide, target.maxSidePx ?? longSide);
  let quality = usualQuality;
  for (let tries = 0; tries < maxTries; tries += 1) {
    const picture = openImage(path)
      .autoOrient()
      .toColourspace('srgb')
      .resize(side, side, { fit: 'inside', withoutEnlargement: true });
    const { data, info } = await encode(picture, target.mimeType, quality)
      .toBuffer({ resolveWithObject: true })
      .catch((cause: unknown) => {
        throw new UnreadableMediaError('The picture cannot be decoded.', { cause });
      });
    if (data.byteLength <= (target.maxBytes ?? Infinity)) {
      return { bytes: data, mimeType: target.mimeType, width: info.width, height: info.height };
    }
    if (target.mimeType !== 'image/png' && quality > lowestQuality) quality -= 8;
    else side = Math.max(1, Math.floor(side * shrinkBy));
  }
  throw new UnreadableMediaError(`The picture cannot be made smaller than ${target.maxBytes} bytes.`);
}

function encode(picture: Sharp, mimeType: ImageTarget['mimeType'], quality: number): Sharp {
  switch (mimeType) {
    case 'image/jpeg':
      // JPEG has no transparency; black, which is what would be left, hides what is dark.
      return picture.flatten({ background: 'white' }).jpeg({ quality });
    case 'image/png':
      return picture.png();
    case 'image/webp':
      return picture.webp({ quality });
  }
}
