import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { ConfigurationError } from '../config/settings.ts';

/** Failures that a person can act on; everything else is a fault of ours and is shown with its stack. */
const expectedCodes: readonly unknown[] = [
  'backup',
  'control',
  'damaged_blob',
  'database_query_failed',
  'embedded_database_creation_failed',
  'embedded_database_locked',
  'embedded_database_lost',
  'embedded_database_moved',
  'embedded_database_unwritable',
  'secret_file',
  'server_trouble',
  'unfit_target',
  'unknown_migration',
];

/** Text for people, on standard output. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Runs a command of the command line: options in, exit code out, errors as sentences. */
export async function runCommand<Options extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: Options,
  work: (
    values: ReturnType<
      typeof parseArgs<{ options: Options; strict: true; allowPositionals: false }>
    >['values'],
  ) => Promise<number>,
): Promise<void> {
  // Everything that a command writes holds data or keys.
  process.umask(0o077);
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(usage);
    return;
  }
  try {
    const { values } = parseArgs({ options, strict: true, allowPositionals: false });
    process.exitCode = await work(values);
  } catch (error) {
    process.stderr.write(`${describe(error, usage)}\n`);
    process.exitCode = 1;
  }
}

function describe(error: unknown, usage: string): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const code = (error as { code?: unknown }).code;
  if (String(code).startsWith('ERR_PARSE_ARGS')) {
    return `${error.message}\n\n${usage}`;
  }
  if (error instanceof ConfigurationError || expectedCodes.includes(code)) {
    return error.message;
  }
  return error.stack ?? error.message;
}
