export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | JsonObject;
export interface JsonObject {
  [name: string]: JsonValue;
}

const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const wholeNumber = /^-?\d+$/;

/**
 * `JSON.parse`, but whole numbers beyond 2^53 become `bigint` instead of losing digits. Throws `SyntaxError`.
 *
 * Node 20 does not show a reviver the number as it was written, so such numbers travel through `JSON.parse` as strings
 * behind a mark that the text does not contain.
 */
export function parseLossless(text: string): JsonValue {
  let mark = 'whole:';
  while (text.includes(mark)) {
    mark += ':';
  }
  const marked = text.replace(stringOrNumber, (token) =>
    wholeNumber.test(token) && !Number.isSafeInteger(Number(token)) ? `"${mark}${token}"` : token,
  );
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  ) as JsonValue;
}

/** `JSON.stringify`, but a `bigint` is written as a bare number. */
export function stringifyLossless(value: JsonValue): string {
  if (typeof value === 'bigint') {
    return value.toString();
  }
  if (Array.isArray(value)) {
    return `[${value.map(stringifyLossless).join(',')}]`;
  }
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).map(
      ([name, member]) => `${JSON.stringify(name)}:${stringifyLossless(member)}`,
    );
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
