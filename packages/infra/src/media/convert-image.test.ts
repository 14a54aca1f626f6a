import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Logger } from '@pixsim7/core';
import { createNamelessFolder, fixture, fixtureBytes } from './__tests__/fixture.ts';
import type { NamelessFolder } from './__tests__/fixture.ts';
import { distance, pixelAt } from './__tests__/pixels.ts';
import { createMediaReader } from './media-reader.ts';

const ignore = (): void => undefined;
const logger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const reader = createMediaReader({ logger });
let folder: NamelessFolder;

beforeAll(async () => {
  folder = await createNamelessFolder();
});

afterAll(async () => {
  await reader.close();
  await folder.remove();
});

const noise = (side: number) =>
  sharp({
    create: {
      width: side,
      height: side,
      channels: 3,
      background: 'grey',
      noise: { type: 'gaussian', sigma: 60 },
    },
  });

describe('convertImage', () => {
  it.each([
    'cmyk.jpg',
    'rgba16.png',
    'anim.apng',
    'anim.webp',
    'anim.gif',
    'base.avif',
    'anim.avif',
    'base.heic',
    'base.tiff',
  ])('makes plain 8-bit sRGB of %s', async (name) => {
    const source = await reader.probe(fixture(name));
    for (const mimeType of ['image/jpeg', 'image/png', 'image/webp'] as const) {
      const converted = await reader.convertImage(fixture(name), { mimeType });
      expect(converted).toMatchObject({ mimeType, width: source.width, height: source.height });
      expect(await sharp(converted.bytes).metadata()).toMatchObject({
        mediaType: mimeType,
        space: 'srgb',
        depth: 'uchar',
        width: source.width,
        height: source.height,
      });
    }
  });

  it('shows in a HEIC what the picture shows that it was made from', async () => {
    const { bytes } = await reader.convertImage(fixture('base.heic'), { mimeType: 'image/png' });
    const original = await fixtureBytes('base.png');
    for (const [x, y] of [
      [0.1, 0.2],
      [0.35, 0.3],
      [0.6, 0.3],
      [0.9, 0.85],
    ] as const) {
      expect(distance(await pixelAt(bytes, x, y), await pixelAt(original, x, y))).toBeLessThan(60);
    }
  });

  it('turns a picture as its EXIF data say', async () => {
    const turned = await sharp(await fixtureBytes('base.jpg'))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const path = await folder.file(turned);
    expect(await reader.probe(path)).toMatchObject({ width: 90, height: 160, imageTraits: ['turned'] });
    const converted = await reader.convertImage(path, { mimeType: 'image/jpeg' });
    expect(converted).toMatchObject({ width: 90, height: 160 });
    expect((await sharp(converted.bytes).metadata()).orientation).toBeUndefined();
  });

  it('puts what is transparent on white for JPEG, and keeps it for PNG', async () => {
    const clear = await sharp({
      create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const path = await folder.file(clear);
    const jpeg = await reader.convertImage(path, { mimeType: 'image/jpeg' });
    expect(await pixelAt(jpeg.bytes, 0.5, 0.5)).toEqual({ r: 255, g: 255, b: 255 });
    const png = await reader.convertImage(path, { mimeType: 'image/png' });
    expect((await sharp(png.bytes).stats()).isOpaque).toBe(false);
  });

  it('stays within the longest side and never enlarges', async () => {
    const path = fixture('base.heic');
    const smaller = await reader.convertImage(path, { mimeType: 'image/jpeg', maxSidePx: 80 });
    expect(smaller).toMatchObject({ width: 80, height: 45 });
    const same = await reader.convertImage(path, { mimeType: 'image/jpeg', maxSidePx: 4000 });
    expect(same).toMatchObject({ width: 160, height: 90 });
  });

  it.each(['image/jpeg', 'image/png', 'image/webp'] as const)(
    'stays within the bytes as %s',
    async (mimeType) => {
      const path = await folder.file(await noise(600).png().toBuffer());
      const converted = await reader.convertImage(path, { mimeType, maxBytes: 40_000 });
      expect(converted.bytes.byteLength).toBeLessThanOrEqual(40_000);
      expect(converted.width).toBeGreaterThan(60);
    },
  );

  // Long lines take the most memory of all pictures that are decoded line by line.
  it.each([
    [8_400, 4_725, 4_000],
    [12_000, 2_000, 4_000],
  ])('reserves enough for a see-through PNG of %i x %i pixels', async (width, height, maxSidePx) => {
    const clear = { r: 9, g: 80, b: 30, alpha: 0.5 };
    const path = await folder.file(
      await sharp({ create: { width, height, channels: 4, background: clear } })
        .png()
        .toBuffer(),
    );
    for (const mimeType of ['image/jpeg', 'image/png'] as const) {
      const converted = await reader.convertImage(path, { mimeType, maxSidePx });
      expect([mimeType, converted.width]).toEqual([mimeType, maxSidePx]);
    }
  });

  it('refuses what fits no bound', async () => {
    await expect(
      reader.convertImage(fixture('base.jpg'), { mimeType: 'image/jpeg', maxBytes: 10 }),
    ).rejects.toMatchObject({ code: 'media_unreadable', flaw: 'too_large' });
  });

  it('refuses a video', async () => {
    await expect(reader.convertImage(fixture('base.mp4'), { mimeType: 'image/jpeg' })).rejects.toMatchObject({
      flaw: 'not_supported',
    });
  });
});

describe('a picture that takes more memory than there is', () => {
  const poor = createMediaReader({ logger, decodingBytes: 24 * 1024 ** 2 });
  afterAll(() => poor.close());

  it('is taken by its header and its end, has no poster, and cannot be converted', async () => {
    const interlaced = await folder.file(await noise(2_000).png({ progressive: true }).toBuffer());
    const facts = await poor.probe(interlaced);
    expect(facts).toMatchObject({ width: 2_000, height: 2_000, mimeType: 'image/png' });
    expect(await poor.poster(interlaced, facts)).toBeNull();
    await expect(poor.convertImage(interlaced, { mimeType: 'image/jpeg' })).rejects.toMatchObject({
      flaw: 'too_large',
    });
  });

  it('is refused when its end is missing', async () => {
    const whole = await noise(2_000).jpeg({ progressive: true }).toBuffer();
    await expect(poor.probe(await folder.file(whole.subarray(0, -5_000)))).rejects.toMatchObject({
      flaw: 'cut_off',
    });
  });
});
