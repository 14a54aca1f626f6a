import { describe, expect, it } from 'vitest';
import {
  colourOf,
  createPlanes,
  darkenRectangle,
  drawPicture,
  drawText,
  fillDisc,
  fillRectangle,
  planesOfRgb,
  white,
} from './canvas.ts';
import type { Planes } from './canvas.ts';

function lumaRows(canvas: Planes): number[][] {
  return Array.from({ length: canvas.height }, (_, row) => [
    ...canvas.luma.subarray(row * canvas.width, (row + 1) * canvas.width),
  ]);
}

describe('colourOf', () => {
  it.each([
    ['black', [0, 0, 0], [16, 128, 128]],
    ['white', [255, 255, 255], [235, 128, 128]],
    ['red', [255, 0, 0], [81, 90, 240]],
    ['blue', [0, 0, 255], [41, 240, 110]],
  ])('%s is what BT.601 says', (_, [red = 0, green = 0, blue = 0], [luma, blueness, redness]) => {
    expect(colourOf(red, green, blue)).toEqual({ luma, blueness, redness });
  });
});

describe('planesOfRgb', () => {
  it('converts pixel by pixel', () => {
    const planes = planesOfRgb(2, 1, new Uint8Array([255, 0, 0, 0, 0, 255]));
    expect([...planes.luma]).toEqual([81, 41]);
    expect([...planes.redness]).toEqual([240, 110]);
  });
});

describe('drawing', () => {
  it('fills a rectangle and cuts off what is outside', () => {
    const canvas = createPlanes(3, 2);
    fillRectangle(canvas, { left: 1, top: -5, width: 9, height: 6 }, white);
    expect(lumaRows(canvas)).toEqual([
      [0, 235, 235],
      [0, 0, 0],
    ]);
  });

  it('draws nothing that lies beside the canvas', () => {
    const canvas = createPlanes(2, 2);
    fillRectangle(canvas, { left: 2, top: 0, width: 4, height: 2 }, white);
    fillRectangle(canvas, { left: -4, top: 0, width: 4, height: 2 }, white);
    expect(lumaRows(canvas).flat()).toEqual([0, 0, 0, 0]);
  });

  it('darkens to a quarter above black', () => {
    const canvas = createPlanes(1, 1);
    fillRectangle(canvas, { left: 0, top: 0, width: 1, height: 1 }, { ...white, luma: 216 });
    darkenRectangle(canvas, { left: 0, top: 0, width: 1, height: 1 });
    expect(canvas.luma[0]).toBe(66);
  });

  it('fills a disc that is round', () => {
    const canvas = createPlanes(9, 9);
    fillDisc(canvas, 4, 4, 4, white);
    const widths = lumaRows(canvas).map((row) => row.filter((luma) => luma === 235).length);
    expect(widths[4]).toBeGreaterThanOrEqual(8);
    expect(widths[1]).toBe(widths[7]);
    expect(widths[1]).toBeLessThan(widths[4] ?? 0);
  });

  it('draws text dot by dot', () => {
    const canvas = createPlanes(12, 8);
    drawText(canvas, 'TT', 0, 0, 1);
    const [firstRow, secondRow] = lumaRows(canvas).map((row) =>
      row.map((luma) => (luma === 235 ? '#' : '.')).join(''),
    );
    expect(firstRow).toBe('#####.#####.');
    expect(secondRow).toBe('#.#.#.#.#.#.');
  });

  it('draws larger text with larger dots', () => {
    const canvas = createPlanes(10, 4);
    drawText(canvas, 'T', 0, 0, 2);
    expect(lumaRows(canvas)[0]).toEqual(lumaRows(canvas)[1]);
    expect(lumaRows(canvas)[0]?.every((luma) => luma === 235)).toBe(true);
  });
});

describe('drawPicture', () => {
  const picture = planesOfRgb(2, 1, new Uint8Array([0, 0, 0, 255, 255, 255]));
  const all = { left: 0, top: 0, width: 2, height: 1 };

  it('stretches a picture over the target', () => {
    const canvas = createPlanes(4, 2);
    drawPicture(canvas, picture, all, { left: 0, top: 0, width: 4, height: 2 });
    expect(lumaRows(canvas)).toEqual([
      [16, 16, 235, 235],
      [16, 16, 235, 235],
    ]);
  });

  it('shows the right part of a target that begins left of the canvas', () => {
    const canvas = createPlanes(2, 1);
    drawPicture(canvas, picture, all, { left: -2, top: 0, width: 4, height: 1 });
    expect(lumaRows(canvas)).toEqual([[235, 235]]);
  });

  it('mixes by opacity', () => {
    const canvas = createPlanes(2, 1);
    drawPicture(canvas, picture, all, { left: 0, top: 0, width: 2, height: 1 });
    const bright = planesOfRgb(2, 1, new Uint8Array(6).fill(255));
    drawPicture(canvas, bright, all, { left: 0, top: 0, width: 2, height: 1 }, 0.5);
    expect(lumaRows(canvas)).toEqual([[125, 235]]);
  });
});
