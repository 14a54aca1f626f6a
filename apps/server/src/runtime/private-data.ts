import { mkdir } from 'node:fs/promises';
import type { Logger } from '@pixsim7/core';
import { restrictTree } from '@pixsim7/infra';
import { ConfigurationError } from '../config/settings.ts';

/** About a second. What is below is out of the reach of others anyway once the data folder itself is closed to them. */
export const maxEntriesLookedAt = 20_000;

/**
 * Makes the data folder, for this user only, and takes the rights of others away from what is in it: it holds keys, sealed
 * credentials and prompts.
 *
 * @throws ConfigurationError when it cannot be made
 */
export async function openDataFolder(directory: string, logger: Logger): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ConfigurationError([`DATA_DIR: ${directory} cannot be made (${codeOf(error)})`]);
  }
  const { count, first, complete, refused } = await restrictTree(directory, maxEntriesLookedAt);
  const changed = count - refused.length;
  if (changed > 0) {
    logger.warn({ changed, first, complete }, 'data folder was readable by others; made private');
  }
  if (refused.length > 0) {
    logger.warn({ refused }, 'files readable by others belong to another user; change them yourself');
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
