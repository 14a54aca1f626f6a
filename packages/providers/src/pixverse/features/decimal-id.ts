import type { JobParameters, ProblemField } from '@pixsim7/contracts';

const decimal = /^(?:0|[1-9]\d*)$/;

/** Ids of styles and effects are numbers at PixVerse, larger than a JSON number may be. */
export function decimalId(values: JobParameters, name: 'restyle' | 'effect'): ProblemField[] {
  const id = values[name];
  return id === undefined || decimal.test(id)
    ? []
    : [{ pointer: `/params/${name}`, code: 'wrong_type', detail: 'Must be the decimal digits of an id.' }];
}
