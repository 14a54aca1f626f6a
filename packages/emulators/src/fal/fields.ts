import type { Detail } from './replies.ts';

export type Body = Readonly<Record<string, unknown>>;

/** Reads the members of a body and collects everything that is wrong with them, as the models do. */
export interface Fields {
  readonly problems: readonly Detail[];
  requiredText(name: string): string;
  text(name: string): string;
  oneOf(name: string, values: readonly string[], otherwise: string): string;
  /** Numbers or texts of digits: fal's documents disagree, so both are taken. */
  wholeNumber(name: string, otherwise: number): number;
  addresses(name: string, fewest: number, most: number): readonly string[];
  items(name: string): readonly unknown[] | null;
  refuse(loc: readonly (string | number)[], type: string, message: string): void;
}

export function fieldsOf(body: Body): Fields {
  const problems: Detail[] = [];
  function refuse(loc: readonly (string | number)[], type: string, msg: string): void {
    problems.push({ loc: ['body', ...loc], msg, type });
  }
  function member(name: string): unknown {
    return Object.hasOwn(body, name) ? (body[name] ?? null) : null;
  }
  function text(name: string): string {
    const value = member(name);
    if (value !== null && typeof value !== 'string') {
      refuse([name], 'type_error.str', 'Input should be a valid string');
    }
    return typeof value === 'string' ? value : '';
  }
  function list(name: string): readonly unknown[] | null {
    const value = member(name);
    if (value !== null && !Array.isArray(value)) {
      refuse([name], 'type_error.list', 'Input should be a valid list');
    }
    return Array.isArray(value) ? (value as unknown[]) : null;
  }
  return {
    problems,
    refuse,
    text,
    requiredText(name) {
      if (member(name) === null) {
        refuse([name], 'missing', 'Field required');
      }
      return text(name);
    },
    oneOf(name, values, otherwise) {
      const value = member(name);
      if (value === null) {
        return otherwise;
      }
      const known = values.find((candidate) => candidate === value);
      if (known === undefined) {
        refuse([name], 'literal_error', `Input should be ${values.map((one) => `'${one}'`).join(' or ')}`);
      }
      return known ?? otherwise;
    },
    wholeNumber(name, otherwise) {
      const value = member(name);
      if (value === null) {
        return otherwise;
      }
      const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isInteger(number)) {
        refuse([name], 'type_error.integer', 'Input should be a valid integer');
        return otherwise;
      }
      return number;
    },
    addresses(name, fewest, most) {
      const items = list(name);
      if (items === null) {
        refuse([name], 'missing', 'Field required');
        return [];
      }
      if (items.length < fewest) {
        refuse([name], 'sequence_too_short', `List should have at least ${fewest} items`);
      }
      if (items.length > most) {
        refuse([name], 'sequence_too_long', `List should have at most ${most} items`);
      }
      return items.map((item, index) => {
        if (typeof item !== 'string') {
          refuse([name, index], 'type_error.str', 'Input should be a valid string');
        }
        return typeof item === 'string' ? item : '';
      });
    },
    items: list,
  };
}
