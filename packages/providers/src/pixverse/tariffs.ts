import type { Tariff, TariffKey } from '@pixsim7/contracts';
import { modelFacts } from './models.ts';
import type { ModelOperation, PixverseModel } from './models.ts';

// Credits of the platform's price list (1 credit = 0.01 USD), which applies the same table to every operation here. Rows
// keep the layout of that list; a combination without a row has no published price.

const source = 'PixVerse platform, model pricing';

type Row = Tariff['rows'][number];

const qualities = ['360p', '540p', '720p', '1080p'] as const;
type Quality = (typeof qualities)[number];

/** Credits by length in seconds. */
type ByDuration = Readonly<Record<number, number>>;

type PriceTable = Readonly<Record<Quality, ByDuration>>;

const classicPrices: PriceTable = {
  '360p': { 5: 45, 8: 90 },
  '540p': { 5: 45, 8: 90 },
  '720p': { 5: 60, 8: 120 },
  '1080p': { 5: 120 },
};

/** v3.5 to v4.5 at motion mode `fast`, which exists at 5 s only. */
const fastPrices: PriceTable = { '360p': { 5: 90 }, '540p': { 5: 90 }, '720p': { 5: 120 }, '1080p': {} };

const prices5: PriceTable = { ...classicPrices, '1080p': { 5: 120, 8: 240 } };

const prices55: PriceTable = {
  '360p': { 5: 45, 8: 90, 10: 99 },
  '540p': { 5: 45, 8: 90, 10: 99 },
  '720p': { 5: 60, 8: 120, 10: 132 },
  '1080p': { 5: 120, 8: 240 },
};

const prices56: PriceTable = {
  '360p': { 5: 35, 8: 70, 10: 77 },
  '540p': { 5: 35, 8: 70, 10: 77 },
  '720p': { 5: 45, 8: 90, 10: 99 },
  '1080p': { 5: 75, 8: 150 },
};

const prices56WithAudio: PriceTable = {
  '360p': { 5: 80, 8: 115, 10: 122 },
  // 90 stands in the list between two rows of 80.
  '540p': { 5: 90, 8: 115, 10: 122 },
  '720p': { 5: 80, 8: 135, 10: 144 },
  '1080p': { 5: 150, 8: 195 },
};

/** Surcharges of v5.5, the same at every quality and length. */
const audioSurcharge55 = 10;
const multiClipSurcharge55 = 30;

const perSecondPrices = {
  v6: { silent: [5, 7, 9, 18], audio: [7, 9, 12, 23] },
  c1: { silent: [6, 8, 10, 19], audio: [8, 10, 13, 24] },
} as const;

/** The price table of a model in an operation. */
export function tariffOf(operation: ModelOperation, model: PixverseModel): Tariff {
  const hasAudio = modelFacts[model].audio.includes(operation);
  switch (model) {
    case 'v3.5':
    case 'v4':
    case 'v4.5':
      return operation === 'fusion' ? perGeneration(rowsOf(classicPrices)) : motionModeTariff();
    case 'v5':
      return perGeneration(rowsOf(prices5));
    case 'v5.5':
      return tariffOf55(hasAudio, operation === 'text_to_video' || operation === 'image_to_video');
    case 'v5.6':
      return hasAudio
        ? perGeneration([
            ...rowsOf(prices56, { audio: false }),
            ...rowsOf(prices56WithAudio, { audio: true }),
          ])
        : perGeneration(rowsOf(prices56));
    case 'v6':
    case 'c1':
      return perSecond(perSecondPrices[model], hasAudio);
  }
}

function motionModeTariff(): Tariff {
  return perGeneration([
    ...rowsOf(classicPrices, { motion_mode: 'normal' }),
    ...rowsOf(fastPrices, { motion_mode: 'fast' }),
  ]);
}

function tariffOf55(hasAudio: boolean, hasMultiClip: boolean): Tariff {
  const rows: Row[] = [];
  for (const audio of hasAudio ? [false, true] : [undefined]) {
    for (const multiClip of hasMultiClip ? [false, true] : [undefined]) {
      const surcharge =
        (audio === true ? audioSurcharge55 : 0) + (multiClip === true ? multiClipSurcharge55 : 0);
      rows.push(
        ...rowsOf(
          prices55,
          {
            ...(audio === undefined ? {} : { audio }),
            ...(multiClip === undefined ? {} : { 'provider_options.generate_multi_clip_switch': multiClip }),
          },
          surcharge,
        ),
      );
    }
  }
  return perGeneration(rows);
}

function rowsOf(prices: PriceTable, when: Row['when'] = {}, surcharge = 0): Row[] {
  return qualities.flatMap((quality) =>
    Object.entries(prices[quality]).map(([duration, credits]) => ({
      when: { quality, duration: Number(duration), ...when },
      credits: credits + surcharge,
    })),
  );
}

function perGeneration(rows: Row[]): Tariff {
  return { basis: 'per_generation', by: keysOf(rows), rows, source };
}

function perSecond(
  prices: { readonly silent: readonly number[]; readonly audio: readonly number[] },
  hasAudio: boolean,
): Tariff {
  const rows = (column: readonly number[], when: Row['when']): Row[] =>
    qualities.flatMap((quality, index) => {
      const credits = column[index];
      return credits === undefined ? [] : [{ when: { quality, ...when }, credits }];
    });
  const all = hasAudio
    ? [...rows(prices.silent, { audio: false }), ...rows(prices.audio, { audio: true })]
    : rows(prices.silent, {});
  return { basis: 'per_second', by: keysOf(all), rows: all, source };
}

function keysOf(rows: readonly Row[]): TariffKey[] {
  return Object.keys(rows[0]?.when ?? {}) as TariffKey[];
}
