import { resolve } from 'node:path';
import { z } from 'zod';

/** One setting: its environment variable, what it does, what it may be, and what it is when it is not set. */
interface SettingDefinition {
  readonly doc: string;
  readonly schema: z.ZodType<unknown, string | undefined>;
  /** Shown in help and reference. */
  readonly shownDefault: string;
}

function setting<Schema extends z.ZodType<unknown, string | undefined>>(
  doc: string,
  schema: Schema,
  shownDefault: string,
): { doc: string; schema: Schema; shownDefault: string } {
  return { doc, schema, shownDefault };
}

const port = z
  .string()
  .default('8000')
  .transform(Number)
  .pipe(z.int('must be a port number').min(0, 'must be 0 to 65535').max(65_535, 'must be 0 to 65535'));

function switchOf<const Value extends string>(
  values: readonly [Value, ...Value[]],
  initial: NoInfer<Value>,
): z.ZodType<Value, string | undefined> {
  return z
    .string()
    .default(initial)
    .refine((value): value is Value => (values as readonly string[]).includes(value), {
      error: `must be one of ${values.join(', ')}`,
    });
}

/** Every setting of the server but the accounts from the environment, which depend on the registered providers. */
export const settingDefinitions = {
  PORT: setting('Port of the HTTP server; 0 takes a free one.', port, '8000'),
  HOST: setting(
    'Address to listen on. An address that others can reach needs an API key that was set or made before.',
    z.string().min(1).default('127.0.0.1'),
    '127.0.0.1',
  ),
  DATA_DIR: setting(
    'Folder of the embedded database, the files and the keys. One server at a time.',
    z
      .string()
      .min(1)
      .default('./data')
      .transform((path) => resolve(path)),
    './data',
  ),
  SANDBOX: setting(
    'Emulated providers, free and without a key: auto starts them while there is no account of your own.',
    switchOf(['auto', 'on', 'off'], 'auto'),
    'auto',
  ),
  API_KEY: setting(
    'The key of the owner, at least 20 characters. Otherwise one is made once and kept in DATA_DIR/api-key.',
    z.string().min(20, 'must have at least 20 characters').optional(),
    'made at the first start',
  ),
  SECRET_KEY: setting(
    'Encrypts the credentials of accounts, at least 32 characters. Otherwise one is made once and kept in DATA_DIR/secret-key.',
    z.string().min(32, 'must have at least 32 characters').optional(),
    'made at the first start',
  ),
  LOG_LEVEL: setting(
    'How much is logged to standard error.',
    switchOf(['debug', 'info', 'warn', 'error', 'silent'], 'info'),
    'info',
  ),
} satisfies Record<string, SettingDefinition>;

export type SettingName = keyof typeof settingDefinitions;
export type Settings = {
  readonly [Name in SettingName]: z.output<(typeof settingDefinitions)[Name]['schema']>;
};

/** Names that the design has and this version does not serve: silence would look like they worked. */
const notYetServed = ['DATABASE_URL', 'REDIS_URL', 'STORAGE_URL', 'ROLE'] as const;

/** The configuration cannot be used; each problem names its variable. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'configuration';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads the settings. An empty variable counts as not set. @throws ConfigurationError with every problem, not the first */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(settingDefinitions)) {
    const given = environment[name];
    const result = definition.schema.safeParse(given === '' ? undefined : given);
    if (result.success) values[name] = result.data;
    else problems.push(`${name}: ${result.error.issues.map((issue) => issue.message).join('; ')}`);
  }
  for (const name of notYetServed) {
    const given = environment[name];
    if (given !== undefined && given !== '' && !(name === 'ROLE' && given === 'all')) {
      problems.push(`${name}: this version runs embedded, in one process; unset it`);
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return values as Settings;
}

/** Name, meaning and default of every setting, for `--help` and the reference. */
export function describeSettings(): { name: string; doc: string; shownDefault: string }[] {
  return Object.entries(settingDefinitions).map(([name, { doc, shownDefault }]) => ({
    name,
    doc,
    shownDefault,
  }));
}
