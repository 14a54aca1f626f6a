import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputSpecification } from '@pixsim7/contracts';
import type { InputSlot } from '@pixsim7/providers/contract';
import { buildAsset } from '@pixsim7/testkit/builders';
import { conversionOf, sentFile } from './image-conversion.ts';
import type { InputFacts } from './image-conversion.ts';
import { checkInputFile } from './input-limits.ts';

const specification: InputSpecification = {
  role: 'first_frame',
  parameter: 'image_url',
  media_type: 'image',
  mime_types: ['image/png', 'image/jpeg', 'image/webp'],
  minimum: 1,
  maximum: 1,
  max_bytes: 20_000,
  max_side_px: 4_000,
};
const picture = (changes: Partial<InputFacts> = {}): InputFacts => ({
  ...buildAsset({
    mediaType: 'image',
    mimeType: 'image/jpeg',
    bytes: 1_000,
    width: 640,
    height: 360,
    durationS: null,
    fps: null,
    codec: null,
  }),
  ...changes,
});
const slotOf = (changes: Partial<InputSpecification> = {}): InputSlot => ({
  name: 'first_frame',
  role: 'first_frame',
  position: 0,
  source: 'ast_1',
  pointer: '/image_url',
  specification: { ...specification, ...changes },
  referenceName: null,
  segmentPrompt: null,
  segmentDurationS: null,
});

describe('a picture', () => {
  it.each(['image/png', 'image/jpeg', 'image/webp'])(
    'of a type that is taken is sent as it is: %s',
    (mimeType) => {
      expect(conversionOf(specification, picture({ mimeType }))).toBeNull();
      expect(checkInputFile(slotOf(), picture({ mimeType }), 'example')).toEqual({
        issues: [],
        warnings: [],
      });
    },
  );

  it.each<[string, Partial<InputFacts>, object, string]>([
    ['HEIC', { mimeType: 'image/heic' }, { mimeType: 'image/jpeg' }, 'It is sent as image/jpeg.'],
    ['AVIF', { mimeType: 'image/avif' }, { mimeType: 'image/jpeg' }, 'It is sent as image/jpeg.'],
    ['TIFF', { mimeType: 'image/tiff' }, { mimeType: 'image/jpeg' }, 'It is sent as image/jpeg.'],
    ['BMP', { mimeType: 'image/bmp' }, { mimeType: 'image/png' }, 'It is sent as image/png.'],
    ['GIF', { mimeType: 'image/gif' }, { mimeType: 'image/png' }, 'It is sent as image/png.'],
    [
      'moving GIF',
      { mimeType: 'image/gif', animated: true },
      { mimeType: 'image/png' },
      'It is sent as image/png. Only its first frame is sent.',
    ],
    [
      'moving WebP',
      { mimeType: 'image/webp', animated: true },
      { mimeType: 'image/webp' },
      'Only its first frame is sent.',
    ],
    ['CMYK', { imageTraits: ['cmyk'] }, { mimeType: 'image/jpeg' }, 'Its CMYK colours become RGB.'],
    [
      '16-bit PNG',
      { mimeType: 'image/png', imageTraits: ['sixteen_bit'] },
      { mimeType: 'image/png' },
      'Its 16 bits per channel become 8.',
    ],
    ['turned', { imageTraits: ['turned'] }, { mimeType: 'image/jpeg' }, 'It is turned upright.'],
    [
      'large',
      { width: 8_000, height: 6_001 },
      { mimeType: 'image/jpeg', maxSidePx: 4_000 },
      'It is scaled down to 4000 x 3000 pixels.',
    ],
    ['heavy', { bytes: 20_001 }, { mimeType: 'image/jpeg' }, 'It is made to fit 20000 bytes.'],
  ])('that is %s is converted, with a warning', (_, file, target, changes) => {
    expect(conversionOf(specification, picture(file))?.target).toEqual({ ...target, maxBytes: 20_000 });
    expect(checkInputFile(slotOf(), picture(file), 'example')).toEqual({
      issues: [],
      warnings: [
        {
          pointer: '/params/image_url',
          code: 'input_converted',
          detail: `The picture is converted before it is sent; the original is kept. ${changes}`,
        },
      ],
    });
  });

  it('keeps its own type where the provider takes that, and goes to one that it takes otherwise', () => {
    const target = (mimeTypes: string[], mimeType: string) =>
      conversionOf(slotOf({ mime_types: mimeTypes }).specification, picture({ mimeType, animated: true }))
        ?.target.mimeType;
    expect(target(['image/webp', 'image/png'], 'image/png')).toBe('image/png');
    expect(target(['image/webp', 'image/png'], 'image/heic')).toBe('image/png');
    expect(target(['image/svg+xml'], 'image/heic')).toBeUndefined();
  });

  it('is scaled by its pixels where those are the limit', () => {
    const large = picture({ width: 4_000, height: 1_000 });
    expect(conversionOf({ ...specification, max_pixels: 1_000_000 }, large)).toMatchObject({
      target: { maxSidePx: 2_000 },
      size: { width: 2_000, height: 500 },
    });
  });

  it('that is too small or of a wrong shape is not changed but refused', () => {
    const slot = slotOf({ min_side_px: 256, min_ratio: 0.5 });
    const { issues } = checkInputFile(
      slot,
      picture({ mimeType: 'image/heic', width: 100, height: 300 }),
      'x',
    );
    expect(issues.map(({ allowed }) => allowed)).toEqual([{ min_side_px: 256 }, { min_ratio: 0.5 }]);
  });

  it('is judged by the size that it is sent in', () => {
    const { issues } = checkInputFile(
      slotOf({ min_side_px: 256 }),
      picture({ width: 8_000, height: 500 }),
      'x',
    );
    expect(issues.map(({ detail }) => detail)).toEqual(['250 pixels on its short side; at least 256.']);
  });

  it('is not judged by bytes that it will not have', () => {
    const tiny = picture({ mimeType: 'image/gif', bytes: 50 });
    expect(checkInputFile(slotOf({ min_bytes: 512 }), tiny, 'x').issues).toEqual([]);
    expect(checkInputFile(slotOf({ min_bytes: 512 }), picture({ bytes: 50 }), 'x').issues).toHaveLength(1);
  });

  it('in place of a video stays what it is', () => {
    const video = slotOf({ media_type: 'video', mime_types: ['video/mp4'] });
    expect(conversionOf(video.specification, picture({ mimeType: 'image/heic' }))).toBeNull();
    expect(checkInputFile(video, picture({ mimeType: 'image/heic' }), 'x').issues).toHaveLength(1);
  });

  it('keeps every bound of its provider after a conversion', () => {
    const side = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(
        side,
        side,
        side,
        fc.integer({ min: 1, max: 10 ** 8 }),
        (width, height, maxSide, maxPixels) => {
          const limits = { ...specification, max_side_px: maxSide, max_pixels: maxPixels };
          const file = picture({ width, height });
          const sent = sentFile(file, conversionOf(limits, file));
          const [sentWidth, sentHeight] = [sent.width ?? 0, sent.height ?? 0];
          expect(Math.max(sentWidth, sentHeight)).toBeLessThanOrEqual(maxSide);
          expect(Math.min(sentWidth, sentHeight)).toBeGreaterThanOrEqual(1);
          // One pixel wide at least, so a strip can keep the bound by its long side alone.
          const isStrip = Math.min(sentWidth, sentHeight) === 1;
          expect(isStrip ? 1 : sentWidth * sentHeight).toBeLessThanOrEqual(maxPixels);
        },
      ),
    );
  });
});
