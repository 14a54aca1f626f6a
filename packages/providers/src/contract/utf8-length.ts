/**
 * Bytes of a text in UTF-8, counted without encoding it: mappings run in a browser at every key press.
 *
 * @example utf8Length('naïve') // 6
 */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
