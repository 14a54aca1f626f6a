/** The longest double that is written out takes 24 characters; what is longer has digits that no double carries. */
export const maxNumberLength = 100;

/**
 * The double that stands for exactly this number, or null when there is none. `0.1` has one, because a double is written
 * as the shortest decimal that leads back to it; `9007199254740993`, `0.10000000000000000001` and `1e999` have none.
 *
 * @param lexeme a number as JSON writes it, `maxNumberLength` characters at most
 */
export function exactNumber(lexeme: string): number | null {
  const value = Number(lexeme);
  // Above this, neighbouring whole numbers share a double, so nobody can tell which one was meant.
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return null;
  // The addition turns -0, which JSON cannot store, into 0.
  return decimalOf(lexeme) === decimalOf(String(value)) ? value + 0 : null;
}

/** One spelling for each number: its digits without zeros at either end, and a power of ten. */
function decimalOf(lexeme: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/iu.exec(lexeme) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/u, '');
  const significant = digits.replace(/0+$/u, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}
