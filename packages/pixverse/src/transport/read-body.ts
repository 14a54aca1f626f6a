/** Bytes of a response body. The longest documented one has about 2 KB. */
export const MAX_REPLY_BYTES = 256 * 1024;

/** Reads the text of a response. `null`: it exceeds {@link MAX_REPLY_BYTES}, and the rest was cancelled. */
export async function readBody(response: Response): Promise<string | null> {
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
    if (bytes > MAX_REPLY_BYTES) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}
