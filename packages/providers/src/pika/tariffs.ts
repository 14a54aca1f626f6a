import type { JobParameters, Tariff } from '@pixsim7/contracts';
import { priceByTariff } from '../contract/tariff.ts';
import type { TariffPrice } from '../contract/tariff.ts';
import { totalDurationS } from '../contract/transition-segments.ts';
import { shortestBilledS } from './limits.ts';
import type { PikaModel } from './models.ts';
import { transitionsOf } from './transitions.ts';

/** US cents, because the prices are of whole cents and money is never kept in fractions. */
export const creditUnit = 'US cents';

/** The price table of a model, or null where nothing is published. Ten seconds have no published price. */
export function tariffOf({ operation, centsByQuality }: PikaModel): Tariff | null {
  if (centsByQuality === null) {
    return null;
  }
  const prices = Object.entries(centsByQuality);
  return operation === 'video_transition'
    ? {
        basis: 'per_second',
        by: ['quality'],
        rows: prices.map(([quality, credits]) => ({ when: { quality }, credits })),
        minimum_s: shortestBilledS,
        source: 'Model page at fal, pikaframes: all transitions together',
      }
    : {
        basis: 'per_generation',
        by: ['quality', 'duration'],
        rows: prices.map(([quality, credits]) => ({ when: { quality, duration: 5 }, credits })),
        source: 'Model pages at fal, for videos of five seconds',
      };
}

/** @param values parameters with defaults filled in, that nothing is wrong with */
export function priceOf(model: PikaModel, values: JobParameters): TariffPrice {
  const tariff = tariffOf(model);
  if (model.operation !== 'video_transition') {
    return priceByTariff(tariff, values);
  }
  return priceByTariff(tariff, { ...values, duration: totalDurationS(transitionsOf(values)) });
}
