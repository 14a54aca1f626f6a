import { PixverseRefusal } from './error-codes.ts';

/** A part of a list; pages count from 1. */
export interface Page {
  readonly number: number;
  readonly size: number;
}

export interface PageNames {
  readonly number: string;
  readonly size: string;
}

const largestPage = 100;

/**
 * Reads a page of a query. Throws `PixverseRefusal`: 400013 for what is no whole number, 400017 for a page or size that is not offered,
 * 400011 for an absent field, unless sizes are listed: then the first page and the first size stand for it.
 */
export function readPage(query: URLSearchParams, names: PageNames, sizes?: readonly number[]): Page {
  const number = readWhole(query, names.number, sizes === undefined ? null : 1);
  const size = readWhole(query, names.size, sizes?.[0] ?? null);
  if (number < 1 || size < 1 || size > largestPage || sizes?.includes(size) === false) {
    throw new PixverseRefusal(400017, `${names.number} ${number}, ${names.size} ${size}`);
  }
  return { number, size };
}

function readWhole(query: URLSearchParams, name: string, otherwise: number | null): number {
  const text = query.get(name) ?? '';
  if (text === '') {
    if (otherwise === null) {
      throw new PixverseRefusal(400011, name);
    }
    return otherwise;
  }
  if (!/^\d{1,9}$/.test(text)) {
    throw new PixverseRefusal(400013, `${name} is an integer`);
  }
  return Number(text);
}

export function pageOf<Item>(items: readonly Item[], { number, size }: Page): readonly Item[] {
  return items.slice((number - 1) * size, number * size);
}
