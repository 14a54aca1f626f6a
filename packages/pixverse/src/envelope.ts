import { JsonNumber, parseLosslessJson } from './lossless-json/index.ts';
import type { JsonObject, JsonValue } from './lossless-json/index.ts';

/** The frame of every PixVerse answer. `code` 0 is the only success. */
export interface Envelope {
  readonly code: number;
  readonly message: string | null;
  /** The payload; `undefined` stands for both an absent and a `null` `Resp`, which PixVerse uses alike. */
  readonly reply: JsonValue | undefined;
}

/**
 * Reads the envelope out of a body, or `undefined` if there is none. Takes both casings, because the reference itself has
 * both (`err_code` in the moderation answer of image upload), and a code sent as a numeric string, which clients report.
 */
export function parseEnvelope(bodyText: string): Envelope | undefined {
  const body = parseObject(bodyText);
  const code = readCode(body?.['ErrCode'] ?? body?.['err_code']);
  if (body === undefined || code === undefined) {
    return undefined;
  }
  const message = body['ErrMsg'] ?? body['err_msg'];
  return {
    code,
    message: typeof message === 'string' ? message : null,
    reply: body['Resp'] ?? body['resp'] ?? undefined,
  };
}

function parseObject(text: string): JsonObject | undefined {
  try {
    return asJsonObject(parseLosslessJson(text));
  } catch {
    return undefined;
  }
}

/** `value` as a JSON object, or `undefined` if it is anything else. */
export function asJsonObject(value: JsonValue | undefined): JsonObject | undefined {
  const isObject =
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
  return isObject ? value : undefined;
}

const INTEGER = /^-?\d{1,15}$/;

function readCode(value: JsonValue | undefined): number | undefined {
  const text = value instanceof JsonNumber ? value.lexeme : value;
  return typeof text === 'string' && INTEGER.test(text) ? Number(text) : undefined;
}
