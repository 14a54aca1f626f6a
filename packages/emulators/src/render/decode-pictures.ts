import { join } from 'node:path';
import sharp from 'sharp';
import { planesOfRgb } from './canvas.ts';
import type { Planes } from './canvas.ts';
import { picturesOf } from './recipe.ts';
import type { Recipe } from './recipe.ts';

/** All pictures of a recipe by name, about as large as they will be drawn. Rejects with sharp's error. */
export async function decodePictures(
  recipe: Recipe,
  pixelScale: number,
  directory: string,
): Promise<Map<string, Planes>> {
  const longSide = Math.ceil(Math.max(recipe.width, recipe.height) / pixelScale);
  const pictures = new Map<string, Planes>();
  for (const name of picturesOf(recipe)) {
    pictures.set(name, await decodePicture(join(directory, name), longSide));
  }
  return pictures;
}

/** Decodes a picture with its orientation applied. */
async function decodePicture(file: string, longSide: number): Promise<Planes> {
  const { data, info } = await sharp(file)
    .rotate()
    .resize({ width: longSide, height: longSide, fit: 'outside' })
    .flatten({ background: '#202024' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return planesOfRgb(info.width, info.height, data);
}
