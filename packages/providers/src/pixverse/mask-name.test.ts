import { describe, expect, it } from 'vitest';
import { maskName, readMaskName } from './mask-name.ts';

describe('the name of a mask', () => {
  it.each(['3981', 'a@b'])('brings id %s and frame back', (maskId) => {
    expect(readMaskName(maskName({ maskId, keyframe: 12 }))).toEqual({ maskId, keyframe: 12 });
  });

  it.each(['3981', '@1', '3981@x', ''])('is not %j', (name) => {
    expect(() => readMaskName(name)).toThrow(TypeError);
  });
});
