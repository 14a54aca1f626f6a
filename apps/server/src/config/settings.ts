import { resolve } from 'node:path';
import { z } from 'zod';
import { isPlainAddress } from '@pixsim7/contracts';

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

function wholeNumber(initial: number, least: number, most: number): z.ZodType<number, string | undefined> {
  const range = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .default(String(initial))
    .transform(Number)
    .pipe(z.int(range).min(least, range).max(most, range));
}

/** The text of an URL is never quoted: it holds a password. */
function urlOf(protocols: readonly string[]): z.ZodType<string | undefined, string | undefined> {
  const message = `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
  return z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), { error: message })
    .optional();
}

/** Origins, separated by commas or spaces; an empty list when it is not set. */
function originsOf(): z.ZodType<readonly string[], string | undefined> {
  return z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/u).filter((part) => part !== ''))
    .refine((parts) => parts.every(isOrigin), {
      error: 'must be origins such as https://api.example.com, without a path, separated by commas',
    })
    .transform((parts) => parts.map((part) => new URL(part).origin));
}

function isOrigin(text: string): boolean {
  return isPlainAddress(text) && new URL(text).pathname === '/';
}

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
  PORT: setting('Port of the HTTP server; 0 picks a free one.', wholeNumber(8_000, 0, 65_535), '8000'),
  HOST: setting(
    'Address to listen on. If others can reach it, an API key must already be set or made.',
    z.string().min(1).default('127.0.0.1'),
    '127.0.0.1',
  ),
  DATA_DIR: setting(
    'Folder for the embedded database, the files and the keys. Only one server can use it at a time.',
    z
      .string()
      .min(1)
      .default('./data')
      .transform((path) => resolve(path)),
    './data',
  ),
  MIN_FREE_BYTES: setting(
    'Free space on the disk of DATA_DIR below which new work is refused. The rest is kept for work that was already accepted.',
    wholeNumber(512 * 1024 ** 2, 0, Number.MAX_SAFE_INTEGER),
    '536870912 (512 MiB)',
  ),
  DATABASE_URL: setting(
    'PostgreSQL, 15 or newer, as postgres://user:password@host/database, also behind PgBouncer. TLS parameters follow a question mark. Without it, an embedded database in DATA_DIR is used.',
    urlOf(['postgres:', 'postgresql:']),
    'embedded',
  ),
  DATABASE_POOL_SIZE: setting(
    'Connections from this process to PostgreSQL; all processes together must stay below its max_connections.',
    wholeNumber(10, 1, 200),
    '10',
  ),
  DATABASE_NAMED_STATEMENTS: setting(
    'Whether statements that come again are planned once per connection. "auto" does so unless a connection pooler is in between; "off" is for a pooler that is not recognized.',
    switchOf(['auto', 'off'], 'auto'),
    'auto',
  ),
  REDIS_URL: setting(
    'Redis, 6.2 or newer, as redis://host:6379, or rediss:// for TLS. Carries steps and events between processes; nothing is lost if it loses its data.',
    urlOf(['redis:', 'rediss:']),
    'steps run in this process',
  ),
  REDIS_CA_FILE: setting(
    'PEM file with the certificates of your own authority, if Redis uses one with rediss://.',
    z.string().min(1).optional(),
    'the authorities of Node.js',
  ),
  STORAGE_URL: setting(
    'S3-compatible storage, as s3://KEY:SECRET@host/bucket. Without it, files are kept in DATA_DIR.',
    urlOf(['s3:']),
    'DATA_DIR',
  ),
  ROLE: setting(
    'Role of this process: api answers requests, worker runs steps, all does both. api and worker need DATABASE_URL and REDIS_URL.',
    switchOf(['all', 'api', 'worker'], 'all'),
    'all',
  ),
  SANDBOX: setting(
    'Emulated providers, free and without a key. auto starts them until you add an account of your own.',
    switchOf(['auto', 'on', 'off'], 'auto'),
    'auto',
  ),
  EVENT_RETENTION_DAYS: setting(
    'Days to keep events. A client that was away for longer is told that it missed some.',
    wholeNumber(30, 1, 36_500),
    '30',
  ),
  DETAIL_RETENTION_DAYS: setting(
    'Days to keep the observations of a finished job, and the reasons for its choice of account and provider.',
    wholeNumber(90, 1, 36_500),
    '90',
  ),
  API_KEY: setting(
    "The owner's API key, at least 20 characters. Without it, one is made once and kept in DATA_DIR/api-key.",
    z.string().min(20, 'must have at least 20 characters').optional(),
    'made at the first start',
  ),
  SECRET_KEY: setting(
    'Encrypts the credentials of accounts, at least 32 characters. Without it, one is made once and kept in DATA_DIR/secret-key.',
    z.string().min(32, 'must have at least 32 characters').optional(),
    'made at the first start',
  ),
  SECRET_KEY_PREVIOUS: setting(
    'Earlier secret keys that can still decrypt, separated by spaces. For changing SECRET_KEY while the server runs.',
    z
      .string()
      .optional()
      .transform((text) => (text ?? '').split(/\s+/u).filter((secret) => secret !== ''))
      .refine((secrets) => secrets.every((secret) => secret.length >= 32), {
        error: 'must have at least 32 characters each',
      }),
    'none',
  ),
  PUBLIC_URL: setting(
    'Address where this server can be reached from outside, as https://host or https://host/path. Providers send their webhooks there.',
    urlOf(['https:', 'http:']).transform((url) => url?.replace(/[?#].*$/u, '').replace(/\/+$/u, '')),
    'no webhooks',
  ),
  MEDIA_MEMORY_MB: setting(
    'Memory for decoding pictures and videos, shared by all files at one time. A file that needs more is kept without a poster; an image that needs more cannot be converted.',
    wholeNumber(128, 64, 16_384),
    '128',
  ),
  ACCOUNT_BASE_URLS: setting(
    'Origins allowed in the base_url of an account, separated by commas. Set it if other people can add accounts. Addresses from the environment are always allowed.',
    originsOf(),
    'any',
  ),
  LOG_FORMAT: setting(
    'Format of log lines: `json`, `text` for people, or `auto` for text on a terminal and JSON elsewhere.',
    switchOf(['auto', 'json', 'text'], 'auto'),
    'auto',
  ),
  LOG_LEVEL: setting(
    'Lowest level that is logged to standard error.',
    switchOf(['debug', 'info', 'warn', 'error', 'silent'], 'info'),
    'info',
  ),
} satisfies Record<string, SettingDefinition>;

export type SettingName = keyof typeof settingDefinitions;
export type Settings = {
  readonly [Name in SettingName]: z.output<(typeof settingDefinitions)[Name]['schema']>;
};

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
    if (result.success) {
      values[name] = result.data;
    } else {
      problems.push(`${name}: ${result.error.issues.map((issue) => issue.message).join('; ')}`);
    }
  }
  if (problems.length === 0) {
    problems.push(...contradictions(values as Settings));
  }
  if (problems.length > 0) {
    throw new ConfigurationError(problems);
  }
  return values as Settings;
}

/** Settings that are right alone and wrong together. */
function contradictions(settings: Settings): string[] {
  const problems: string[] = [];
  if (settings.ROLE !== 'all') {
    for (const name of ['DATABASE_URL', 'REDIS_URL'] as const) {
      if (settings[name] === undefined) {
        problems.push(`${name}: is needed when ROLE is ${settings.ROLE}`);
      }
    }
    if (settings.SANDBOX === 'on') {
      problems.push('SANDBOX: runs inside a single process; set ROLE to all, or SANDBOX to off');
    }
  }
  if (settings.REDIS_CA_FILE !== undefined && settings.REDIS_URL?.startsWith('rediss:') !== true) {
    problems.push('REDIS_CA_FILE: is only used with a REDIS_URL that begins with rediss://');
  }
  if (settings.DATABASE_URL !== undefined) {
    // Made in a folder of one host, they would differ from the ones of the next host.
    for (const name of ['API_KEY', 'SECRET_KEY'] as const) {
      if (settings[name] === undefined) {
        problems.push(`${name}: is needed with DATABASE_URL, the same for every process`);
      }
    }
  }
  return problems;
}

/** Name, meaning and default of every setting, for `--help` and the reference. */
export function describeSettings(): { name: string; doc: string; shownDefault: string }[] {
  return Object.entries(settingDefinitions).map(([name, { doc, shownDefault }]) => ({
    name,
    doc,
    shownDefault,
  }));
}
