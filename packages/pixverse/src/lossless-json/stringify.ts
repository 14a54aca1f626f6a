import { JsonNumber } from './json-number.ts';
import { MAX_JSON_DEPTH } from './parse.ts';

/** May exchange the value of an object's field before it is written. */
export type ReplaceField = (field: string, value: unknown) => unknown;

/**
 * Writes compact JSON in the given key order. A {@link JsonNumber} or bigint comes out as bare digits; fields that are
 * `undefined` are left out. Unlike `JSON.stringify`, whatever JSON cannot express is refused instead of being turned into
 * `null` or `{}`: a body that silently lost a value would still be billed.
 *
 * @throws {TypeError} for NaN, infinities, functions, symbols, class instances, `undefined` outside a field, cycles.
 */
export function stringifyLosslessJson(value: unknown, replaceField?: ReplaceField): string {
  return write(value, replaceField ?? keepField, 0);
}

const keepField: ReplaceField = (_field, value) => value;

function write(value: unknown, replaceField: ReplaceField, depth: number): string {
  if (depth > MAX_JSON_DEPTH) {
    throw new TypeError(`cyclic, or nested deeper than ${MAX_JSON_DEPTH} levels`);
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    return JSON.stringify(value);
  }
  if (typeof value === 'bigint') {
    return value.toString();
  }
  if (value instanceof JsonNumber) {
    return value.lexeme;
  }
  if (Array.isArray(value)) {
    return `[${value.map((item: unknown) => write(item, replaceField, depth + 1)).join(',')}]`;
  }
  if (isPlainObject(value)) {
    return writeObject(value, replaceField, depth);
  }
  throw new TypeError(`JSON cannot express ${describe(value)}`);
}

function writeObject(object: object, replaceField: ReplaceField, depth: number): string {
  const fields: string[] = [];
  for (const [field, given] of Object.entries(object) as [string, unknown][]) {
    const value = replaceField(field, given);
    if (value !== undefined) {
      fields.push(`${JSON.stringify(field)}:${write(value, replaceField, depth + 1)}`);
    }
  }
  return `{${fields.join(',')}}`;
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? `a ${value.constructor.name}` : String(value);
}
