import { ControlBodyError, readObject } from './body.ts';

/** Reads one setting from a control request. */
export interface SettingField<Value> {
  /** For people: completes "… must be". */
  readonly allowed: string;
  /** Undefined for a value that is not allowed. */
  read(value: unknown): Value | undefined;
}

export type SettingFields<Settings> = { readonly [Name in keyof Settings]: SettingField<Settings[Name]> };

/** Reads some or all settings. Throws `ControlBodyError`, naming the field; nothing is changed then. */
export function readSettings<Settings extends object>(
  fields: SettingFields<Settings>,
  body: unknown,
): Partial<Settings> {
  const names = Object.keys(fields) as (keyof Settings & string)[];
  const given = readObject(body, 'body', names);
  const wanted: Partial<Settings> = {};
  for (const name of names) {
    if (given[name] !== undefined) {
      const value = fields[name].read(given[name]);
      if (value === undefined) {
        throw new ControlBodyError(name, fields[name].allowed);
      }
      wanted[name] = value;
    }
  }
  return wanted;
}

/** Two numbers of seconds, the lower first. */
export const secondsRange: SettingField<readonly [number, number]> = {
  allowed: 'two numbers of seconds [shortest, longest] from 0 to 86400',
  read(value) {
    if (!Array.isArray(value) || value.length !== 2) {
      return undefined;
    }
    const [shortest, longest] = value as unknown[];
    if (typeof shortest !== 'number' || typeof longest !== 'number') {
      return undefined;
    }
    return shortest >= 0 && shortest <= longest && longest <= 86_400 ? [shortest, longest] : undefined;
  },
};

export const onOrOff: SettingField<boolean> = {
  allowed: 'true or false',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
};

export function wholeNumber(from: number, to: number): SettingField<number> {
  return {
    allowed: `a whole number from ${from} to ${to}`,
    read: (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
        ? value
        : undefined,
  };
}

export function orNull<Value>(field: SettingField<Value>): SettingField<Value | null> {
  return {
    allowed: `${field.allowed}, or null`,
    read: (value) => (value === null ? null : field.read(value)),
  };
}
