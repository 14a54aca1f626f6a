import { ControlBodyError, readObject } from './body.ts';

export const faultActions = [
  'drop_after_accept',
  'drop_before_accept',
  'http_status',
  'err_code',
  'delay',
  'garbage',
  'truncate',
  'hang',
  'drip',
  'endless',
] as const;
export type FaultAction = (typeof faultActions)[number];

/** Something that goes wrong with the next requests of a kind. */
export interface Fault {
  readonly match: { readonly method: string | null; readonly path: string | null };
  readonly action: FaultAction;
  /** The HTTP status, the provider's error code, milliseconds, or bytes per second; null for actions that take none. */
  readonly value: number | null;
  /** Requests that it still hits. */
  times: number;
}

export interface FaultList {
  add(fault: Fault): void;
  all(): readonly Fault[];
  clear(): void;
  /** The oldest fault for this request, used up once; `path` is relative to the provider's base. */
  take(method: string, path: string): Fault | null;
}

export function createFaultList(): FaultList {
  let faults: Fault[] = [];
  return {
    add(fault) {
      faults.push(fault);
    },
    all: () => faults,
    clear() {
      faults = [];
    },
    take(method, path) {
      const fault = faults.find(({ match }) => matches(match, method, path));
      if (fault === undefined) {
        return null;
      }
      fault.times -= 1;
      faults = faults.filter(({ times }) => times > 0);
      return fault;
    },
  };
}

function matches(match: Fault['match'], method: string, path: string): boolean {
  return (
    (match.method === null || match.method === method) &&
    (match.path === null || matchesPath(match.path, path))
  );
}

/** With a `*` the whole path has to fit, and `*` stands for anything; without, the path has to begin with the pattern. */
function matchesPath(pattern: string, path: string): boolean {
  if (!pattern.includes('*')) {
    return path.startsWith(pattern);
  }
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`).test(path);
}

const valueOf: Record<FaultAction, { from: number; to: number; meaning: string } | null> = {
  drop_after_accept: null,
  drop_before_accept: null,
  http_status: { from: 200, to: 599, meaning: 'an HTTP status' },
  err_code: { from: 1, to: 99_999_999, meaning: "a provider's error code" },
  delay: { from: 0, to: 600_000, meaning: 'milliseconds' },
  garbage: null,
  truncate: null,
  hang: null,
  drip: { from: 0, to: 1_000_000, meaning: 'bytes per second' },
  endless: null,
};

/** Reads the body of `POST /_emulator/faults`. Throws `ControlBodyError`. */
export function readFault(body: unknown): Fault {
  const fields = readObject(body, 'body', ['match', 'action', 'value', 'times']);
  const match = readObject(fields['match'] ?? {}, 'match', ['method', 'path']);
  const action = faultActions.find((known) => known === fields['action']);
  if (action === undefined) {
    throw new ControlBodyError('action', `one of: ${faultActions.join(', ')}`);
  }
  return {
    match: { method: readText(match, 'method')?.toUpperCase() ?? null, path: readText(match, 'path') },
    action,
    value: readValue(action, fields['value']),
    times: readWhole('times', fields['times'] ?? 1, 1, 1_000_000),
  };
}

function readValue(action: FaultAction, value: unknown): number | null {
  const rule = valueOf[action];
  if (rule === null) {
    if (value !== undefined && value !== null) {
      throw new ControlBodyError('value', `left out for ${action}`);
    }
    return null;
  }
  return readWhole('value', value, rule.from, rule.to, rule.meaning);
}

function readWhole(
  field: string,
  value: unknown,
  from: number,
  to: number,
  meaning = 'a whole number',
): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < from || value > to) {
    throw new ControlBodyError(field, `${meaning}, a whole number from ${from} to ${to}`);
  }
  return value;
}

function readText(fields: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = fields[name] ?? null;
  if (value !== null && typeof value !== 'string') {
    throw new ControlBodyError(`match.${name}`, 'a string');
  }
  return value;
}
