/** @throws Error that names the option, unless its value is a whole number from 1 */
export function wholeNumber(name: string, text: unknown): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new Error(`--${name} must be a whole number from 1.`);
  }
  return number;
}
