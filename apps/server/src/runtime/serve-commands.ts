import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Caller, Core } from '@pixsim7/core';
import { createBackup } from '../backup/create-backup.ts';
import { unfinishedRestore } from '../backup/restore-backup.ts';
import { ConfigurationError } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import { serveControl } from '../control/serve-control.ts';
import { rotateApiKey } from '../keys/rotate-api-key.ts';
import { rotateSecretKey } from '../keys/rotate-secret-key.ts';
import type { Cleanup } from './cleanup.ts';
import type { OpenedDependencies } from './open-dependencies.ts';
import { version } from './version.ts';

/** The owner of the installation. The key changes when it is rotated. */
export interface Owner {
  readonly caller: Caller;
  apiKey: string;
}

/** Lets the commands of this machine use the data folder that this process has for itself. */
export async function serveCommands(
  { DATA_DIR, API_KEY, SECRET_KEY }: Settings,
  core: Core,
  { blobs, database, embedded, logger, system, vault }: OpenedDependencies,
  owner: Owner,
  cleanup: Cleanup,
): Promise<void> {
  if (embedded === null) {
    return;
  }
  const source = {
    database: embedded,
    blobs,
    holdRemovals: () => core.assets.holdRemovals(),
    dataDirectory: DATA_DIR,
    version,
    now: () => system.now(),
  };
  const stop = await serveControl({
    dataDirectory: DATA_DIR,
    logger,
    handlers: {
      backup: ({ directory, with_keys }, signal) =>
        createBackup(source, { directory, withKeys: with_keys }, signal),
      rotate_secret_key: ({ forget_previous }, signal) =>
        rotateSecretKey(
          { database, vault },
          {
            dataDirectory: DATA_DIR,
            keyFromEnvironment: SECRET_KEY !== undefined,
            forgetPrevious: forget_previous,
          },
          signal,
        ),
      rotate_api_key: ({ overlap_s }) =>
        rotateApiKey(
          { database, system },
          {
            dataDirectory: DATA_DIR,
            caller: owner.caller,
            oldKey: owner.apiKey,
            keyFromEnvironment: API_KEY !== undefined,
            overlapS: overlap_s,
            onNewKey: (apiKey) => {
              owner.apiKey = apiKey;
            },
          },
        ),
    },
  });
  cleanup.add('commands', stop);
}

/** Half a restore is no installation; a server that starts there would begin an empty one next to it. */
export function assertNoUnfinishedRestore({ DATA_DIR }: Settings): void {
  if (!existsSync(join(DATA_DIR, unfinishedRestore))) {
    return;
  }
  throw new ConfigurationError([
    `DATA_DIR: ${DATA_DIR} holds a restore that was not completed; empty it, then restore again`,
  ]);
}
