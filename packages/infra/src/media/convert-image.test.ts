import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { UnreadableMediaError, type ImageTarget, type Logger } from '@pixsim7/core';
import { createImageFile } from '@pixsim7/testkit/builders';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createMediaReader } from './media-reader.ts';

const ignore = (): void => undefined;
const logger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const reader = createMediaReader({ logger });

let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convert-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function fileOf(content: Uint8Array): Promise<string> {
  files += 1;
  const path = join(folder, `file-${files}`);
  await writeFile(path, content);
  return path;
}

const red = { r: 220, g: 20, b: 30 };
const plain = { create: { width: 64, height: 36, channels: 3, background: red } } as const;

/** Two frames, one above the other: red, then green. */
async function movingFile(format: 'gif' | 'webp'): Promise<Uint8Array> {
  const frame = (background: typeof red): Promise<Buffer> =>
    sharp({ create: { width: 64, height: 36, channels: 3, background } })
      .png()
      .toBuffer();
  const frames = [await frame(red), await frame({ r: 20, g: 180, b: 40 })];
  return sharp(frames, { join: { animated: true } })
    .toFormat(format)
    .toBuffer();
}

/** Pixels that no encoder makes small. */
function noise(width: number, height: number): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let index = 0; index < pixels.length; index += 1) pixels[index] = (index * index * 7_919) % 251;
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

async function convert(content: Uint8Array, target: ImageTarget) {
  const converted = await reader.convertImage(await fileOf(content), target);
  const { format, width, height, depth, space, pages, orientation } = await sharp(converted.bytes).metadata();
  expect({ width: converted.width, height: converted.height }).toEqual({ width, height });
  expect(converted.mimeType).toBe(target.mimeType);
  expect(`image/${format}`).toBe(target.mimeType);
  expect([depth, pages ?? 1, orientation ?? 1]).toEqual(['uchar', 1, 1]);
  const { data } = await sharp(converted.bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { ...converted, space, first: [...data.subarray(0, 3)] };
}

function expectRed([r = 0, g = 0, b = 0]: readonly number[]): void {
  expect(Math.abs(r - red.r) + Math.abs(g - red.g) + Math.abs(b - red.b)).toBeLessThan(60);
}

describe('a picture that is converted', () => {
  it.each(['image/jpeg', 'image/png', 'image/webp'] as const)('becomes %s', async (mimeType) => {
    const { first, width, height } = await convert(await sharp(plain).png().toBuffer(), { mimeType });
    expectRed(first);
    expect([width, height]).toEqual([64, 36]);
  });

  it.each(['gif', 'webp'] as const)('is the first frame of a moving %s', async (format) => {
    const content = await movingFile(format);
    expect(await reader.probe(await fileOf(content))).toMatchObject({
      animated: true,
      width: 64,
      height: 36,
    });
    const { first, height } = await convert(content, { mimeType: 'image/png' });
    expectRed(first);
    expect(height).toBe(36);
  });

  it('has 8-bit RGB in place of CMYK', async () => {
    const content = await sharp(plain).toColourspace('cmyk').jpeg().toBuffer();
    expect((await reader.probe(await fileOf(content))).imageTraits).toEqual(['cmyk']);
    const { space, first } = await convert(content, { mimeType: 'image/jpeg' });
    expect(space).toBe('srgb');
    expectRed(first);
  });

  it('has 8 bits per channel in place of 16', async () => {
    const content = await sharp(plain).toColourspace('rgb16').png().toBuffer();
    expect((await reader.probe(await fileOf(content))).imageTraits).toEqual(['sixteen_bit']);
    expectRed((await convert(content, { mimeType: 'image/png' })).first);
  });

  it('is upright', async () => {
    const content = await createImageFile({ format: 'jpeg', width: 64, height: 36, orientation: 6 });
    expect(await reader.probe(await fileOf(content))).toMatchObject({
      width: 36,
      height: 64,
      imageTraits: ['turned'],
    });
    const { width, height } = await convert(content, { mimeType: 'image/jpeg' });
    expect([width, height]).toEqual([36, 64]);
  });

  it('is white where it was transparent, when the format has no transparency', async () => {
    const clear = { create: { ...plain.create, channels: 4, background: { ...red, alpha: 0 } } } as const;
    const { first } = await convert(await sharp(clear).png().toBuffer(), { mimeType: 'image/jpeg' });
    expect(first).toEqual([255, 255, 255]);
  });

  it('keeps its shape when it is scaled down, and is never enlarged', async () => {
    const content = await createImageFile({ width: 640, height: 360 });
    const smaller = await convert(content, { mimeType: 'image/png', maxSidePx: 320 });
    expect([smaller.width, smaller.height]).toEqual([320, 180]);
    const same = await convert(content, { mimeType: 'image/png', maxSidePx: 4_000 });
    expect([same.width, same.height]).toEqual([640, 360]);
  });

  it.each(['image/jpeg', 'image/png', 'image/webp'] as const)(
    'keeps its bound in bytes as %s',
    async (mimeType) => {
      const content = await noise(400, 300);
      const { bytes, width } = await convert(content, { mimeType, maxBytes: 30_000 });
      expect(bytes.byteLength).toBeLessThanOrEqual(30_000);
      expect(width).toBeGreaterThan(40);
    },
  );
});

describe('a picture that cannot be converted', () => {
  it.each<[string, () => Promise<Uint8Array>, ImageTarget]>([
    [
      'is cut off',
      async () => (await createImageFile({ width: 640 })).subarray(0, 150),
      { mimeType: 'image/png' },
    ],
    ['cannot be made that small', () => noise(400, 300), { mimeType: 'image/png', maxBytes: 50 }],
  ])('says so when it %s', async (_, content, target) => {
    const path = await fileOf(await content());
    await expect(reader.convertImage(path, target)).rejects.toBeInstanceOf(UnreadableMediaError);
  });
});
