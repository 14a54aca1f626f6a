import sharp from 'sharp';
import type { Recipe } from '../render/recipe.ts';
import { drawStill } from '../render/still.ts';
import type { Emulation } from './emulation.ts';
import { keyframesPerSecond } from './operations/keyframe.ts';
import { restyleEffects } from './restyle-effects.ts';
import type { MaskName, MaskSelection } from './store.ts';
import { templatesWith } from './templates.ts';

// Every picture follows from what the store knows, so none is kept: it is drawn each time it is fetched.

export const keyframeName = ({ id }: MaskSelection): string => `keyframe-${id}.png`;
export const maskPictureName = (maskId: string): string => `mask-${maskId}.png`;
export const templateCoverName = (id: string): string => `template-${id}.png`;
export const restyleCoverName = (id: number): string => `restyle-${id}.png`;

/** The PNG of a name that this emulator gave out, or null. */
export async function pictureNamed(emulation: Emulation, name: string): Promise<Uint8Array | null> {
  const [, kind = '', id = ''] = /^(keyframe|mask|template|restyle)-(\d+)\.png$/.exec(name) ?? [];
  switch (kind) {
    case 'keyframe': {
      const selection = emulation.store.maskSelections.get(id);
      return selection === undefined ? null : drawKeyframe(emulation, selection);
    }
    case 'mask':
      return drawMask(emulation, id);
    case 'template': {
      const template = templatesWith(emulation.settings.active_templates).find((known) => known.id === id);
      return template === undefined ? null : drawCover(emulation, template.name);
    }
    case 'restyle': {
      const effect = restyleEffects.find((known) => String(known.id) === id);
      return effect === undefined ? null : drawCover(emulation, effect.prompt);
    }
    default:
      return null;
  }
}

function drawKeyframe({ uploadDirectory }: Emulation, selection: MaskSelection): Promise<Uint8Array> {
  return drawStill(selection.recipe, (selection.keyframe - 1) / keyframesPerSecond, uploadDirectory);
}

function drawCover({ uploadDirectory }: Emulation, caption: string): Promise<Uint8Array> {
  const cover: Recipe = {
    width: 320,
    height: 180,
    label: 'PixVerse emulator',
    segments: [{ kind: 'gradient', seconds: 1, caption }],
  };
  return drawStill(cover, 0, uploadDirectory);
}

/** White where the mask covers the frame. Nothing is recognized: a person is always in the middle, an object in a corner. */
async function drawMask({ store }: Emulation, maskId: string): Promise<Uint8Array | null> {
  for (const { masks, recipe } of store.maskSelections.values()) {
    const mask = masks.find(({ id }) => id === maskId);
    if (mask !== undefined) {
      return sharp(Buffer.from(maskDrawing(mask.name, recipe)))
        .png()
        .toBuffer();
    }
  }
  return null;
}

function maskDrawing(name: MaskName, { width, height }: Recipe): string {
  const person = `<ellipse cx="${width / 2}" cy="${height / 2}" rx="${width / 6}" ry="${height / 3}" fill="FILL"/>`;
  const object = `<rect x="0" y="${height * 0.7}" width="${width / 4}" height="${height * 0.3}" fill="FILL"/>`;
  const [ground, shapes] = {
    person: ['black', person.replace('FILL', 'white')],
    object: ['black', object.replace('FILL', 'white')],
    background: ['white', `${person}${object}`.replaceAll('FILL', 'black')],
  }[name];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${ground}"/>${shapes}</svg>`;
}
