import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '@pixsim7/core';
import {
  createSystem,
  createVault,
  loadOrCreateApiKey,
  loadSecretKeys,
  openEmbeddedDatabase,
  openPostgresDatabase,
} from '@pixsim7/infra';
import { readSettings } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import { callControl, ControlError } from '../control/call-control.ts';
import { longestOverlapS, rotateApiKey } from '../keys/rotate-api-key.ts';
import type { ApiKeyRotation } from '../keys/rotate-api-key.ts';
import { rotateSecretKey } from '../keys/rotate-secret-key.ts';
import type { SecretRotation } from '../keys/rotate-secret-key.ts';
import { createLogger } from '../runtime/logger.ts';
import { secretKeysOf } from '../runtime/open-dependencies.ts';
import { openOwner } from '../runtime/owner.ts';
import { parseDuration } from './parse-duration.ts';
import { runCommand, say } from './run-command.ts';

const usage = `npm run rotate-keys -- [--forget-previous] | --api-key [--overlap <24h>]

Changes the secret key that encrypts the credentials of accounts, while the server runs. If the key is in DATA_DIR, this
makes a new one. If you use SECRET_KEY, first set the new one and move the old one to SECRET_KEY_PREVIOUS. Then all
credentials are encrypted again. You can interrupt this and run it again.

  --forget-previous  Removes DATA_DIR/secret-key.previous once nothing needs it.
  --api-key          Makes a new API key for the owner instead.
  --overlap          How long the old API key is taken too: 30m, 24h, 7d; 0 for not at all. Default: 24h.
`;

/** Runs work on the database that nobody else serves: PostgreSQL, or the embedded one without a server. */
async function withDatabase<Result>(
  settings: Settings,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const logger = createLogger(settings.LOG_LEVEL);
  const directory = join(settings.DATA_DIR, 'database');
  if (settings.DATABASE_URL === undefined && !existsSync(directory)) {
    throw new ControlError(`There is no installation in ${settings.DATA_DIR}.`);
  }
  const database =
    settings.DATABASE_URL === undefined
      ? await openEmbeddedDatabase({ directory, logger, now: Date.now })
      : await openPostgresDatabase({
          url: settings.DATABASE_URL,
          poolSize: 2,
          applicationName: 'pixsim7-rotate-keys',
          logger,
          now: Date.now,
        });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** The server that has the data folder does it; otherwise this process. */
async function rotateSecret(settings: Settings, forgetPrevious: boolean): Promise<SecretRotation> {
  const { DATA_DIR, DATABASE_URL, SECRET_KEY } = settings;
  const asked =
    DATABASE_URL === undefined
      ? await callControl(DATA_DIR, { command: 'rotate_secret_key', forget_previous: forgetPrevious })
      : null;
  if (asked !== null) {
    return asked;
  }
  return withDatabase(settings, async (database) => {
    const vault = createVault(await loadSecretKeys(DATA_DIR, secretKeysOf(settings)));
    const request = {
      dataDirectory: DATA_DIR,
      keyFromEnvironment: SECRET_KEY !== undefined,
      forgetPrevious,
    };
    return rotateSecretKey({ database, vault }, request, new AbortController().signal);
  });
}

async function rotateOwnerKey(settings: Settings, overlapS: number): Promise<ApiKeyRotation> {
  const { API_KEY, DATA_DIR, DATABASE_URL } = settings;
  const asked =
    DATABASE_URL === undefined
      ? await callControl(DATA_DIR, { command: 'rotate_api_key', overlap_s: overlapS })
      : null;
  if (asked !== null) {
    return asked;
  }
  const system = createSystem();
  return withDatabase(settings, async (database) => {
    return rotateApiKey(
      { database, system },
      {
        dataDirectory: DATA_DIR,
        caller: await openOwner(database, system),
        oldKey: API_KEY ?? (await loadOrCreateApiKey(DATA_DIR)),
        keyFromEnvironment: API_KEY !== undefined,
        overlapS,
        onNewKey: () => undefined,
      },
    );
  });
}

function reportSecret(rotation: SecretRotation, settings: Settings): number {
  const { resealed, current, unreadable, previous_keys: previous, made_key: madeKey } = rotation;
  if (madeKey) {
    say(`A new secret key is in ${join(settings.DATA_DIR, 'secret-key')}.`);
  }
  say(`Accounts: ${resealed} encrypted with the new key, ${current} already were.`);
  if (unreadable.length > 0) {
    say(
      `\n${unreadable.length} accounts cannot be opened with any key: ${unreadable.join(', ')}.\nPut the key that encrypted them into SECRET_KEY_PREVIOUS, or enter their credentials again. Keep the old keys until then.`,
    );
    return 1;
  }
  if (previous !== null) {
    say(
      `\nNothing here needs the old keys any more, so you can delete ${previous}. Older backups still need theirs.`,
    );
  } else if (settings.SECRET_KEY_PREVIOUS.length > 0) {
    say(
      '\nNothing here needs the old keys any more, so you can remove SECRET_KEY_PREVIOUS. Older backups still need theirs.',
    );
  }
  return 0;
}

function reportApiKey({ key_file: keyFile, old_key_until: until }: ApiKeyRotation): void {
  if (keyFile !== null) {
    say(`A new API key is in ${keyFile}. The old one works until ${until}.`);
    return;
  }
  say(`The current API_KEY keeps working until ${until}, whatever API_KEY is set to.`);
  say('Set API_KEY to a new one of at least 20 characters for every process, and restart them one by one.');
}

await runCommand(
  usage,
  {
    'api-key': { type: 'boolean', default: false },
    overlap: { type: 'string', default: '24h' },
    'forget-previous': { type: 'boolean', default: false },
  },
  async (values) => {
    const settings = readSettings(process.env);
    if (!values['api-key']) {
      return reportSecret(await rotateSecret(settings, values['forget-previous']), settings);
    }
    const overlapS = parseDuration(values.overlap);
    if (overlapS === null || overlapS > longestOverlapS) {
      throw new ControlError(`--overlap is a time such as 30m, 24h or 7d, at most 90d.\n\n${usage}`);
    }
    reportApiKey(await rotateOwnerKey(settings, overlapS));
    return 0;
  },
);
