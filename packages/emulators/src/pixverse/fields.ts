import { isJsonObject, parseLossless } from '../http/lossless-json.ts';
import type { JsonObject, JsonValue } from '../http/lossless-json.ts';
import { PixverseRefusal } from './error-codes.ts';

/**
 * Reads the members of a JSON body the way the provider binds them: a wrong type is 400013, a required member that is absent, null,
 * an empty string or the id 0 is 400011, a value outside of its list is 400017.
 */
export interface Fields {
  text(name: string): string | null;
  requiredText(name: string): string;
  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | null;
  requiredOneOf<Value extends string>(name: string, values: readonly Value[]): Value;
  integer(name: string): number | null;
  requiredInteger(name: string): number;
  flag(name: string): boolean;
  /** Decimal digits. Ids count only as bare JSON numbers; quoted ones are refused. */
  id(name: string): string | null;
  requiredId(name: string): string;
  ids(name: string): readonly string[] | null;
  texts(name: string): readonly string[] | null;
  objects(name: string): readonly Fields[] | null;
}

/** Throws `PixverseRefusal` 400013 unless the text is a JSON object. */
export function parseFields(text: string): Fields {
  let body: JsonValue;
  try {
    body = parseLossless(text);
  } catch {
    throw new PixverseRefusal(400013, 'the body is not JSON');
  }
  if (!isJsonObject(body)) {
    throw new PixverseRefusal(400013, 'the body is not a JSON object');
  }
  return fieldsOf(body);
}

function fieldsOf(body: JsonObject): Fields {
  function member(name: string): JsonValue {
    // Own members only: a body may not reach what every object inherits.
    return Object.hasOwn(body, name) ? (body[name] ?? null) : null;
  }
  function text(name: string): string | null {
    const value = member(name);
    if (value !== null && typeof value !== 'string') {
      throw new PixverseRefusal(400013, `${name} is a string`);
    }
    return value === '' ? null : value;
  }
  function oneOf<Value extends string>(name: string, values: readonly Value[]): Value | null {
    const value = text(name);
    if (value === null) {
      return null;
    }
    const known = values.find((candidate) => candidate === value);
    if (known === undefined) {
      throw new PixverseRefusal(400017, `${name} is not one of ${values.join(', ')}`);
    }
    return known;
  }
  function integer(name: string): number | null {
    const value = member(name);
    if (value === null) {
      return null;
    }
    if (typeof value === 'bigint') {
      throw new PixverseRefusal(400017, `${name} is too large`);
    }
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw new PixverseRefusal(400013, `${name} is an integer`);
    }
    return value;
  }
  function list(name: string): JsonValue[] | null {
    const value = member(name);
    if (value !== null && !Array.isArray(value)) {
      throw new PixverseRefusal(400013, `${name} is an array`);
    }
    return value;
  }
  return {
    text,
    requiredText: (name) => required(name, text(name)),
    oneOf,
    requiredOneOf: (name, values) => required(name, oneOf(name, values)),
    integer,
    requiredInteger: (name) => required(name, integer(name)),
    flag(name) {
      const value = member(name);
      if (value !== null && typeof value !== 'boolean') {
        throw new PixverseRefusal(400013, `${name} is a boolean`);
      }
      return value ?? false;
    },
    id: (name) => idOf(name, member(name)),
    requiredId: (name) => required(name, idOf(name, member(name))),
    ids: (name) => list(name)?.map((value) => required(name, idOf(name, value))) ?? null,
    texts(name) {
      return (
        list(name)?.map((value) => {
          if (typeof value !== 'string') {
            throw new PixverseRefusal(400013, `${name} is an array of strings`);
          }
          return value;
        }) ?? null
      );
    },
    objects(name) {
      return (
        list(name)?.map((value) => {
          if (!isJsonObject(value)) {
            throw new PixverseRefusal(400013, `${name} is an array of objects`);
          }
          return fieldsOf(value);
        }) ?? null
      );
    },
  };
}

function required<Value>(name: string, value: Value | null): Value {
  if (value === null) {
    throw new PixverseRefusal(400011, name);
  }
  return value;
}

/** The id 0 is what the provider's documents print for "no id". */
function idOf(name: string, value: JsonValue): string | null {
  if (value === null || value === 0) {
    return null;
  }
  const whole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  if (!whole) {
    throw new PixverseRefusal(400013, `${name} is an unquoted integer`);
  }
  if (value < 0) {
    throw new PixverseRefusal(400017, `${name} is negative`);
  }
  return value.toString();
}
