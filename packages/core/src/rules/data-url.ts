/** The bytes of a base64 data URL; null when it is not one. The declared type is ignored: the bytes say what they are. */
export function parseDataUrl(url: string): Uint8Array | null {
  const comma = url.indexOf(',');
  if (comma < 0 || !/^data:[^,]*;base64$/iu.test(url.slice(0, comma))) return null;
  const text = url.slice(comma + 1);
  // Node's decoder skips what it does not know, so garbage would become a shorter file instead of an error.
  if (text === '' || !/^[A-Za-z0-9+/_-]+={0,2}$/u.test(text)) return null;
  // Six bits alone are no byte: a text of such a length was cut off.
  if (text.replace(/=+$/u, '').length % 4 === 1) return null;
  return Buffer.from(text, 'base64');
}
