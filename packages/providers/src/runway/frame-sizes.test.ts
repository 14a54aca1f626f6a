import { describe, expect, it } from 'vitest';
import {
  choicesOf,
  frameFields,
  happyHorse,
  omni,
  seedance25,
  seedanceTo4k,
  seedanceTo720p,
  sixRatios,
  wan,
  wideAndTall,
  wideAndTallTo1080p,
} from './frame-sizes.ts';
import type { FrameSizes } from './frame-sizes.ts';

const sets: Record<string, FrameSizes> = {
  wideAndTall,
  wideAndTallTo1080p,
  sixRatios,
  seedanceTo720p,
  seedanceTo4k,
  seedance25,
  wan,
  happyHorse,
  omni,
};

/** Lines of the shorter side of a plain widescreen frame. */
const linesOf: Record<string, number> = { '360p': 360, '480p': 480, '720p': 720, '1080p': 1080, '4k': 2160 };

describe.each(Object.entries(sets))('%s', (_, sizes) => {
  const all = Object.entries(sizes).flatMap(([quality, byAspect]) =>
    Object.entries(byAspect).map(([aspect, ratio]) => ({ quality, aspect, ratio })),
  );

  it('has the same aspects at every quality, so that no combination is missing', () => {
    const { aspects } = choicesOf({ kind: 'pixels', sizes });
    for (const byAspect of Object.values(sizes)) {
      expect(Object.keys(byAspect).sort()).toEqual([...aspects].sort());
    }
  });

  it('names each frame by about its own proportion', () => {
    for (const { aspect, ratio } of all) {
      const [width = 0, height = 1] = ratio.split(':').map(Number);
      const [across = 0, down = 1] = aspect.split(':').map(Number);
      expect(Math.abs(width / height / (across / down) - 1)).toBeLessThan(0.06);
    }
  });

  it('names each frame by about its own lines, and none twice', () => {
    for (const { quality, ratio } of all) {
      const [width = 0, height = 0] = ratio.split(':').map(Number);
      const widescreen = Math.sqrt((width * height * 9) / 16);
      expect(Math.abs(widescreen / (linesOf[quality] ?? 0) - 1)).toBeLessThan(0.35);
    }
    expect(new Set(all.map(({ ratio }) => ratio)).size).toBe(all.length);
  });
});

describe('frameFields', () => {
  it.each([
    [{ kind: 'pixels', sizes: omni }, '1080p', '9:16', { ratio: '1080:1920' }],
    [
      { kind: 'ratio_and_resolution', ratios: ['16:9'], resolutions: ['2k'] },
      '2k',
      '16:9',
      { ratio: '16:9', resolution: '2k' },
    ],
    [{ kind: 'resolution', resolutions: ['768p'] }, '768p', undefined, { resolution: '768p' }],
    [{ kind: 'source' }, undefined, undefined, {}],
  ] as const)('%j at %s and %s is %j', (format, quality, aspect, fields) => {
    expect(frameFields(format, quality, aspect)).toEqual(fields);
  });

  it('moves nothing to a near value', () => {
    expect(() => frameFields({ kind: 'pixels', sizes: omni }, '540p', '16:9')).toThrow(TypeError);
    expect(() => frameFields({ kind: 'pixels', sizes: omni }, '720p', '1:1')).toThrow(TypeError);
    expect(() => frameFields({ kind: 'resolution', resolutions: [] }, undefined, undefined)).toThrow(
      TypeError,
    );
  });
});
