import { JsonNumber } from './json-number.ts';

/** A parsed JSON document in which every number is a {@link JsonNumber}, whatever its size. */
export type JsonValue = null | boolean | string | JsonNumber | JsonValue[] | JsonObject;
/** An object in JSON whose big integers are strings. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** The text is not JSON (RFC 8259), or is nested deeper than {@link MAX_JSON_DEPTH}. `position` counts UTF-16 units. */
export class JsonParseError extends SyntaxError {
  override readonly name = 'JsonParseError';
  readonly position: number;

  constructor(problem: string, position: number) {
    super(`${problem} at position ${position}`);
    this.position = position;
  }
}

/**
 * Both directions recurse; a limit turns a hostile or cyclic document into an error instead of a stack overflow.
 * The deepest documented PixVerse body has four levels.
 */
export const MAX_JSON_DEPTH = 256;

const WHITESPACE = /[\t\n\r ]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERALS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

/**
 * Parses JSON without losing digits. Accepts and refuses exactly the texts `JSON.parse` does (up to the depth limit);
 * of duplicate keys the last one wins, as there.
 *
 * @throws {JsonParseError}
 */
export function parseLosslessJson(text: string): JsonValue {
  const source = new Source(text);
  source.skipWhitespace();
  const value = readValue(source, 0);
  source.skipWhitespace();
  if (source.position < text.length) {
    throw source.unexpected();
  }
  return value;
}

class Source {
  readonly text: string;
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  get character(): string {
    return this.text.charAt(this.position);
  }

  /** Consumes `character` if it comes next. */
  take(character: string): boolean {
    if (this.character !== character) {
      return false;
    }
    this.position += 1;
    return true;
  }

  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    this.position += found?.length ?? 0;
    return found;
  }

  skipWhitespace(): void {
    this.match(WHITESPACE);
  }

  unexpected(): JsonParseError {
    const what = this.character === '' ? 'unexpected end of JSON' : 'unexpected character';
    return new JsonParseError(what, this.position);
  }
}

function readValue(source: Source, depth: number): JsonValue {
  if (depth > MAX_JSON_DEPTH) {
    throw new JsonParseError(`nested deeper than ${MAX_JSON_DEPTH} levels`, source.position);
  }
  switch (source.character) {
    case '{':
      return readObject(source, depth);
    case '[':
      return readArray(source, depth);
    case '"':
      return readString(source);
    default:
      return readScalar(source);
  }
}

function readObject(source: Source, depth: number): JsonObject {
  const entries: [string, JsonValue][] = [];
  source.position += 1;
  source.skipWhitespace();
  if (!source.take('}')) {
    do {
      source.skipWhitespace();
      if (source.character !== '"') {
        throw source.unexpected();
      }
      const key = readString(source);
      source.skipWhitespace();
      if (!source.take(':')) {
        throw source.unexpected();
      }
      source.skipWhitespace();
      entries.push([key, readValue(source, depth + 1)]);
      source.skipWhitespace();
    } while (source.take(','));
    if (!source.take('}')) {
      throw source.unexpected();
    }
  }
  // fromEntries defines own properties, so a key named "__proto__" is data and not a prototype.
  return Object.fromEntries(entries);
}

function readArray(source: Source, depth: number): JsonValue[] {
  const items: JsonValue[] = [];
  source.position += 1;
  source.skipWhitespace();
  if (!source.take(']')) {
    do {
      source.skipWhitespace();
      items.push(readValue(source, depth + 1));
      source.skipWhitespace();
    } while (source.take(','));
    if (!source.take(']')) {
      throw source.unexpected();
    }
  }
  return items;
}

/** Finds the closing quote only; escapes, surrogates and control characters are the native parser's business. */
function readString(source: Source): string {
  const start = source.position;
  let end = source.text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(source.text, end)) {
    end = source.text.indexOf('"', end + 1);
  }
  if (end === -1) {
    throw new JsonParseError('unterminated string', start);
  }
  source.position = end + 1;
  try {
    const value: unknown = JSON.parse(source.text.slice(start, end + 1));
    return value as string;
  } catch {
    throw new JsonParseError('invalid string', start);
  }
}

function isEscaped(text: string, quote: number): boolean {
  let first = quote;
  while (text.charAt(first - 1) === '\\') {
    first -= 1;
  }
  return (quote - first) % 2 === 1;
}

function readScalar(source: Source): JsonValue {
  const lexeme = source.match(NUMBER);
  if (lexeme !== undefined) {
    return new JsonNumber(lexeme);
  }
  for (const [word, value] of LITERALS) {
    if (source.text.startsWith(word, source.position)) {
      source.position += word.length;
      return value;
    }
  }
  throw source.unexpected();
}
