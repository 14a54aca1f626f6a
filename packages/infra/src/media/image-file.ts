import { imageTraits, UnreadableMediaError } from '@pixsim7/core';
import type { ImageTrait, MediaFacts } from '@pixsim7/core';
import sharp from 'sharp';
import type { Metadata, Sharp } from 'sharp';

import type { ImageFormat } from './image-signature.ts';

// 100 million pixels are 400 MB when decoded; no provider takes an image of a tenth of that.
const largestImagePixels = 100_000_000;
const posterLongSide = 640;
export const posterMimeType = 'image/webp';

// Files come and go under unique names, so a cache of open files would only hold deleted ones on the disk.
sharp.cache({ files: 0 });

export function openImage(path: string): Sharp {
  return sharp(path, { limitInputPixels: largestImagePixels, failOn: 'error' });
}

/** Size as shown: an EXIF orientation that turns the picture has swapped width and height. @throws UnreadableMediaError */
export async function probeImage(path: string, format: ImageFormat): Promise<MediaFacts> {
  try {
    const metadata = await openImage(path).metadata();
    const { autoOrient } = metadata;
    // The header alone would let a half-sent picture through; this decodes all of it and keeps one pixel.
    await openImage(path).resize(1, 1, { fit: 'fill' }).raw().toBuffer();
    return {
      mediaType: 'image',
      mimeType: `image/${format}`,
      width: autoOrient.width,
      height: autoOrient.height,
      durationS: null,
      fps: null,
      codec: null,
      animated: (metadata.pages ?? 1) > 1,
      imageTraits: traitsOf(metadata),
    };
  } catch (cause) {
    const limit = `at most ${largestImagePixels / 1_000_000} million pixels`;
    throw new UnreadableMediaError(
      `The ${format.toUpperCase()} image is damaged, incomplete or too large (${limit} are read).`,
      { cause },
    );
  }
}

function traitsOf({ depth, orientation, space }: Metadata): ImageTrait[] {
  const found: Readonly<Record<ImageTrait, boolean>> = {
    cmyk: space === 'cmyk',
    sixteen_bit: depth !== 'uchar',
    turned: (orientation ?? 1) > 1,
  };
  return imageTraits.filter((trait) => found[trait]);
}

/** A smaller picture of an image, upright. */
export async function shrinkImage(path: string): Promise<Uint8Array> {
  return encodePoster(openImage(path));
}

/** At most 640 pixels on the long side; a smaller picture keeps its size. */
export async function encodePoster(picture: Sharp): Promise<Uint8Array> {
  return picture
    .autoOrient()
    .resize(posterLongSide, posterLongSide, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer();
}
