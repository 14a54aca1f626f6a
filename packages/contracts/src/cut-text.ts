/**
 * Makes foreign text safe to log, store and send: max `maxLength` UTF-16 units, with `…` where it was cut, and U+FFFD
 * for NUL and lone surrogates, which PostgreSQL refuses.
 */
export function cutText(text: string, maxLength: number): string {
  const isCut = text.length > maxLength;
  // The cut may go through a surrogate pair: half of it is dropped, not replaced.
  const kept = isCut ? `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/u, '')}…` : text;
  return kept.toWellFormed().replaceAll('\0', '\ufffd');
}
