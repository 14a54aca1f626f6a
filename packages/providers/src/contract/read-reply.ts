/** Bytes of a provider's reply. The longest documented one has about 5 KB; an endless one would fill the memory of the server. */
export const maxReplyBytes = 256 * 1024;

/** Nesting of objects and arrays. The deepest documented reply has six levels. */
const maxReplyDepth = 64;

/** The reply exceeds `maxReplyBytes`. The provider may have done what was asked. */
export class ReplyTooLongError extends Error {
  override readonly name = 'ReplyTooLongError';
  readonly code = 'reply_too_long';

  constructor() {
    super(`The reply has more than ${maxReplyBytes} bytes.`);
  }
}

export interface ReplyBody {
  readonly text: string;
  /** undefined when the text is not JSON, or nested deeper than `maxReplyDepth`. */
  readonly json: unknown;
}

/**
 * Reads the body of a reply, and cancels it when it exceeds `maxReplyBytes`.
 *
 * @param clean removes secrets from the text before it is parsed: a provider may repeat a header in its error
 * @throws ReplyTooLongError, and the errors of a broken connection. After a submit, both mean that the outcome is unknown.
 */
export async function readReply(
  response: Response,
  clean: (text: string) => string = (text) => text,
): Promise<ReplyBody> {
  const text = clean(await readText(response));
  return { text, json: nestsDeeper(text, maxReplyDepth) ? undefined : parseOrUndefined(text) };
}

async function readText(response: Response): Promise<string> {
  if (response.body === null) {
    return '';
  }
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return text + decoder.decode();
    }
    bytes += value.byteLength;
    if (bytes > maxReplyBytes) {
      await reader.cancel();
      throw new ReplyTooLongError();
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Counts brackets outside of strings. For text that is not JSON the result does not matter: it is not parsed to anything. */
function nestsDeeper(text: string, levels: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '"') {
      isInString = !isInString;
    } else if (isInString) {
      index += character === '\\' ? 1 : 0;
    } else if (character === '{' || character === '[') {
      depth += 1;
    } else if (character === '}' || character === ']') {
      depth -= 1;
    }
    if (depth > levels) {
      return true;
    }
  }
  return false;
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Gateways answer in HTML or plain text, and some successes have no body: then only the status counts.
    return undefined;
  }
}
