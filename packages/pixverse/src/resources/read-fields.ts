import { JsonNumber } from '../lossless-json/index.ts';
import type { JsonValue } from '../lossless-json/index.ts';

// A field of an unexpected type reads as absent. Each resource decides which absences make a reply unusable: an id does,
// a description does not, for a paid video must not be lost because an ornament of its reply changed type.

export function readText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function readNumber(value: JsonValue | undefined): number | undefined {
  return value instanceof JsonNumber ? value.toNumber() : undefined;
}

export function readBoolean(value: JsonValue | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** Strings in the reference; a number is taken by its digits, so that a list survives such a change. */
export function readTextId(value: JsonValue | undefined): string | undefined {
  return value instanceof JsonNumber ? value.lexeme : readText(value);
}

/** The items of a list that can be read; `undefined` when it is no list. Servers write `null` for an empty one. */
export function readItems<Item>(
  value: JsonValue | undefined,
  readItem: (item: JsonValue) => Item | undefined,
): Item[] | undefined {
  if (value === null) {
    return [];
  }
  return Array.isArray(value) ? value.map(readItem).filter((item) => item !== undefined) : undefined;
}
