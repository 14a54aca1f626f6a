import { RequestError } from '@pixsim7/core';
import { jsonPointer } from '../problems/json-pointer.ts';
import { isStorable, unstorable } from '../problems/storable.ts';
import { exactNumber, maxNumberLength } from './exact-number.ts';
import { malformed, refusedValue } from './json-refusals.ts';
import { decodeLongString, decodeString, partBytes, scanString } from './json-string.ts';
import type { Pause, StringToken } from './json-string.ts';
import { findNotUtf8 } from './text-place.ts';

/** Bounds on a JSON body besides its length. */
export interface JsonBounds {
  /** Nesting of objects and arrays. */
  readonly depth: number;
  /** Values in the whole body, containers included. */
  readonly values: number;
  /** Characters of a key. */
  readonly keyLength: number;
  /** Bytes of a string; longer ones must be ASCII, as data URLs are. */
  readonly stringBytes: number;
}

/**
 * The largest valid job has about 150 values in 4 levels, and keys of 60 characters. Validating 2,000 values takes about 5 ms.
 * The schemas bound each string.
 */
export const defaultJsonBounds: JsonBounds = {
  depth: 32,
  values: 2_000,
  keyLength: 200,
  stringBytes: 1024 ** 2,
};

/** Keys that reach the prototype of a JavaScript object. */
export const reservedKeys: readonly string[] = ['__proto__', 'constructor', 'prototype'];
const words = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

type Json = null | boolean | number | string | Json[] | JsonObject;
type JsonObject = { [key: string]: Json };
/** A value that has been read to its end. */
interface Complete {
  readonly json: Json;
}

/** An object or array that is not closed yet. */
type Frame =
  | { readonly kind: 'object'; readonly value: JsonObject; key: string }
  | { readonly kind: 'array'; readonly value: Json[] };

/**
 * Reads JSON (RFC 8259) strictly. It refuses everything that `JSON.parse` would change silently (invalid UTF-8, duplicate keys,
 * numbers that a double cannot hold), that the database cannot store (NUL, lone surrogates), or that is out of bounds. It takes
 * linear time and does not recurse.
 *
 * @throws RequestError malformed_request with line and column, or invalid_params with the pointer of the value
 */
export async function readJson(bytes: Buffer, bounds: JsonBounds, pause: Pause): Promise<unknown> {
  if (bytes.length === 0) {
    throw new RequestError('malformed_request', 'The body is empty; JSON is expected.');
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    throw malformed(bytes, 0, 'The body starts with a byte order mark, which JSON does not allow.');
  }
  const bad = findNotUtf8(bytes);
  if (bad !== null) {
    throw malformed(bytes, bad, 'The body is not UTF-8.');
  }
  if (bytes.length > partBytes) {
    await pause();
  }
  return new JsonReader(bytes, bounds, pause).read();
}

class JsonReader {
  readonly #bytes: Buffer;
  readonly #bounds: JsonBounds;
  readonly #pause: Pause;
  readonly #open: Frame[] = [];
  #position = 0;
  #pausedAt = 0;
  #values = 0;

  constructor(bytes: Buffer, bounds: JsonBounds, pause: Pause) {
    this.#bytes = bytes;
    this.#bounds = bounds;
    this.#pause = pause;
  }

  async read(): Promise<Json> {
    for (;;) {
      let complete = await this.#begin();
      // Adding a value to its container can complete the container too.
      while (complete !== null) {
        const frame = this.#open.at(-1);
        if (frame === undefined) {
          return this.#end(complete.json);
        }
        if (frame.kind === 'object') {
          frame.value[frame.key] = complete.json;
        } else {
          frame.value.push(complete.json);
        }
        complete = await this.#goOn(frame);
      }
    }
  }

  /** Begins a value. null: it is a container, and its first value comes next. */
  async #begin(): Promise<Complete | null> {
    await this.#skipSpace();
    this.#values += 1;
    const { values: maximum } = this.#bounds;
    if (this.#values > maximum) {
      throw refusedValue('', 'wrong_count', `It contains more than ${maximum} values.`, { maximum });
    }
    if (this.#take('{')) {
      const value: JsonObject = {};
      this.#push({ kind: 'object', value, key: '' });
      await this.#skipSpace();
      if (this.#take('}')) {
        return this.#pop(value);
      }
      await this.#readKey(value);
      return null;
    }
    if (this.#take('[')) {
      const value: Json[] = [];
      this.#push({ kind: 'array', value });
      await this.#skipSpace();
      return this.#take(']') ? this.#pop(value) : null;
    }
    return { json: await this.#readScalar() };
  }

  /** Continues after a value of this container. null: another value follows. */
  async #goOn(frame: Frame): Promise<Complete | null> {
    await this.#skipSpace();
    if (this.#take(',')) {
      if (frame.kind === 'object') {
        await this.#readKey(frame.value);
      }
      return null;
    }
    if (!this.#take(frame.kind === 'object' ? '}' : ']')) {
      throw this.#unexpected();
    }
    return this.#pop(frame.value);
  }

  #push(frame: Frame): void {
    const { depth } = this.#bounds;
    if (this.#open.length === depth) {
      throw this.#refused('not_allowed', `Nested deeper than ${depth} levels.`);
    }
    this.#open.push(frame);
  }

  #pop(value: Json): Complete {
    this.#open.pop();
    return { json: value };
  }

  async #readKey(object: JsonObject): Promise<void> {
    await this.#skipSpace();
    const token = await this.#scanString();
    const { keyLength } = this.#bounds;
    // A UTF-16 unit takes up to 6 bytes, as an escape. Longer tokens need no decoding to be too long.
    const key = token.end - token.start > keyLength * 6 ? null : decodeString(this.#bytes, token);
    if (key === null || key.length > keyLength) {
      throw this.#refusedKey('too_long', `It has a key of more than ${keyLength} characters.`);
    }
    if (!isStorable(key)) {
      throw this.#refusedKey('not_allowed', `It has a key that ${unstorable}`);
    }
    if (reservedKeys.includes(key)) {
      throw this.#refusedKey('not_allowed', `${key} is not allowed as a key.`);
    }
    const frame = this.#open.at(-1);
    if (frame?.kind === 'object') {
      frame.key = key;
    }
    if (Object.hasOwn(object, key)) {
      throw this.#refused('not_unique', 'This key is repeated.');
    }
    await this.#skipSpace();
    if (!this.#take(':')) {
      throw this.#unexpected();
    }
  }

  async #readScalar(): Promise<Json> {
    const character = this.#character();
    if (character === '"') {
      return this.#readString();
    }
    if (character === '-' || (character >= '0' && character <= '9')) {
      return this.#readNumber();
    }
    for (const [word, value] of words) {
      if (this.#bytes.toString('latin1', this.#position, this.#position + word.length) !== word) {
        continue;
      }
      this.#position += word.length;
      return value;
    }
    throw this.#unexpected();
  }

  async #readString(): Promise<string> {
    const token = await this.#scanString();
    const { stringBytes } = this.#bounds;
    const isLong = token.end - token.start > stringBytes;
    if (isLong && !token.isAscii) {
      throw this.#refused('too_long', `A string of more than ${stringBytes} bytes must be ASCII.`);
    }
    const text = isLong
      ? await decodeLongString(this.#bytes, token, this.#pause)
      : decodeString(this.#bytes, token);
    if (!isStorable(text)) {
      throw this.#refused('not_allowed', `It ${unstorable}`);
    }
    return text;
  }

  async #scanString(): Promise<StringToken> {
    if (this.#character() !== '"') {
      throw this.#unexpected();
    }
    const token = await scanString(this.#bytes, this.#position + 1, this.#pause);
    this.#position = token.end + 1;
    return token;
  }

  #readNumber(): number {
    const ahead = this.#bytes.toString('latin1', this.#position, this.#position + maxNumberLength + 1);
    const lexeme = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/u.exec(ahead)?.[0] ?? '';
    if (lexeme === '') {
      throw this.#unexpected();
    }
    const value = lexeme.length > maxNumberLength ? null : exactNumber(lexeme);
    if (value === null) {
      throw this.#refused(
        'not_exact',
        `${lexeme.slice(0, 30)} cannot be represented exactly: integers go up to ${Number.MAX_SAFE_INTEGER}, decimals have about 15 digits.`,
      );
    }
    this.#position += lexeme.length;
    return value;
  }

  async #end(value: Json): Promise<Json> {
    await this.#skipSpace();
    if (this.#position < this.#bytes.length) {
      throw this.#unexpected();
    }
    return value;
  }

  async #skipSpace(): Promise<void> {
    const bytes = this.#bytes;
    for (; this.#position < bytes.length; this.#position += 1) {
      if (this.#position - this.#pausedAt >= partBytes) {
        this.#pausedAt = this.#position;
        await this.#pause();
      }
      const byte = bytes[this.#position];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) {
        break;
      }
    }
  }

  /** The next byte as a character; empty at the end. */
  #character(): string {
    const byte = this.#bytes[this.#position];
    return byte === undefined ? '' : String.fromCharCode(byte);
  }

  #take(character: string): boolean {
    if (this.#character() !== character) {
      return false;
    }
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

  /** Refuses the value that is being read. */
  #refused(code: string, detail: string): RequestError {
    return refusedValue(pointerOf(this.#open), code, detail);
  }

  /** Refuses the object whose key is being read: a pointer with the key would repeat the bad key. */
  #refusedKey(code: string, detail: string): RequestError {
    return refusedValue(pointerOf(this.#open.slice(0, -1)), code, detail);
  }
}

function pointerOf(frames: readonly Frame[]): string {
  return jsonPointer(frames.map((frame) => (frame.kind === 'object' ? frame.key : frame.value.length)));
}
