import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Core } from '@pixsim7/core';
import { createBackup } from '../backup/create-backup.ts';
import { unfinishedRestore } from '../backup/restore-backup.ts';
import { ConfigurationError, type Settings } from '../config/settings.ts';
import { serveControl } from '../control/serve-control.ts';
import type { Cleanup } from './cleanup.ts';
import type { OpenedDependencies } from './open-dependencies.ts';
import { version } from './version.ts';

/** Lets the commands of this machine use the data folder that this process has for itself. */
export async function serveCommands(
  { DATA_DIR }: Settings,
  core: Core,
  { blobs, embedded, logger, system }: OpenedDependencies,
  cleanup: Cleanup,
): Promise<void> {
  if (embedded === null) return;
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
    backup: ({ directory, with_keys }, signal) =>
      createBackup(source, { directory, withKeys: with_keys }, signal),
  });
  cleanup.add('commands', stop);
}

/** Half a restore is no installation; a server that starts there would begin an empty one beside it. */
export function assertNoUnfinishedRestore({ DATA_DIR }: Settings): void {
  if (!existsSync(join(DATA_DIR, unfinishedRestore))) return;
  throw new ConfigurationError([
    `DATA_DIR: ${DATA_DIR} holds a restore that was not completed; empty it and restore again`,
  ]);
}
