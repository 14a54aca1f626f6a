import type { ByteRange } from '@pixsim7/core';

/** The request of a `Range` header: a part, the whole, or bytes that do not exist. */
export type RequestedRange = ByteRange | 'whole' | 'unsatisfiable';

/**
 * Reads a `Range` header (RFC 9110, section 14). One range only: a header with several, in another unit or with
 * mistakes is ignored, as the RFC allows, and the whole file is served.
 */
export function parseRange(header: string | undefined, bytes: number): RequestedRange {
  const [, first, last] = /^bytes=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/iu.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) {
    return 'whole';
  }
  if (first === '') {
    const suffix = Math.min(Number(last), bytes);
    return suffix === 0 ? 'unsatisfiable' : { start: bytes - suffix, end: bytes - 1 };
  }
  const start = Number(first);
  const end = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (last !== '' && Number(last) < start) {
    return 'whole';
  }
  return start >= bytes ? 'unsatisfiable' : { start, end };
}
