import { describe, expect, it } from 'vitest';
import type { Model, MotionMode, Quality } from './capabilities.ts';
import { multiTransitionPriceOf, priceOf } from './prices.ts';

type Row = [
  Model,
  Quality,
  number,
  { audio?: boolean; multiClip?: boolean; motionMode?: MotionMode },
  number,
];

function price(model: Model, quality: Quality, seconds: number, extra: Row[3]): number {
  return priceOf({ model, quality, seconds, audio: false, multiClip: false, motionMode: 'normal', ...extra });
}

describe('priceOf', () => {
  it.each<Row>([
    ['v6', '360p', 5, {}, 25],
    ['v6', '360p', 5, { audio: true }, 35],
    ['v6', '1080p', 15, { audio: true }, 345],
    ['v6', '720p', 8, { multiClip: true }, 72],
    ['v6-max', '360p', 5, {}, 30],
    ['v6-max', '720p', 2, { audio: true }, 30],
    ['v6-max', '1080p', 1, { audio: true, multiClip: true }, 28],
    ['c1', '360p', 1, {}, 6],
    ['c1', '1080p', 10, { audio: true }, 240],
    ['v5.6', '360p', 5, {}, 35],
    ['v5.6', '540p', 5, { audio: true }, 90],
    ['v5.6', '360p', 5, { audio: true }, 80],
    ['v5.6', '720p', 10, { audio: true }, 144],
    ['v5.6', '1080p', 8, {}, 150],
    ['v5.5', '360p', 5, {}, 45],
    ['v5.5', '540p', 8, { audio: true }, 100],
    ['v5.5', '720p', 10, { multiClip: true }, 162],
    ['v5.5', '1080p', 8, { audio: true, multiClip: true }, 280],
    ['v5', '540p', 5, {}, 45],
    ['v5', '1080p', 8, {}, 240],
    ['v4.5', '540p', 5, {}, 45],
    ['v4.5', '540p', 5, { motionMode: 'fast' }, 90],
    ['v4', '720p', 8, {}, 120],
    ['v3.5', '720p', 5, { motionMode: 'fast' }, 120],
    ['v3.5', '1080p', 5, {}, 120],
  ])('%s %s %i s %j costs %i', (model, quality, seconds, extra, credits) => {
    expect(price(model, quality, seconds, extra)).toBe(credits);
  });

  it.each<[Model, Quality, number, Row[3]]>([
    ['v5.5', '1080p', 10, {}],
    ['v5.6', '1080p', 10, {}],
    ['v5', '360p', 10, {}],
    ['v4.5', '1080p', 8, {}],
    ['v4.5', '1080p', 5, { motionMode: 'fast' }],
    ['v4.5', '360p', 8, { motionMode: 'fast' }],
  ])('%s %s %i s %j has no price, and is not free', (model, quality, seconds, extra) => {
    expect(() => price(model, quality, seconds, extra)).toThrow(RangeError);
  });
});

describe('multiTransitionPriceOf', () => {
  it('rounds every segment up on its own', () => {
    // 60 credits for 5 s: 12 a second.
    expect(multiTransitionPriceOf('v4', '720p', [1, 2])).toBe(36);
    expect(multiTransitionPriceOf('v5', '1080p', [5, 5])).toBe(240);
    expect(multiTransitionPriceOf('v5', '360p', [1])).toBe(9);
  });
});
