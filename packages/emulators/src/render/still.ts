import sharp from 'sharp';
import { rgbOfPlanes } from './canvas.ts';
import { decodePictures } from './decode-pictures.ts';
import { drawFrame } from './draw-frame.ts';
import type { Recipe } from './recipe.ts';

/**
 * Draws one moment of a recipe as a PNG of the recipe's size. The same recipe gives the same picture, so nothing has to be
 * kept. Rejects with sharp's error for a picture that cannot be read.
 *
 * @param seconds from the start of the recipe
 */
export async function drawStill(
  recipe: Recipe,
  seconds: number,
  pictureDirectory: string,
): Promise<Uint8Array> {
  const pictures = await decodePictures(recipe, 1, pictureDirectory);
  const planes = drawFrame(recipe, pictures, 1, seconds);
  const { width, height } = planes;
  return sharp(rgbOfPlanes(planes), { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 3 })
    .toBuffer();
}
