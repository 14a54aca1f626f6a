import { RequestError } from '@pixsim7/core';
import { jsonPointer } from '../problems/json-pointer.ts';
import { isStorable, unstorable } from '../problems/storable.ts';
import { exactNumber, maxNumberLength } from './exact-number.ts';
import { malformed, refusedValue } from './json-refusals.ts';
import { decodeLongText, decodeText, scanText, type Breathe, type TextToken } from './json-text.ts';
import { findNotUtf8 } from './text-place.ts';

/** Bounds of a JSON body besides its length. */
export interface JsonBounds {
  /** Objects and lists inside each other. */
  readonly depth: number;
  /** Members and items, all together. */
  readonly values: number;
  /** Characters in the name of a member. */
  readonly nameLength: number;
  /** Bytes of a text; a longer one may hold ASCII only, as a data URL does. */
  readonly textBytes: number;
}

/**
 * A job has about 150 values at most and nests 4 levels; a name has 60 characters. 2,000 values take the schemas about
 * 5 ms, and texts have a bound of their own in each schema.
 */
export const defaultJsonBounds: JsonBounds = {
  depth: 32,
  values: 2_000,
  nameLength: 200,
  textBytes: 1024 ** 2,
};

/** Names by which JavaScript reaches behind an object. */
const specialNames: readonly string[] = ['__proto__', 'constructor', 'prototype'];
const words = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

type Json = null | boolean | number | string | Json[] | JsonObject;
type JsonObject = { [name: string]: Json };
/** A value that is read to its end. */
interface Complete {
  readonly json: Json;
}

/** An object or a list that is not closed yet. */
type Frame =
  | { readonly kind: 'object'; readonly value: JsonObject; name: string }
  | { readonly kind: 'list'; readonly value: Json[] };

/**
 * Reads a JSON text (RFC 8259) exactly as it is meant, or refuses it: what `JSON.parse` would change in silence (bytes that are
 * not UTF-8, a name that comes twice, a number that no double carries), what the database cannot store (NUL, half a
 * surrogate pair), and what is out of bounds. Its time is proportional to the length, and it does not recurse.
 *
 * @throws RequestError malformed_request with line and column, or invalid_params with the pointer of the value
 */
export async function readJson(bytes: Buffer, bounds: JsonBounds, breathe: Breathe): Promise<unknown> {
  if (bytes.length === 0) throw new RequestError('malformed_request', 'The body is empty; JSON is needed.');
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw malformed(bytes, 0, 'The body begins with a byte order mark, which JSON does not have.');
  }
  const bad = findNotUtf8(bytes);
  if (bad !== null) throw malformed(bytes, bad, 'The body is not UTF-8.');
  return new JsonReader(bytes, bounds, breathe).read();
}

class JsonReader {
  readonly #bytes: Buffer;
  readonly #bounds: JsonBounds;
  readonly #breathe: Breathe;
  readonly #open: Frame[] = [];
  #position = 0;
  #values = 0;

  constructor(bytes: Buffer, bounds: JsonBounds, breathe: Breathe) {
    this.#bytes = bytes;
    this.#bounds = bounds;
    this.#breathe = breathe;
  }

  async read(): Promise<Json> {
    for (;;) {
      let complete = await this.#begin();
      // A complete value goes to its place, and may complete the object or list that it stands in.
      while (complete !== null) {
        const frame = this.#open.at(-1);
        if (frame === undefined) return this.#end(complete.json);
        if (frame.kind === 'object') frame.value[frame.name] = complete.json;
        else frame.value.push(complete.json);
        complete = await this.#goOn(frame);
      }
    }
  }

  /** Begins a value. null: it is an object or a list, and its first value comes next. */
  async #begin(): Promise<Complete | null> {
    this.#skipSpace();
    this.#values += 1;
    const { values: maximum } = this.#bounds;
    if (this.#values > maximum) {
      throw refusedValue('', 'wrong_count', `It has more than ${maximum} values.`, { maximum });
    }
    if (this.#take('{')) {
      const value: JsonObject = {};
      this.#push({ kind: 'object', value, name: '' });
      this.#skipSpace();
      if (this.#take('}')) return this.#pop(value);
      await this.#readName(value);
      return null;
    }
    if (this.#take('[')) {
      const value: Json[] = [];
      this.#push({ kind: 'list', value });
      this.#skipSpace();
      return this.#take(']') ? this.#pop(value) : null;
    }
    return { json: await this.#readScalar() };
  }

  /** Goes on behind a value of this frame. null: another value follows. */
  async #goOn(frame: Frame): Promise<Complete | null> {
    this.#skipSpace();
    if (this.#take(',')) {
      if (frame.kind === 'object') await this.#readName(frame.value);
      return null;
    }
    if (!this.#take(frame.kind === 'object' ? '}' : ']')) throw this.#unexpected();
    return this.#pop(frame.value);
  }

  #push(frame: Frame): void {
    const { depth } = this.#bounds;
    if (this.#open.length === depth)
      throw this.#refused('not_allowed', `Nested deeper than ${depth} levels.`);
    this.#open.push(frame);
  }

  #pop(value: Json): Complete {
    this.#open.pop();
    return { json: value };
  }

  async #readName(object: JsonObject): Promise<void> {
    this.#skipSpace();
    const token = this.#scanText();
    const { nameLength } = this.#bounds;
    // An escape takes up to 6 bytes for a UTF-16 unit, so a longer token is too long before it is decoded.
    const name = token.end - token.start > nameLength * 6 ? null : decodeText(this.#bytes, token);
    if (name === null || name.length > nameLength) {
      throw this.#refusedName('too_long', `A name here has more than ${nameLength} characters.`);
    }
    if (!isStorable(name)) throw this.#refusedName('not_allowed', `A name here ${unstorable}`);
    if (specialNames.includes(name)) throw this.#refusedName('not_allowed', `No name can be ${name}.`);
    const frame = this.#open.at(-1);
    if (frame?.kind === 'object') frame.name = name;
    if (Object.hasOwn(object, name)) {
      throw this.#refused('not_unique', 'This name comes twice, so it is not clear which value is meant.');
    }
    this.#skipSpace();
    if (!this.#take(':')) throw this.#unexpected();
  }

  async #readScalar(): Promise<Json> {
    const character = this.#character();
    if (character === '"') return this.#readText();
    if (character === '-' || (character >= '0' && character <= '9')) return this.#readNumber();
    for (const [word, value] of words) {
      if (this.#bytes.toString('latin1', this.#position, this.#position + word.length) !== word) continue;
      this.#position += word.length;
      return value;
    }
    throw this.#unexpected();
  }

  async #readText(): Promise<string> {
    const token = this.#scanText();
    const { textBytes } = this.#bounds;
    const isLong = token.end - token.start > textBytes;
    if (isLong && !token.isAscii) {
      throw this.#refused('too_long', `A text of more than ${textBytes} bytes may hold ASCII only.`);
    }
    const text = isLong
      ? await decodeLongText(this.#bytes, token, this.#breathe)
      : decodeText(this.#bytes, token);
    if (!isStorable(text)) throw this.#refused('not_allowed', `It ${unstorable}`);
    return text;
  }

  #scanText(): TextToken {
    if (this.#character() !== '"') throw this.#unexpected();
    const token = scanText(this.#bytes, this.#position + 1);
    this.#position = token.end + 1;
    return token;
  }

  #readNumber(): number {
    const ahead = this.#bytes.toString('latin1', this.#position, this.#position + maxNumberLength + 1);
    const lexeme = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/u.exec(ahead)?.[0] ?? '';
    if (lexeme === '') throw this.#unexpected();
    const value = lexeme.length > maxNumberLength ? null : exactNumber(lexeme);
    if (value === null) {
      throw this.#refused(
        'not_exact',
        `${lexeme.slice(0, 30)} cannot be kept exactly: whole numbers go up to ${Number.MAX_SAFE_INTEGER}, others have about 15 digits.`,
      );
    }
    this.#position += lexeme.length;
    return value;
  }

  #end(value: Json): Json {
    this.#skipSpace();
    if (this.#position < this.#bytes.length) throw this.#unexpected();
    return value;
  }

  #skipSpace(): void {
    const bytes = this.#bytes;
    let position = this.#position;
    for (; position < bytes.length; position += 1) {
      const byte = bytes[position];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    }
    this.#position = position;
  }

  /** The next byte as a character; empty at the end. */
  #character(): string {
    const byte = this.#bytes[this.#position];
    return byte === undefined ? '' : String.fromCharCode(byte);
  }

  #take(character: string): boolean {
    if (this.#character() !== character) return false;
    this.#position += 1;
    return true;
  }

  #unexpected(): RequestError {
    const isEnd = this.#position >= this.#bytes.length;
    return malformed(
      this.#bytes,
      this.#position,
      isEnd ? 'The JSON ends too early.' : 'The body is not valid JSON: unexpected character.',
    );
  }

  /** The refusal of the value that is being read. */
  #refused(code: string, detail: string): RequestError {
    return refusedValue(pointerOf(this.#open), code, detail);
  }

  /** The refusal of the object whose name is being read: a pointer with the name in it could be as bad as the name. */
  #refusedName(code: string, detail: string): RequestError {
    return refusedValue(pointerOf(this.#open.slice(0, -1)), code, detail);
  }
}

function pointerOf(frames: readonly Frame[]): string {
  return jsonPointer(frames.map((frame) => (frame.kind === 'object' ? frame.name : frame.value.length)));
}
