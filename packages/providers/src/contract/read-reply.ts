/**
 * What is read of a provider's reply, in bytes. The longest documented one has about 5 KB; a reply without end would
 * otherwise fill the memory of the whole server.
 */
export const maxReplyBytes = 256 * 1024;

/** Objects and lists inside each other; the deepest documented reply has six levels. */
const maxReplyDepth = 64;

/** The reply is longer than anything that a provider documents. What was asked for may have been done. */
export class ReplyTooLongError extends Error {
  override readonly name = 'ReplyTooLongError';
  readonly code = 'reply_too_long';

  constructor() {
    super(`The reply has more than ${maxReplyBytes} bytes.`);
  }
}

export interface ReplyBody {
  readonly text: string;
  /** undefined when the text is not JSON, or nests deeper than any reply does. */
  readonly json: unknown;
}

/**
 * Reads the body of a reply, up to `maxReplyBytes`; what is longer is cancelled.
 *
 * @param clean takes secrets out of the text before it is parsed: a provider may repeat a header in its error
 * @throws ReplyTooLongError, and whatever breaks the connection. After a submit both leave open what was created.
 */
export async function readReply(
  response: Response,
  clean: (text: string) => string = (text) => text,
): Promise<ReplyBody> {
  const text = clean(await readText(response));
  return { text, json: nestsDeeper(text, maxReplyDepth) ? undefined : parseOrUndefined(text) };
}

async function readText(response: Response): Promise<string> {
  if (response.body === null) return '';
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxReplyBytes) {
      await reader.cancel();
      throw new ReplyTooLongError();
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Counts brackets outside of texts. For what is not JSON the count means nothing, and nothing depends on it. */
function nestsDeeper(text: string, levels: number): boolean {
  let depth = 0;
  let isInText = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '"') isInText = !isInText;
    else if (isInText) index += character === '\\' ? 1 : 0;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > levels) return true;
  }
  return false;
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Gateways answer in HTML or plain text, and some successes with nothing: the status then says it all.
    return undefined;
  }
}
