import { glyphAdvance, glyphHeight, wrapText } from './bitmap-font.ts';
import {
  colourOf,
  createPlanes,
  darkenRectangle,
  drawPicture,
  drawText,
  fillDisc,
  fillRectangle,
  white,
} from './canvas.ts';
import type { Colour, Planes, Rectangle } from './canvas.ts';
import { durationOf } from './recipe.ts';
import type { Recipe, Segment } from './recipe.ts';

/** Decoded pictures by name. */
export type Pictures = ReadonlyMap<string, Planes>;

/** Draws what a recipe shows at `seconds` from its start. */
export function drawFrame(recipe: Recipe, pictures: Pictures, pixelScale: number, seconds: number): Planes {
  const canvas = createPlanes(Math.ceil(recipe.width / pixelScale), Math.ceil(recipe.height / pixelScale));
  const { segment, elapsed } = segmentAt(recipe, seconds);
  drawScene(canvas, segment, pictures, elapsed);
  drawOverlay(canvas, recipe, segment, seconds);
  return canvas;
}

function segmentAt(recipe: Recipe, seconds: number): { segment: Segment; elapsed: number } {
  let start = 0;
  for (const segment of recipe.segments) {
    if (seconds < start + segment.seconds) {
      return { segment, elapsed: seconds - start };
    }
    start += segment.seconds;
  }
  const last = recipe.segments.at(-1);
  if (last === undefined) {
    throw new RangeError('a recipe has at least one segment');
  }
  return { segment: last, elapsed: last.seconds };
}

function drawScene(canvas: Planes, segment: Segment, pictures: Pictures, elapsed: number): void {
  const progress = segment.seconds === 0 ? 1 : elapsed / segment.seconds;
  switch (segment.kind) {
    case 'gradient':
      drawGradient(canvas, segment.caption, elapsed);
      return;
    case 'placeholder':
      drawStripes(canvas, elapsed);
      return;
    case 'picture':
      drawMoving(canvas, pictureNamed(pictures, segment.picture), progress, 1);
      return;
    case 'crossfade':
      drawMoving(canvas, pictureNamed(pictures, segment.from), progress, 1);
      drawMoving(canvas, pictureNamed(pictures, segment.to), 1 - progress, progress);
      return;
    case 'composition':
      if (segment.background === null) {
        drawGradient(canvas, segment.caption, elapsed);
      } else {
        drawMoving(canvas, pictureNamed(pictures, segment.background), progress, 1);
      }
      drawSubjects(
        canvas,
        segment.subjects.map((name) => pictureNamed(pictures, name)),
        progress,
      );
  }
}

function pictureNamed(pictures: Pictures, name: string): Planes {
  const picture = pictures.get(name);
  if (picture === undefined) {
    throw new RangeError(`the picture ${name} was not decoded`);
  }
  return picture;
}

const paletteSize = 256;

/** Bands of two colours that the text decides, wandering across, and a disc. */
function drawGradient(canvas: Planes, text: string, elapsed: number): void {
  const hash = hashOf(text);
  const palette = paletteOf(hash % 360, (hash >>> 9) % 360);
  const stepX = 0.4 + ((hash >>> 3) % 16) / 16;
  const stepY = 0.4 + ((hash >>> 7) % 16) / 16;
  const shift = elapsed * 60;
  for (let row = 0; row < canvas.height; row += 1) {
    for (let column = 0; column < canvas.width; column += 1) {
      const colour = palette[Math.floor(column * stepX + row * stepY + shift) % paletteSize] ?? white;
      const index = row * canvas.width + column;
      canvas.luma[index] = colour.luma;
      canvas.blueness[index] = colour.blueness;
      canvas.redness[index] = colour.redness;
    }
  }
  const radius = Math.min(canvas.width, canvas.height) / 8;
  const angle = elapsed * 1.2 + (hash % 7);
  const centreX = canvas.width * (0.5 + 0.3 * Math.cos(angle));
  const centreY = canvas.height * (0.5 + 0.3 * Math.sin(angle * 0.7));
  fillDisc(canvas, centreX, centreY, radius, hueColour((hash >>> 5) % 360, 0.9));
}

/** There and back between two hues, so that the pattern has no seam. */
function paletteOf(firstHue: number, secondHue: number): Colour[] {
  return Array.from({ length: paletteSize }, (_, index) => {
    const share = 1 - Math.abs(index - paletteSize / 2) / (paletteSize / 2);
    return hueColour(firstHue + (secondHue - firstHue) * share, 0.45 + 0.35 * share);
  });
}

function hueColour(hue: number, brightness: number): Colour {
  const channel = (offset: number): number => {
    const position = (offset + hue / 60 + 6) % 6;
    const share = Math.max(0, Math.min(1, Math.abs(position - 3) - 1));
    return 255 * brightness * (0.25 + 0.75 * share);
  };
  return colourOf(channel(0), channel(4), channel(2));
}

/** 32-bit FNV-1a: the same text looks the same in every run. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** Stands for a source that was uploaded: this emulator does not decode video. */
function drawStripes(canvas: Planes, elapsed: number): void {
  const dark = colourOf(60, 60, 66);
  const light = colourOf(92, 92, 100);
  const width = Math.max(4, Math.round(canvas.width / 16));
  fillRectangle(canvas, whole(canvas), dark);
  for (let left = -2 * width + ((elapsed * width) % (2 * width)); left < canvas.width; left += 2 * width) {
    fillRectangle(canvas, { left, top: 0, width, height: canvas.height }, light);
  }
}

// A picture is shown from 100 % to 115 % of the size that just covers the canvas.
const zoomRange = 0.15;

/** A slow zoom with a slight pan over a picture that covers the canvas. */
function drawMoving(canvas: Planes, picture: Planes, progress: number, opacity: number): void {
  const cover = Math.min(picture.width / canvas.width, picture.height / canvas.height);
  const scale = cover / (1 + zoomRange * progress);
  const width = canvas.width * scale;
  const height = canvas.height * scale;
  const source: Rectangle = {
    left: (picture.width - width) * (0.5 + 0.3 * (progress - 0.5)),
    top: (picture.height - height) / 2,
    width,
    height,
  };
  drawPicture(canvas, picture, source, whole(canvas), opacity);
}

/** Side by side, swaying against each other. */
function drawSubjects(canvas: Planes, subjects: readonly Planes[], progress: number): void {
  const cell = canvas.width / Math.max(1, subjects.length);
  for (const [position, picture] of subjects.entries()) {
    const scale = Math.min((cell * 0.8) / picture.width, (canvas.height * 0.45) / picture.height);
    const width = picture.width * scale;
    const height = picture.height * scale;
    const sway = Math.sin(progress * 6 + position * 2) * canvas.height * 0.06;
    const left = cell * (position + 0.5) - width / 2;
    const top = canvas.height * 0.4 - height / 2 + sway;
    drawPicture(
      canvas,
      picture,
      { left: 0, top: 0, width: picture.width, height: picture.height },
      { left, top, width, height },
    );
  }
}

function whole(canvas: Planes): Rectangle {
  return { left: 0, top: 0, width: canvas.width, height: canvas.height };
}

const captionRows = 5;

/** Label on top; prompt, progress and time code at the bottom. */
function drawOverlay(canvas: Planes, recipe: Recipe, segment: Segment, seconds: number): void {
  const size = Math.max(1, Math.floor(Math.max(canvas.width, canvas.height) / 320));
  const margin = 4 * size;
  const lineHeight = (glyphHeight + 2) * size;
  const columns = Math.max(4, Math.floor((canvas.width - 2 * margin) / (glyphAdvance * size)));
  const label = wrapText(recipe.label, columns, 1)[0] ?? '';
  darkenRectangle(canvas, { left: 0, top: 0, width: canvas.width, height: lineHeight + margin });
  drawText(canvas, label, margin, margin / 2 + size, size);

  const lines = wrapText(segment.caption, columns, captionRows);
  const total = durationOf(recipe);
  lines.push(`${timeCode(seconds)} / ${timeCode(total)}`);
  const bandTop = canvas.height - lines.length * lineHeight - 2 * margin;
  darkenRectangle(canvas, { left: 0, top: bandTop, width: canvas.width, height: canvas.height - bandTop });
  for (const [row, line] of lines.entries()) {
    drawText(canvas, line, margin, bandTop + margin / 2 + row * lineHeight, size);
  }
  const done = total === 0 ? 1 : seconds / total;
  const barTop = canvas.height - margin / 2;
  fillRectangle(
    canvas,
    { left: 0, top: barTop, width: canvas.width * done, height: margin / 2 },
    hueColour(200, 1),
  );
}

/** Minutes, seconds and tenths: `00:03.5`. */
export function timeCode(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const minutes = String(Math.floor(tenths / 600)).padStart(2, '0');
  return `${minutes}:${String(Math.floor(tenths / 10) % 60).padStart(2, '0')}.${tenths % 10}`;
}
