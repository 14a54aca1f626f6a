import type { InputSpecification } from '@pixsim7/contracts';
import type { InputSlot } from '@pixsim7/providers/contract';
import { buildAsset } from '@pixsim7/testkit/builders';
import { describe, expect, it } from 'vitest';
import { checkInputFile } from './input-limits.ts';

const specification: InputSpecification = {
  role: 'source',
  parameter: 'video_url',
  media_type: 'video',
  mime_types: ['video/mp4', 'video/quicktime'],
  minimum: 1,
  maximum: 1,
  max_bytes: 1_000,
  max_side_px: 1_920,
  max_duration_s: 30,
};
const slot = (changes: Partial<InputSpecification> = {}): InputSlot => ({
  name: 'source',
  role: 'source',
  position: 0,
  source: 'https://example.com/video.mp4',
  pointer: '/video_url',
  specification: { ...specification, ...changes },
  referenceName: null,
  segmentPrompt: null,
  segmentDurationS: null,
});
const atTheLimit = buildAsset({
  mimeType: 'video/mp4',
  bytes: 1_000,
  width: 1_080,
  height: 1_920,
  durationS: 30,
});

describe('checkInputFile', () => {
  it('takes a file at every limit', () => {
    expect(checkInputFile(slot(), atTheLimit)).toEqual([]);
  });

  it.each([
    ['size', { bytes: 1_001 }, { max_bytes: 1_000 }],
    ['height', { height: 1_921 }, { max_side_px: 1_920 }],
    ['width', { width: 1_921 }, { max_side_px: 1_920 }],
    ['length', { durationS: 30.1 }, { max_duration_s: 30 }],
  ])('refuses too much %s and says what is allowed', (_, changes, allowed) => {
    expect(checkInputFile(slot(), { ...atTheLimit, ...changes })).toEqual([
      { pointer: '/params/video_url', code: 'invalid_media', detail: expect.any(String), allowed },
    ]);
  });

  it('names every reason at once', () => {
    const worst = { ...atTheLimit, bytes: 2_000, width: 4_096, durationS: 99 };
    expect(checkInputFile(slot(), worst).map(({ detail }) => detail)).toEqual([
      '2000 bytes; at most 1000.',
      '4096 pixels on its long side; at most 1920.',
      '99 s long; at most 30 s.',
    ]);
  });

  it('speaks of nothing else when the type is wrong', () => {
    const image = { ...atTheLimit, mimeType: 'image/png', bytes: 9_999 };
    expect(checkInputFile(slot(), image)).toEqual([
      {
        pointer: '/params/video_url',
        code: 'invalid_media',
        detail: 'This is image/png; video/mp4, video/quicktime can be used here.',
        allowed: ['video/mp4', 'video/quicktime'],
      },
    ]);
  });

  it('does not hold a limit against what is not known of a file', () => {
    expect(checkInputFile(slot(), { ...atTheLimit, width: null, height: null, durationS: null })).toEqual([]);
  });

  it('takes any size where the manifest has no limit', () => {
    const { max_bytes: _bytes, max_side_px: _side, max_duration_s: _duration, ...unlimited } = specification;
    const huge = { ...atTheLimit, bytes: 1e12, width: 1e6, durationS: 1e6 };
    expect(checkInputFile({ ...slot(), specification: unlimited }, huge)).toEqual([]);
  });
});
