import { glyphAdvance, glyphHeight, glyphOf, glyphWidth } from './bitmap-font.ts';

/**
 * A picture as three full-size planes (Y'CbCr, BT.601 video range): what the encoder takes, so that nothing is converted
 * per frame.
 */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly luma: Uint8Array<ArrayBuffer>;
  readonly blueness: Uint8Array<ArrayBuffer>;
  readonly redness: Uint8Array<ArrayBuffer>;
}

export interface Colour {
  readonly luma: number;
  readonly blueness: number;
  readonly redness: number;
}

export const white: Colour = colourOf(255, 255, 255);

export function createPlanes(width: number, height: number): Planes {
  const size = width * height;
  return {
    width,
    height,
    luma: new Uint8Array(size),
    blueness: new Uint8Array(size).fill(128),
    redness: new Uint8Array(size).fill(128),
  };
}

/** Red, green and blue (0 to 255) as video colour, by the BT.601 coefficients that players assume for small video. */
export function colourOf(red: number, green: number, blue: number): Colour {
  return {
    luma: Math.round(16 + (65.738 * red + 129.057 * green + 25.064 * blue) / 256),
    blueness: Math.round(128 + (-37.945 * red - 74.494 * green + 112.439 * blue) / 256),
    redness: Math.round(128 + (112.439 * red - 94.154 * green - 18.285 * blue) / 256),
  };
}

/** `pixels` are rows of red, green, blue. */
export function planesOfRgb(width: number, height: number, pixels: Uint8Array): Planes {
  const planes = createPlanes(width, height);
  for (let index = 0; index < width * height; index += 1) {
    const colour = colourOf(pixels[index * 3] ?? 0, pixels[index * 3 + 1] ?? 0, pixels[index * 3 + 2] ?? 0);
    planes.luma[index] = colour.luma;
    planes.blueness[index] = colour.blueness;
    planes.redness[index] = colour.redness;
  }
  return planes;
}

/** Rows of red, green, blue: the way back from `planesOfRgb`, within a rounding of two. */
export function rgbOfPlanes({ width, height, luma, blueness, redness }: Planes): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(width * height * 3);
  for (let index = 0; index < width * height; index += 1) {
    const bright = 1.164 * ((luma[index] ?? 16) - 16);
    const blue = (blueness[index] ?? 128) - 128;
    const red = (redness[index] ?? 128) - 128;
    pixels[index * 3] = bright + 1.596 * red;
    pixels[index * 3 + 1] = bright - 0.392 * blue - 0.813 * red;
    pixels[index * 3 + 2] = bright + 2.017 * blue;
  }
  return pixels;
}

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export function fillRectangle(canvas: Planes, rectangle: Rectangle, colour: Colour): void {
  forEachRow(canvas, rectangle, (start, end) => {
    canvas.luma.fill(colour.luma, start, end);
    canvas.blueness.fill(colour.blueness, start, end);
    canvas.redness.fill(colour.redness, start, end);
  });
}

/** Dims what is there, so that white text stands out on any picture. */
export function darkenRectangle(canvas: Planes, rectangle: Rectangle): void {
  forEachRow(canvas, rectangle, (start, end) => {
    for (let index = start; index < end; index += 1) {
      canvas.luma[index] = 16 + (((canvas.luma[index] ?? 16) - 16) >> 2);
    }
  });
}

function forEachRow(canvas: Planes, rectangle: Rectangle, visit: (start: number, end: number) => void): void {
  const left = Math.max(0, Math.round(rectangle.left));
  const right = Math.min(canvas.width, Math.round(rectangle.left + rectangle.width));
  const top = Math.max(0, Math.round(rectangle.top));
  const bottom = Math.min(canvas.height, Math.round(rectangle.top + rectangle.height));
  if (left >= right) {
    return;
  }
  for (let row = top; row < bottom; row += 1) {
    visit(row * canvas.width + left, row * canvas.width + right);
  }
}

export function fillDisc(
  canvas: Planes,
  centreX: number,
  centreY: number,
  radius: number,
  colour: Colour,
): void {
  for (let row = Math.ceil(centreY - radius); row <= centreY + radius; row += 1) {
    const half = Math.sqrt(Math.max(0, radius * radius - (row - centreY) ** 2));
    fillRectangle(canvas, { left: centreX - half, top: row, width: half * 2, height: 1 }, colour);
  }
}

/**
 * Draws the part `source` of a picture over the part `target` of the canvas, nearest pixel. `opacity` (0 to 1) mixes it with what is
 * there.
 */
export function drawPicture(
  canvas: Planes,
  picture: Planes,
  source: Rectangle,
  target: Rectangle,
  opacity = 1,
): void {
  const weight = Math.round(opacity * 256);
  const sourceColumns = sourceColumnsFor(picture, source, target);
  const left = Math.round(target.left);
  forEachRow(canvas, target, (start, end) => {
    const row = Math.floor(start / canvas.width);
    const sourceRow = Math.floor(
      source.top + ((row - Math.round(target.top)) * source.height) / target.height,
    );
    const base = Math.min(picture.height - 1, Math.max(0, sourceRow)) * picture.width;
    const skipped = start - row * canvas.width - left;
    for (let index = start; index < end; index += 1) {
      const from = base + (sourceColumns[index - start + skipped] ?? 0);
      if (weight >= 256) {
        canvas.luma[index] = picture.luma[from] ?? 16;
        canvas.blueness[index] = picture.blueness[from] ?? 128;
        canvas.redness[index] = picture.redness[from] ?? 128;
      } else {
        canvas.luma[index] = mix(canvas.luma[index] ?? 16, picture.luma[from] ?? 16, weight);
        canvas.blueness[index] = mix(canvas.blueness[index] ?? 128, picture.blueness[from] ?? 128, weight);
        canvas.redness[index] = mix(canvas.redness[index] ?? 128, picture.redness[from] ?? 128, weight);
      }
    }
  });
}

function sourceColumnsFor(picture: Planes, source: Rectangle, target: Rectangle): Int32Array {
  const columns = new Int32Array(Math.ceil(target.width) + 1);
  for (let column = 0; column < columns.length; column += 1) {
    const wanted = Math.floor(source.left + (column * source.width) / target.width);
    columns[column] = Math.min(picture.width - 1, Math.max(0, wanted));
  }
  return columns;
}

function mix(below: number, above: number, weight: number): number {
  return (below * (256 - weight) + above * weight) >> 8;
}

/** Draws one line of text; `size` canvas pixels make one dot of the font. */
export function drawText(
  canvas: Planes,
  text: string,
  left: number,
  top: number,
  size: number,
  colour: Colour = white,
): void {
  for (const [position, character] of Array.from(text).entries()) {
    const glyph = glyphOf(character);
    for (let column = 0; column < glyphWidth; column += 1) {
      for (let row = 0; row < glyphHeight; row += 1) {
        if ((((glyph[column] ?? 0) >> row) & 1) === 1) {
          const dotLeft = left + (position * glyphAdvance + column) * size;
          fillRectangle(canvas, { left: dotLeft, top: top + row * size, width: size, height: size }, colour);
        }
      }
    }
  }
}
