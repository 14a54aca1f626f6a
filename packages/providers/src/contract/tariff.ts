import type { JobParameters, Tariff, TariffKey } from '@pixsim7/contracts';
import type { PerInputSecond } from './mapping.ts';
import { utf8Length } from './utf8-length.ts';

const optionPrefix = 'provider_options.';

/** A price by a table. With `perInputSecond` it is open until the files are known. */
export interface TariffPrice {
  /** In the provider's credits. null: not known, or not yet. */
  readonly credits: number | null;
  readonly perInputSecond?: PerInputSecond;
}

/**
 * Price of a job by a table.
 *
 * @param values parameters with defaults filled in
 */
export function priceByTariff(tariff: Tariff | null, values: JobParameters): TariffPrice {
  const row = tariff?.rows.find(
    (candidate) =>
      tariff.by.every((key) => candidate.when[key] === valueOf(key, values)) &&
      (candidate.present ?? []).every((name) => values[name] !== undefined),
  );
  if (tariff === null || row === undefined) {
    return { credits: null };
  }
  switch (row.basis ?? tariff.basis) {
    case 'per_generation':
      return { credits: row.credits };
    case 'per_second':
      return {
        credits:
          values.duration === undefined
            ? null
            : row.credits * Math.max(values.duration, tariff.minimum_s ?? 0),
      };
    case 'per_input_second':
      return tariff.input === undefined
        ? { credits: null }
        : { credits: null, perInputSecond: { role: tariff.input, credits: row.credits } };
    case 'per_text_bytes':
      return {
        credits:
          values.text === undefined || tariff.bytes === undefined
            ? null
            : row.credits * Math.ceil(utf8Length(values.text) / tariff.bytes),
      };
  }
}

function valueOf(key: TariffKey, values: JobParameters): unknown {
  if (isOptionKey(key)) {
    return values.provider_options?.[key.slice(optionPrefix.length)];
  }
  return values[key];
}

function isOptionKey(key: TariffKey): key is Extract<TariffKey, `provider_options.${string}`> {
  return key.startsWith(optionPrefix);
}
