/** Whether an `If-None-Match` header names this tag. Weak tags match: the bytes are the same. */
export function matchesNone(header: string | undefined, tag: string): boolean {
  if (header === undefined) {
    return true;
  }
  const named = header.split(',').map((entry) => entry.trim().replace(/^W\//u, ''));
  return !named.includes('*') && !named.includes(tag);
}

/** Whether the range may be served (`If-Range`). Only the strong tag counts; we send no dates, so no date can match. */
export function allowsRange(ifRange: string | undefined, tag: string): boolean {
  return ifRange === undefined || ifRange.trim() === tag;
}
