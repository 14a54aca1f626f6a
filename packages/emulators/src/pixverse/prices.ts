import type { Model, MotionMode, Quality } from './capabilities.ts';

// PixVerse price tables (model pricing page and its 2026 successors), in credits.

interface SilentAndAudio {
  readonly silent: number;
  readonly audio: number;
}

const perSecond: Readonly<Record<'v6' | 'v6-max' | 'c1', Readonly<Record<Quality, SilentAndAudio>>>> = {
  v6: {
    '360p': { silent: 5, audio: 7 },
    '540p': { silent: 7, audio: 9 },
    '720p': { silent: 9, audio: 12 },
    '1080p': { silent: 18, audio: 23 },
  },
  // An estimate: fal's prices in dollars are whole multiples of these credits. PixVerse prints no table.
  'v6-max': {
    '360p': { silent: 6, audio: 9 },
    '540p': { silent: 9, audio: 11 },
    '720p': { silent: 11, audio: 15 },
    '1080p': { silent: 22, audio: 28 },
  },
  c1: {
    '360p': { silent: 6, audio: 8 },
    '540p': { silent: 8, audio: 10 },
    '720p': { silent: 10, audio: 13 },
    '1080p': { silent: 19, audio: 24 },
  },
};

type ByLength<Price> = Readonly<Record<number, Price>>;

// 540p of 5 s with audio is printed as 90 although 360p and 720p are 80.
const v56: Readonly<Record<Quality, ByLength<SilentAndAudio>>> = {
  '360p': { 5: { silent: 35, audio: 80 }, 8: { silent: 70, audio: 115 }, 10: { silent: 77, audio: 122 } },
  '540p': { 5: { silent: 35, audio: 90 }, 8: { silent: 70, audio: 115 }, 10: { silent: 77, audio: 122 } },
  '720p': { 5: { silent: 45, audio: 80 }, 8: { silent: 90, audio: 135 }, 10: { silent: 99, audio: 144 } },
  '1080p': { 5: { silent: 75, audio: 150 }, 8: { silent: 150, audio: 195 } },
};

/** Single silent, single audio, multi-clip silent, multi-clip audio. */
type ClipPrices = readonly [number, number, number, number];

const v55UpTo540p: ByLength<ClipPrices> = {
  5: [45, 55, 75, 85],
  8: [90, 100, 120, 130],
  10: [99, 109, 129, 139],
};
const v55: Readonly<Record<Quality, ByLength<ClipPrices>>> = {
  '360p': v55UpTo540p,
  '540p': v55UpTo540p,
  '720p': { 5: [60, 70, 90, 100], 8: [120, 130, 150, 160], 10: [132, 142, 162, 172] },
  '1080p': { 5: [120, 130, 150, 160], 8: [240, 250, 270, 280] },
};

const v5: Readonly<Record<Quality, ByLength<number>>> = {
  '360p': { 5: 45, 8: 90 },
  '540p': { 5: 45, 8: 90 },
  '720p': { 5: 60, 8: 120 },
  '1080p': { 5: 120, 8: 240 },
};

const v35ToV45: Readonly<
  Record<Quality, { readonly normal: ByLength<number>; readonly fast: ByLength<number> }>
> = {
  '360p': { normal: { 5: 45, 8: 90 }, fast: { 5: 90 } },
  '540p': { normal: { 5: 45, 8: 90 }, fast: { 5: 90 } },
  '720p': { normal: { 5: 60, 8: 120 }, fast: { 5: 120 } },
  '1080p': { normal: { 5: 120 }, fast: {} },
};

export interface Priced {
  readonly model: Model;
  readonly quality: Quality;
  readonly seconds: number;
  readonly audio: boolean;
  readonly multiClip: boolean;
  readonly motionMode: MotionMode;
}

/**
 * Credits for text, image, transition, extend and fusion alike. Throws `RangeError` for a combination that has no price, which validation
 * refuses before.
 */
export function priceOf(priced: Priced): number {
  const price = lookUp(priced);
  if (price === undefined) {
    throw new RangeError(`no price for ${JSON.stringify(priced)}`);
  }
  return price;
}

function lookUp({ model, quality, seconds, audio, multiClip, motionMode }: Priced): number | undefined {
  const track = audio ? 'audio' : 'silent';
  switch (model) {
    case 'v6':
    case 'v6-max':
    case 'c1':
      return perSecond[model][quality][track] * seconds;
    case 'v5.6':
      return v56[quality][seconds]?.[track];
    case 'v5.5':
      return v55[quality][seconds]?.[(multiClip ? 2 : 0) + (audio ? 1 : 0)];
    case 'v5':
      return v5[quality][seconds];
    case 'v3.5':
    case 'v4':
    case 'v4.5':
      return v35ToV45[quality][motionMode][seconds];
  }
}

/**
 * Credits for a multi-transition. PixVerse tiers it by length and the figures are not public; here every segment costs its share of the
 * 5 s price by the second, rounded up.
 */
export function multiTransitionPriceOf(
  model: Model,
  quality: Quality,
  segmentSeconds: readonly number[],
): number {
  const fiveSeconds = priceOf({
    model,
    quality,
    seconds: 5,
    audio: false,
    multiClip: false,
    motionMode: 'normal',
  });
  return segmentSeconds.reduce((total, seconds) => total + Math.ceil((fiveSeconds * seconds) / 5), 0);
}
