/** A line of pino. */
interface LogLine {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

const levels: Readonly<Record<number, { readonly name: string; readonly colour: number }>> = {
  20: { name: 'debug', colour: 90 },
  30: { name: 'info ', colour: 32 },
  40: { name: 'warn ', colour: 33 },
  50: { name: 'error', colour: 31 },
};

/** Nothing that a person looks for in a terminal. */
const leftOut: readonly string[] = ['level', 'time', 'msg', 'service', 'pid', 'hostname'];

/** Longer values, such as stacks, are for the JSON lines. */
const maxValueLength = 200;

/**
 * A log line for a person: `12:00:01 warn  balance not read account_id=acc_1 error="No answer."`. What is no line of JSON
 * stays as it is.
 */
export function humanLine(json: string, colours: boolean): string {
  const line = parse(json);
  if (line === null) {
    return json;
  }
  const { name, colour } = levels[line.level] ?? { name: String(line.level), colour: 0 };
  const paint = (text: string, code: number): string => (colours ? `\u001B[${code}m${text}\u001B[0m` : text);
  const fields = Object.entries(line)
    .filter(([field, value]) => !leftOut.includes(field) && value !== null && value !== undefined)
    .map(([field, value]) => `${field}=${shown(value)}`);
  return `${[
    paint(new Date(line.time).toTimeString().slice(0, 8), 90),
    paint(name, colour),
    line.msg ?? '',
    ...fields.map((field) => paint(field, 90)),
  ].join(' ')}\n`;
}

function parse(json: string): LogLine | null {
  try {
    const line: unknown = JSON.parse(json);
    return typeof line === 'object' && line !== null && 'level' in line && 'time' in line
      ? (line as LogLine)
      : null;
  } catch {
    return null;
  }
}

function shown(value: unknown): string {
  if (isError(value)) {
    return shown(value.code === undefined ? value.message : `${value.code}: ${value.message}`);
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const short = text.length > maxValueLength ? `${text.slice(0, maxValueLength)}…` : text;
  // A line of a log is one line, and its values cannot paint the terminal.
  return /^[\w.:/@+-]*$/u.test(short) ? short : JSON.stringify(short);
}

function isError(value: unknown): value is { readonly message: string; readonly code?: string } {
  return typeof value === 'object' && value !== null && 'message' in value && 'name' in value;
}
