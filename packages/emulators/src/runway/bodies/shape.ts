import type { Issue } from '../refusal.ts';

type Path = readonly (string | number)[];

/** Finds what is wrong with a value; nothing when it is fine. */
export type Check = (value: unknown, path: Path) => readonly Issue[];

export interface Member {
  readonly required: boolean;
  readonly check: Check;
}

/** The members that an object may have; all others are refused. */
export type Shape = Readonly<Record<string, Member>>;

export const required = (check: Check): Member => ({ required: true, check });
export const optional = (check: Check): Member => ({ required: false, check });

export function checkShape(shape: Shape, value: unknown, path: Path = []): readonly Issue[] {
  if (!isObject(value)) {
    return [wrongType('object', value, path)];
  }
  const issues = Object.entries(shape).flatMap(([name, member]) => {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    return given === undefined && !member.required ? [] : member.check(given, [...path, name]);
  });
  const unknownNames = Object.keys(value).filter((name) => !Object.hasOwn(shape, name));
  if (unknownNames.length > 0) {
    const keys = unknownNames.map((name) => `"${name}"`).join(', ');
    issues.push({
      code: 'unrecognized_keys',
      keys: unknownNames,
      path,
      message: `Unrecognized keys: ${keys}`,
    });
  }
  return issues;
}

/** Length in UTF-16 units. */
export function text(longest = Infinity): Check {
  return (value, path) => {
    if (typeof value !== 'string') {
      return [wrongType('string', value, path)];
    }
    if (value === '') {
      return [
        { code: 'too_small', minimum: 1, path, message: 'Too small: expected string to have >=1 characters' },
      ];
    }
    return value.length > longest
      ? [
          {
            code: 'too_big',
            maximum: longest,
            path,
            message: `Too big: expected string to have <=${longest} characters`,
          },
        ]
      : [];
  };
}

export function oneOf(values: readonly (string | number)[]): Check {
  return (value, path) =>
    values.some((known) => known === value)
      ? []
      : [
          {
            code: 'invalid_value',
            values,
            path,
            message: `Invalid option: expected one of ${values.map((known) => JSON.stringify(known)).join('|')}`,
          },
        ];
}

export function number(from: number, to: number, isWhole = true): Check {
  return (value, path) => {
    if (typeof value !== 'number') {
      return [wrongType('number', value, path)];
    }
    if (isWhole && !Number.isInteger(value)) {
      return [wrongType('int', value, path)];
    }
    if (value < from) {
      return [
        { code: 'too_small', minimum: from, path, message: `Too small: expected number to be >=${from}` },
      ];
    }
    return value > to
      ? [{ code: 'too_big', maximum: to, path, message: `Too big: expected number to be <=${to}` }]
      : [];
  };
}

export const flag: Check = (value, path) =>
  typeof value === 'boolean' ? [] : [wrongType('boolean', value, path)];

/** A list whose entries have one shape. */
export function listOf(shape: Shape, longest: number): Check {
  return (value, path) => {
    if (!Array.isArray(value)) {
      return [wrongType('array', value, path)];
    }
    if (value.length === 0 || value.length > longest) {
      return [{ code: 'too_big', maximum: longest, path, message: `Expected 1 to ${longest} entries` }];
    }
    return value.flatMap((entry: unknown, index) => checkShape(shape, entry, [...path, index]));
  };
}

export function object(shape: Shape): Check {
  return (value, path) => checkShape(shape, value, path);
}

/** Fine when one of the checks finds nothing; otherwise the findings of the last. */
export function either(...checks: readonly Check[]): Check {
  return (value, path) => {
    const findings = checks.map((check) => check(value, path));
    return findings.some((issues) => issues.length === 0) ? [] : (findings.at(-1) ?? []);
  };
}

const longestUrl = 2048;

/** The form of a media member: an https URL of a host name, a data URI, or a URI of an upload. */
export const media: Check = (value, path) => {
  if (typeof value !== 'string') {
    return [wrongType('string', value, path)];
  }
  if (/^runway:\/\/./.test(value) || /^data:[^;,]+;base64,/.test(value)) {
    return [];
  }
  if (!URL.canParse(value) || new URL(value).protocol !== 'https:') {
    return [{ code: 'invalid_format', path, message: 'Must be an https URL, a data URI or a Runway URI' }];
  }
  const isAddress = /^(?:[\d.]+|\[.*\])$/.test(new URL(value).hostname);
  return value.length > longestUrl || isAddress
    ? [{ code: 'invalid_format', path, message: 'The URL is too long, or its host is an IP address' }]
    : [];
};

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongType(expected: string, value: unknown, path: Path): Issue {
  const received = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return {
    code: 'invalid_type',
    expected,
    path,
    message: `Invalid input: expected ${expected}, received ${received}`,
  };
}
