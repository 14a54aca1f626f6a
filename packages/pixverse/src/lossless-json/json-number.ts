const NUMBER_LEXEME = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * A JSON number kept as it was written.
 *
 * PixVerse identifiers are 64-bit integers: `JSON.parse` would round `343252978602905123` to `…905100`, and the rounded
 * id belongs to somebody else's video or to nobody's.
 */
export class JsonNumber {
  readonly lexeme: string;

  /** @throws {TypeError} when `lexeme` is not a JSON number. */
  constructor(lexeme: string) {
    if (!NUMBER_LEXEME.test(lexeme)) {
      throw new TypeError(`not a JSON number: ${JSON.stringify(lexeme)}`);
    }
    this.lexeme = lexeme;
  }

  /** The nearest double. Rounds above 2^53: for measurements and counters, never for identifiers. */
  toNumber(): number {
    return Number(this.lexeme);
  }

  toString(): string {
    return this.lexeme;
  }
}
