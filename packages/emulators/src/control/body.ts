/** A control request that makes no sense; `field` and `allowed` tell its author what to change. */
export class ControlBodyError extends Error {
  override readonly name = 'ControlBodyError';
  readonly field: string;
  readonly allowed: string;

  constructor(field: string, allowed: string) {
    super(`${field} must be ${allowed}`);
    this.field = field;
    this.allowed = allowed;
  }
}

/** Throws `ControlBodyError` unless the value is an object with only known names. */
export function readObject(
  value: unknown,
  field: string,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ControlBodyError(field, `an object with some of: ${known.join(', ')}`);
  }
  const unknownName = Object.keys(value).find((name) => !known.includes(name));
  if (unknownName !== undefined) {
    throw new ControlBodyError(unknownName, `left out; known fields are: ${known.join(', ')}`);
  }
  return value as Readonly<Record<string, unknown>>;
}
