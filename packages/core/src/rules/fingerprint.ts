/**
 * The request as one text that does not depend on the order of members. Array order counts, and a missing member is not
 * the same as null. Two requests under one idempotency key are the same exactly when these texts are.
 */
export function canonicalJson(value: unknown): string {
  return [...canonicalPieces(value)].join('');
}

/** The same text in pieces, so a request with a data URL of 28 MB can be hashed without a copy of it. */
export function* canonicalPieces(value: unknown): Generator<string, void> {
  if (Array.isArray(value)) {
    yield '[';
    for (const [index, item] of value.entries()) {
      if (index > 0) {
        yield ',';
      }
      yield* canonicalPieces(item);
    }
    yield ']';
  } else if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1));
    yield '{';
    for (const [index, [key, member]] of members.entries()) {
      yield `${index > 0 ? ',' : ''}${JSON.stringify(key)}:`;
      yield* canonicalPieces(member);
    }
    yield '}';
  } else if (typeof value === 'string') {
    yield* textPieces(value);
  } else {
    yield JSON.stringify(value) ?? 'null';
  }
}

const pieceLength = 64 * 1024;

function* textPieces(text: string): Generator<string, void> {
  yield '"';
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + pieceLength, text.length);
    // A lone surrogate would be written as an escape, so no pair may be split.
    if (end < text.length && /[\ud800-\udbff]/u.test(text.charAt(end - 1))) {
      end -= 1;
    }
    yield JSON.stringify(text.slice(start, end)).slice(1, -1);
    start = end;
  }
  yield '"';
}
