import type { Sharp } from 'sharp';
import type { ConvertedImage } from '@pixsim7/core';

/** Longest side of a poster, in pixels. */
export const posterSidePx = 640;
export const posterMimeType = 'image/webp';

/** A small picture in the proportions that the file is shown in; a picture is never enlarged. */
export async function encodePoster(
  picture: Sharp,
  shown: { readonly width: number; readonly height: number },
): Promise<ConvertedImage> {
  const scale = Math.min(1, posterSidePx / Math.max(shown.width, shown.height));
  const { data, info } = await picture
    .resize(sideOf(shown.width, scale), sideOf(shown.height, scale), { fit: 'fill' })
    .toColourspace('srgb')
    .webp({ quality: 80 })
    .toBuffer({ resolveWithObject: true });
  return { bytes: data, mimeType: posterMimeType, width: info.width, height: info.height };
}

function sideOf(side: number, scale: number): number {
  return Math.max(1, Math.round(side * scale));
}
