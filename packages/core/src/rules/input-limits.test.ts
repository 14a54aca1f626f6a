import { describe, expect, it } from 'vitest';
import type { InputSpecification } from '@pixsim7/contracts';
import type { InputSlot } from '@pixsim7/providers/contract';
import { buildAsset } from '@pixsim7/testkit/builders';
import type { InputFacts } from './image-conversion.ts';
import { checkInputFile, describeFile, describeLimits } from './input-limits.ts';

const specification: InputSpecification = {
  role: 'source',
  parameter: 'video_url',
  media_type: 'video',
  mime_types: ['video/mp4', 'video/quicktime'],
  minimum: 1,
  maximum: 1,
  min_bytes: 100,
  max_bytes: 1_000,
  min_side_px: 256,
  max_side_px: 1_920,
  max_pixels: 2_073_600,
  min_ratio: 0.5,
  max_ratio: 2,
  min_duration_s: 1,
  max_duration_s: 40,
  max_uploaded_duration_s: 30,
  min_fps: 10,
  max_fps: 60,
  codecs: ['avc1', 'hvc1'],
};
const slotOf = (changes: Partial<InputSpecification> = {}): InputSlot => ({
  name: 'source',
  role: 'source',
  position: 0,
  source: 'ast_1',
  pointer: '/video_url',
  specification: { ...specification, ...changes },
  referenceName: null,
  segmentPrompt: null,
  segmentDurationS: null,
});
const fits: InputFacts = buildAsset({
  mimeType: 'video/mp4',
  bytes: 1_000,
  width: 1_920,
  height: 1_080,
  durationS: 30,
  fps: 60,
  codec: 'avc1.42c01f',
});
const check = (file: Partial<InputFacts>, changes: Partial<InputSpecification> = {}) =>
  checkInputFile(slotOf(changes), { ...fits, ...file }, 'example');

describe('a file', () => {
  it.each<[string, Partial<InputFacts>]>([
    ['upper', {}],
    ['lower', { bytes: 100, width: 256, height: 512, durationS: 1, fps: 10, codec: 'hvc1' }],
  ])('is taken at every %s limit', (_, file) => {
    expect(check(file)).toEqual({ issues: [], warnings: [] });
  });

  it.each<[string, Partial<InputFacts>, string, object]>([
    ['bytes', { bytes: 1_001 }, '1001 bytes; at most 1000.', { max_bytes: 1_000 }],
    ['few bytes', { bytes: 99 }, '99 bytes; at least 100.', { min_bytes: 100 }],
    [
      'a long side',
      { width: 1_000, height: 1_921 },
      '1921 pixels on its long side; at most 1920.',
      { max_side_px: 1_920 },
    ],
    [
      'a short side',
      { width: 300, height: 255 },
      '255 pixels on its short side; at least 256.',
      { min_side_px: 256 },
    ],
    [
      'many pixels',
      { width: 1_920, height: 1_081 },
      '1920 x 1081 pixels, 2075520 in all; at most 2073600.',
      { max_pixels: 2_073_600 },
    ],
    [
      'a narrow shape',
      { width: 300, height: 1_800 },
      '300 x 1800 pixels, a ratio of 0.167 (width divided by height); at least 0.5.',
      { min_ratio: 0.5 },
    ],
    [
      'a wide shape',
      { width: 1_800, height: 300 },
      '1800 x 300 pixels, a ratio of 6 (width divided by height); at most 2.',
      { max_ratio: 2 },
    ],
    ['a short length', { durationS: 0.9 }, '0.9 s long; at least 1 s.', { min_duration_s: 1 }],
    ['a long length', { durationS: 30.1 }, '30.1 s long; at most 30 s.', { max_uploaded_duration_s: 30 }],
    ['few frames', { fps: 9 }, '9 frames per second; at least 10.', { min_fps: 10 }],
    ['many frames', { fps: 61 }, '61 frames per second; at most 60.', { max_fps: 60 }],
    [
      'another codec',
      { codec: 'av01.0.04M.08' },
      'Its codec is av01.0.04M.08; use avc1, hvc1 here.',
      ['avc1', 'hvc1'],
    ],
    [
      'another type',
      { mimeType: 'video/webm' },
      'This is video/webm; use video/mp4, video/quicktime here.',
      ['video/mp4', 'video/quicktime'],
    ],
  ])('with %s is refused with value and limit', (_, file, detail, allowed) => {
    expect(check(file)).toEqual({
      issues: [{ pointer: '/params/video_url', code: 'invalid_media', detail, allowed }],
      warnings: [],
    });
  });

  it('is refused with every reason at once', () => {
    const { issues } = check({ bytes: 2_000, width: 4_096, height: 2_160, durationS: 99 });
    expect(issues.map(({ allowed }) => Object.keys(allowed as object)[0])).toEqual([
      'max_bytes',
      'max_side_px',
      'max_pixels',
      'max_duration_s',
      'max_uploaded_duration_s',
    ]);
  });

  it('of another kind is refused for that alone', () => {
    const { issues } = check({ mediaType: 'image', mimeType: 'image/png', bytes: 9_999 });
    expect(issues.map(({ detail }) => detail)).toEqual([
      'This is image/png; use video/mp4, video/quicktime here.',
    ]);
  });

  it('is not refused for what is not known of it', () => {
    expect(check({ width: null, height: null, durationS: null, fps: null, codec: null })).toEqual({
      issues: [],
      warnings: [],
    });
  });

  it('is not refused where the manifest has no limit', () => {
    const { role, parameter, media_type, mime_types, minimum, maximum } = specification;
    const unlimited = { role, parameter, media_type, mime_types, minimum, maximum };
    const huge = { ...fits, bytes: 1e12, width: 1e6, height: 1, durationS: 1e6, fps: 1e3, codec: 'vp09' };
    expect(checkInputFile({ ...slotOf(), specification: unlimited }, huge, 'example').issues).toEqual([]);
  });

  it('that the provider made itself may be longer than an upload', () => {
    const madeBy = { providerId: 'example', accountId: 'acc_1', providerJobId: '1' };
    expect(check({ durationS: 40, madeBy }).issues).toEqual([]);
    expect(check({ durationS: 40.1, madeBy }).issues).toHaveLength(1);
    expect(check({ durationS: 31, madeBy: { ...madeBy, providerId: 'other' } }).issues).toHaveLength(1);
  });
});

describe('a limit that is not from the reference', () => {
  const narrow = { width: 300, height: 1_800 };

  it('refuses when it was observed, and says how it is known', () => {
    const { issues, warnings } = check(narrow, { evidence: { min_ratio: 'observed' } });
    expect(issues.map(({ detail }) => detail)).toEqual([
      "300 x 1800 pixels, a ratio of 0.167 (width divided by height); at least 0.5. (Known from the provider's replies, not from its reference.)",
    ]);
    expect(warnings).toEqual([]);
  });

  it('warns when it was inferred', () => {
    expect(check(narrow, { evidence: { min_ratio: 'inferred' } })).toEqual({
      issues: [],
      warnings: [
        {
          pointer: '/params/video_url',
          code: 'limit_uncertain',
          detail: expect.stringMatching(/^300 x 1800 pixels.*at least 0\.5\..*it may refuse this file\.$/u),
        },
      ],
    });
  });

  it('leaves the others as they are', () => {
    const { issues, warnings } = check({ ...narrow, fps: 99 }, { evidence: { min_ratio: 'inferred' } });
    expect([issues.length, warnings.length]).toEqual([1, 1]);
  });
});

describe('a file and its limits', () => {
  it('are told in one line each', () => {
    expect(describeFile(fits)).toBe(
      'video/mp4 (avc1.42c01f), 1920 x 1080 pixels, 30 s, 60 frames per second, 1000 bytes',
    );
    expect(
      describeLimits({ ...specification, min_fps: undefined, max_fps: undefined, codecs: undefined }),
    ).toBe(
      'video/mp4 video/quicktime, min_bytes 100, max_bytes 1000, min_side_px 256, max_side_px 1920, max_pixels 2073600, min_ratio 0.5, max_ratio 2, min_duration_s 1, max_duration_s 40, max_uploaded_duration_s 30',
    );
  });
});
