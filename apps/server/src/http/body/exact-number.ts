/** JavaScript writes a double in up to 25 characters. The rest is for zeros and other spellings. */
export const maxNumberLength = 100;

/**
 * Parses a JSON number, or returns null when a double cannot hold it. A double holds a number when it is printed as that
 * number again: `0.1` passes, and `9007199254740993`, `0.10000000000000000001` and `1e999` do not.
 *
 * @param lexeme a number in JSON syntax, max `maxNumberLength` characters
 */
export function exactNumber(lexeme: string): number | null {
  const value = Number(lexeme);
  // Above 2^53, neighbouring integers share a double.
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    return null;
  }
  // Adding 0 turns -0 into 0: PostgreSQL keeps no negative zero in jsonb.
  return decimalOf(lexeme) === decimalOf(String(value)) ? value + 0 : null;
}

/** One spelling per number: digits without leading and trailing zeros, and a power of ten. */
function decimalOf(lexeme: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/iu.exec(lexeme) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/u, '');
  const significant = digits.replace(/0+$/u, '');
  if (significant === '') {
    return '0';
  }
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}
