import type { JobParameters, Tariff, TariffKey } from '@pixsim7/contracts';

const optionPrefix = 'provider_options.';

/**
 * Price of a job by a table, in the provider's credits.
 *
 * @param values parameters with defaults filled in
 * @returns null when no row matches: the price is not known
 */
export function priceByTariff(tariff: Tariff | null, values: JobParameters): number | null {
  if (tariff === null) {
    return null;
  }
  const row = tariff.rows.find((candidate) =>
    tariff.by.every((key) => candidate.when[key] === valueOf(key, values)),
  );
  if (row === undefined) {
    return null;
  }
  switch (tariff.basis) {
    case 'per_generation':
      return row.credits;
    case 'per_second':
      return values.duration === undefined
        ? null
        : row.credits * Math.max(values.duration, tariff.minimum_s ?? 0);
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
