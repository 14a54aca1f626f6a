import { stringifyLossless } from '../http/lossless-json.ts';
import type { JsonValue } from '../http/lossless-json.ts';

// PixVerse API reference, error codes, in short form. 10004 and "Invalid API-KEY" are not in the official table: the first
// was met by an integrator, the second is printed without a code, so 400012 is this emulator's choice for it.
const messages: Readonly<Record<number, string>> = {
  10004: 'API-KEY is empty',
  400011: 'Empty parameter',
  400012: 'Invalid API-KEY',
  400013: 'Invalid binding',
  400017: 'Invalid parameter',
  400018: 'Prompt is too long',
  400019: 'Negative prompt is too long',
  400032: 'Invalid image id',
  500008: 'Requested data not found',
  500020: 'No permission for this operation',
  500030: 'Image exceeds 20 MB or 4000x4000',
  500031: 'Failed to get image information',
  500032: 'Invalid image format',
  500033: 'Invalid image width or height',
  500041: 'Image upload failed',
  500042: 'Invalid image path',
  500044: 'Reached the limit for concurrent generations',
  500052: '图片未过审，疑含敏感内容，请修改后重试。',
  500054: 'Content moderation failed',
  500060: 'Monthly effect activations are used up',
  500063: 'Content refused before generation',
  500064: 'Content has been deleted',
  500069: 'System is under high load',
  500070: 'Template is not activated',
  500071: 'Effect does not support 720p or 1080p',
  500090: 'Insufficient balance',
  500100: 'Database error',
  701002: 'The image has no clear subject',
  701003: 'The reference video has no main person',
  // Met by an integrator: music for an agent has to be verified before.
  701020: 'The audio is not verified',
  99999: 'Unknown error',
};

/** The provider says no: becomes an enveloped error. */
export class PixverseRefusal extends Error {
  override readonly name = 'PixverseRefusal';
  readonly code: number;

  /** `detail` helps the reader of a log; clients must not match on texts. */
  constructor(code: number, detail?: string) {
    super(detail === undefined ? messageOf(code) : `${messageOf(code)}: ${detail}`);
    this.code = code;
  }
}

function messageOf(code: number): string {
  return messages[code] ?? 'Unknown error';
}

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Both spellings of the message occur at PixVerse: "success" on the older endpoints, "Success" on some newer ones. */
export type SuccessMessage = 'success' | 'Success';

export function successReply(message: SuccessMessage, resp: JsonValue): Reply {
  return { status: 200, body: stringifyLossless({ ErrCode: 0, ErrMsg: message, Resp: resp }) };
}

/**
 * Errors come with HTTP 200. The one documented exception is an image that failed moderation at upload: HTTP 500, and the keys in
 * lower case (PixVerse API reference, upload image).
 */
export function refusalReply(refusal: PixverseRefusal): Reply {
  const { code, message } = refusal;
  if (code === 500052) {
    return { status: 500, body: stringifyLossless({ err_code: code, err_msg: message, resp: '' }) };
  }
  return { status: 200, body: stringifyLossless({ ErrCode: code, ErrMsg: message, Resp: null }) };
}

export function responseOf(reply: Reply): Response {
  return new Response(reply.body, {
    status: reply.status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
}
