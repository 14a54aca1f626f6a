/** The type of a message is one byte, and its length, which counts itself, four. A startup message has no type. */
const lengthBytes = 4;

/**
 * Splits bytes into the messages of PostgreSQL's protocol. PGlite reads what it is given until the end even after its
 * PostgreSQL died on the way, and would never return.
 */
export function splitMessages(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength;) {
    // A type is a letter; the first byte of a startup message is the highest one of its length.
    const typeBytes = bytes[at] === 0 ? 0 : 1;
    const lengthAt = at + typeBytes;
    const end =
      lengthAt + (lengthAt + lengthBytes <= bytes.byteLength ? view.getUint32(lengthAt) : lengthBytes);
    if (end > bytes.byteLength || end < lengthAt + lengthBytes) {
      throw new RangeError('The last message is not whole.');
    }
    messages.push(bytes.subarray(at, end));
    at = end;
  }
  return messages;
}

/** Joins bytes in a buffer of their own. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.byteLength;
  }
  return joined;
}
